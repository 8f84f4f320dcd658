"""What follows from a definition: `truegreen explain ID`.

Everything is derived from the plan, from the rules as they are written, and from the boards as
they are built, so that it stays true when any of them changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.explanations.accounts import account_ids, explain_accounts
from truegreen_definitions.explanations.agreement import explain_agreement
from truegreen_definitions.explanations.channel import explain_channel
from truegreen_definitions.explanations.explanation import Explanation, json_text, text
from truegreen_definitions.explanations.measurement import explain_measurement
from truegreen_definitions.explanations.others import (
    explain_contract,
    explain_indicator,
    explain_journey,
    explain_source,
    explain_table,
    explain_team,
    explain_vendor,
)
from truegreen_definitions.explanations.service import explain_service, explain_step
from truegreen_definitions.explanations.spending import explain_spending, spending_ids
from truegreen_definitions.explanations.term import explain_terms, term_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.indicator import Indicator
    from truegreen_definitions.plan import Plan, Service

__all__ = ["Explanation", "explain", "json_text", "known_ids", "text"]


def known_ids(plan: Plan, indicators: Mapping[str, Definition[Indicator]]) -> tuple[str, ...]:
    """Return every id that can be explained, sorted, each once."""
    ids = {one.id for one in plan.agreements} | {one.id for one in plan.measurements}
    ids.update(f"{one.name}/{step.name}" for one in plan.services for step in one.steps)
    ids.update(f"{one.name}/{value.channel}" for one in plan.services for value in one.values)
    ids.update((*term_ids(plan), *spending_ids(plan), *account_ids(plan)))
    parts = (plan.services, plan.journeys, plan.vendors, plan.teams, plan.contracts, plan.tables)
    ids.update(one.name for part in (*parts, plan.sources) for one in part)
    return tuple(sorted({*ids, *indicators}))


def explain(
    plan: Plan,
    wanted: str,
    indicators: Mapping[str, Definition[Indicator]],
    artifacts: Sequence[Artifact],
) -> tuple[Explanation, ...]:
    """Return what an id stands for; several things of one name are all explained.

    Args:
        plan: Of the company.
        wanted: `service/agreement`, `service/step`, `service/channel`, an account of a service
            (`service/losses`), an agreement in a contract (`contract/service/agreement`), or the
            name of a service, journey, vendor, team, contract, table, source or
            indicator.
        indicators: Of the company and the library, by name.
        artifacts: What the emitters write, for the boards among it.
    """
    found = list(_of_service(plan, wanted, artifacts))
    found += (explain_journey(plan, o, artifacts) for o in plan.journeys if o.name == wanted)
    found += (explain_vendor(plan, one) for one in plan.vendors if one.name == wanted)
    found += (explain_contract(one) for one in plan.contracts if one.name == wanted)
    found += explain_terms(plan, wanted)
    found += (explain_team(plan, one) for one in plan.teams if one.name == wanted)
    found += (explain_table(plan, one) for one in plan.tables if one.name == wanted)
    found += (explain_source(plan, one) for one in plan.sources if one.name == wanted)
    if wanted in indicators:
        found.append(explain_indicator(plan, indicators[wanted]))
    return tuple(found)


def _of_service(plan: Plan, wanted: str, artifacts: Sequence[Artifact]) -> Iterator[Explanation]:
    name, _, part = wanted.partition("/")
    for service in plan.services:
        if service.name == wanted:
            yield explain_service(plan, service, artifacts)
        if service.name == name:
            for agreement in plan.agreements:
                if agreement.id == wanted:
                    yield explain_agreement(plan, agreement, artifacts)
            for measurement in plan.measurements:
                if measurement.id == wanted:
                    yield explain_measurement(plan, measurement, artifacts)
            yield from _of_parts(plan, service, part, artifacts)


def _of_parts(
    plan: Plan, service: Service, part: str, artifacts: Sequence[Artifact]
) -> Iterator[Explanation]:
    for step in service.steps:
        if step.name == part:
            yield explain_step(plan, service, step, artifacts)
    for value in service.values:
        if value.channel == part:
            yield explain_channel(plan, service, value, artifacts)
    yield from explain_spending(plan, service, part, artifacts)
    yield from explain_accounts(plan, service, part, artifacts)
