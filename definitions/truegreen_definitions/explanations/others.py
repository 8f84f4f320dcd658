"""Journeys, parties, contracts, tables, sources and indicators explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.explanations.agreement import promise_words
from truegreen_definitions.explanations.answers import routes
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.indicator import Indicator
    from truegreen_definitions.plan import (
        Cleanup,
        Contract,
        Journey,
        JourneyStep,
        Plan,
        Source,
        Table,
        Team,
        Vendor,
    )

__all__ = [
    "explain_contract",
    "explain_indicator",
    "explain_journey",
    "explain_source",
    "explain_table",
    "explain_team",
    "explain_vendor",
]


def explain_journey(plan: Plan, journey: Journey, artifacts: Sequence[Artifact]) -> Explanation:
    """Return what a robot customer does, and what follows."""
    visited = {(journey.service, step.step) for step in journey.steps}
    counted = (
        one
        for one in plan.agreements
        if (one.service, one.step) in visited and not isinstance(one.parts, Records)
    )
    exported = [one.name for one in names.ALL if names.JOURNEY in one.labels]
    labels = {names.JOURNEY: journey.name, names.SERVICE: journey.service}
    return Explanation(
        id=journey.name,
        what="journey",
        title=journey.name,
        origin=journey.origin,
        facts=(
            *fact("service", journey.service),
            *fact("every", duration_label(journey.every_seconds)),
            *fact("locations", ", ".join(journey.locations)),
            *fact("target", journey.target),
            *fact("steps", (_visit_line(step) for step in journey.steps)),
            *fact("cleanup", (_cleanup_line(one) for one in journey.cleanup)),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in counted)),
            *fact("exported", exported),
            *fact("boards", board_lines(artifacts, exported, labels)),
        ),
    )


def _visit_line(step: JourneyStep) -> str:
    return (
        f"{step.step}: {step.action.summary}, "
        f"satisfied up to {duration_label(step.satisfied_seconds)}, "
        f"tolerated up to {duration_label(step.tolerated_seconds)}, "
        f"given up after {duration_label(step.timeout_seconds)}"
    )


def _cleanup_line(cleanup: Cleanup) -> str:
    return f"{cleanup.action.summary} after {cleanup.when}"


def explain_vendor(plan: Plan, vendor: Vendor) -> Explanation:
    """Return what a vendor is accountable for, and by which contracts."""
    steps = (
        f"{service.name}/{step.name}"
        for service in plan.services
        for step in service.steps
        if step.vendor == vendor.name
    )
    promised = (one for one in plan.agreements if one.vendor == vendor.name)
    contracts = (one for one in plan.contracts if one.vendor == vendor.name)
    needed = (
        f"{agreement.id}: {percent(one.objective)} over {one.window.label}"
        for agreement in plan.agreements
        for one in agreement.depends_on
        if one.by == "vendor" and one.on == vendor.name
    )
    return Explanation(
        id=vendor.name,
        what="vendor",
        title=vendor.title,
        origin=vendor.origin,
        facts=(
            *fact("contact", vendor.contact),
            *fact("steps", steps),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in promised)),
            *fact("promises to", needed),
            *fact(
                "contracts",
                (
                    f"{one.name}, every {one.period}, in {one.currency}: "
                    + (", ".join(measure.agreement for measure in one.measures) or "no measures")
                    for one in contracts
                ),
            ),
        ),
    )


def explain_contract(contract: Contract) -> Explanation:
    """Return what a contract pays for, period by period."""
    tiers = (
        f"{measure.agreement}: {percent(measure.allocation)} of the pool; "
        + ", ".join(f"{percent(t.credit)} of it below {percent(t.below)}" for t in measure.tiers)
        for measure in contract.measures
    )
    floors = (
        f"{one.agreement}: {one.credit} {contract.currency} below {percent(one.floor)}"
        for one in contract.significant_minimums
    )
    return Explanation(
        id=contract.name,
        what="contract",
        title=contract.title,
        origin=contract.origin,
        facts=(
            *fact("vendor", contract.vendor),
            *fact("client", contract.client),
            *fact("settled", f"every {contract.period}, in {contract.zone}, {contract.currency}"),
            *fact("measures", tiers),
            *fact("significant minimums", floors),
            *fact("share of latency", _latency_line(contract)),
            *fact("receipt", f"truegreen contract explain {contract.name} --period PERIOD"),
        ),
    )


def _latency_line(contract: Contract) -> str:
    share = contract.latency_share
    if share is None:
        return ""
    told = f", told by {share.origin}" if share.origin else ""
    return f"{share.per_hour} {contract.currency} an hour of overrun, {share.method}{told}"


def explain_team(plan: Plan, team: Team) -> Explanation:
    """Return what a team answers for, and how it is told."""
    owned = (service.name for service in plan.services if service.owner == team.name)
    promised = (one for one in plan.agreements if one.owner == team.name)
    return Explanation(
        id=team.name,
        what="team",
        title=team.title,
        origin=team.origin,
        facts=(
            *fact("contact", team.contact),
            *fact("told by", routes(team)),
            *fact("services", owned),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in promised)),
        ),
    )


def explain_table(plan: Plan, table: Table) -> Explanation:
    """Return what a table holds, who fills it, and what is counted from it."""
    sources = (one for one in plan.sources if one.table == table.name)
    counted = (
        one
        for one in plan.agreements
        if isinstance(one.parts, Records) and one.parts.table == table.name
    )
    return Explanation(
        id=table.name,
        what="table",
        title=table.name,
        origin=table.origin,
        facts=(
            *fact("columns", (f"{one.name}: {one.type}" for one in table.columns)),
            *fact("key", ", ".join(table.key)),
            *fact(
                "sources", (f"{one.name}: {one.read.format} {one.read.location}" for one in sources)
            ),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in counted)),
        ),
    )


def explain_source(plan: Plan, source: Source) -> Explanation:
    """Return where rows come from, how they are mapped, and what is counted from their table."""
    counted = (
        one
        for one in plan.agreements
        if isinstance(one.parts, Records) and one.parts.table == source.table
    )
    return Explanation(
        id=source.name,
        what="source",
        title=source.name,
        origin=source.origin,
        facts=(
            *fact("table", source.table),
            *fact("read", f"{source.read.format} {source.read.location}"),
            *fact("counted by", source.engine),
            *fact("service", source.service),
            *fact("revision", source.revision),
            *fact("columns", (f"{name}: {written}" for name, written in source.columns)),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in counted)),
        ),
    )


def explain_indicator(plan: Plan, indicator: Definition[Indicator]) -> Explanation:
    """Return what an indicator measures, as written, and the agreements that use it."""
    spec = indicator.model.spec
    written = spec.model_dump(by_alias=True, exclude={"kind", "manual"}, exclude_defaults=True)
    used = (one for one in plan.agreements if one.indicator == indicator.name)
    return Explanation(
        id=indicator.name,
        what="indicator",
        title=indicator.title,
        origin=indicator.origin,
        facts=(
            *fact("meaning", spec.manual),
            *fact("kind", spec.kind),
            *fact("written", (f"{name}: {value}" for name, value in written.items())),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in used)),
        ),
    )
