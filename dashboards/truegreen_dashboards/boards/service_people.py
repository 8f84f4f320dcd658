"""The row of the Service board about people: who answers, and where each promise is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from truegreen_dashboards.boards.answering import KEY, TITLE, runbook
from truegreen_dashboards.boards.markdown import table
from truegreen_dashboards.panels import Panel, Section, Text
from truegreen_dashboards.titles import titles_of
from truegreen_definitions.emitters.rules.promise import agreements_of
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_definitions.plan import Agreement, Measurement, Plan, Service, Step

__all__ = ["people"]

_STEP_HEAD = ("Step", "Accountable", "Satisfied", "Tolerated", "Defined in")
_PROMISE_HEAD = ("Agreement", "Promise", "About", "Defined in", "What to do")


def people(plan: Plan) -> Panel:
    """Return the text, a part for each service."""
    titles = titles_of(plan)
    parties = titles["owner"] | titles["vendor"]
    measured: dict[str, list[Measurement]] = defaultdict(list)
    for one in plan.measurements:
        measured[one.service].append(one)
    return Text(
        key=KEY,
        title=TITLE,
        description=(
            "Owner, steps with their accountable party, and for each promise the line of its "
            "definition and its runbook."
        ),
        width=24,
        height=12,
        sections=tuple(
            Section(
                value=service.name,
                body=_about(service, agreements_of(plan, service), measured[service.name], parties),
            )
            for service in plan.services
        ),
    )


def _about(
    service: Service,
    agreements: Sequence[Agreement],
    measures: Sequence[Measurement],
    parties: Mapping[str, str],
) -> str:
    steps = (_step(n, one, parties) for n, one in enumerate(service.steps, 1))
    parts = [
        f"### {service.title}",
        service.description,
        _declared(service, parties),
        table(_STEP_HEAD, steps),
        table(_PROMISE_HEAD, (*map(_agreement, agreements), *map(_measure, measures))),
    ]
    return "\n\n".join(part for part in parts if part)


def _declared(service: Service, parties: Mapping[str, str]) -> str:
    """Return what the definition says of the service, and no word of what it does not."""
    said = (
        f"Owner **{parties.get(service.owner, service.owner)}**",
        f"process lead **{service.process_lead}**" if service.process_lead else "",
        service.domain,
        service.business_unit,
        f"criticality {service.criticality} of 5",
        f"`{service.origin}`",
    )
    return f"{', '.join(part for part in said if part)}."


def _step(number: int, step: Step, parties: Mapping[str, str]) -> tuple[str, ...]:
    bounds = (step.satisfied_seconds, step.tolerated_seconds)
    satisfied, tolerated = (
        "not declared" if one is None else duration_label(one) for one in bounds
    )
    named = step.vendor or step.team
    party = f"{'vendor' if step.vendor else 'team'} {parties.get(named, named)}"
    return (f"{number}. {step.title}", party, satisfied, tolerated, f"`{step.origin}`")


def _agreement(one: Agreement) -> tuple[str, ...]:
    promise = f"{number_text(one.objective * 100)} % over {one.window.label}"
    about = f"step {one.step}" if one.step else "the whole service"
    said = f"{one.kind.upper()} {one.name}: {one.title}"
    return (said, promise, about, f"`{one.origin}`", runbook(one))


def _measure(one: Measurement) -> tuple[str, ...]:
    promise, kind = "only watched", "Measure"
    if one.bound is not None:
        target, unit = one.bound.target, one.parts.unit
        timed = unit == "seconds"
        amount = duration_label(target) if timed else f"{number_text(target)} {unit}".rstrip()
        words = one.bound.direction.replace("_", " ")
        promise, kind = f"{words} {amount} over {one.window.label}", one.kind.upper()
    said = f"{kind} {one.name}: {one.title}"
    told = runbook(one) if one.bound is not None else "nothing is promised"
    return (said, promise, "the whole service", f"`{one.origin}`", told)
