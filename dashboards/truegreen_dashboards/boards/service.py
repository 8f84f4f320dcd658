"""The Service board: is this service all right, and if not, which promise and which step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import (
    service_measures,
    service_process,
    service_promises,
    service_records,
    service_steps,
    service_verdict,
    service_worth,
)
from truegreen_dashboards.boards.frame import MARKS, NOTED, TAGS, cell, how_to_read
from truegreen_dashboards.panels import Panel, Section, Text
from truegreen_dashboards.targets import Choice, PageLink, Variable
from truegreen_dashboards.titles import titles_of
from truegreen_definitions import names
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.plan import Agreement, Measurement, Plan, Service, Step

__all__ = ["board"]


def board(plan: Plan) -> Board:
    """Return the Service board of a plan, with rows for the kinds of indicators it uses."""
    rows = [
        Row(key="verdict", title="Verdict", panels=service_verdict.verdict(plan)),
        Row(key="promises", title="Promises", panels=service_promises.promises(plan)),
    ]
    if plan.journeys:
        rows.append(Row(key="steps", title="Steps", panels=service_steps.steps(plan)))
    if cases := service_process.process(plan):
        rows.append(Row(key="process", title="Process", panels=cases))
    if any(isinstance(agreement.parts, Records) for agreement in plan.agreements):
        title = "Business records"
        rows.append(Row(key="records", title=title, panels=service_records.records(plan)))
    if slas := service_worth.worth(plan):
        rows.append(Row(key="worth", title="What its SLAs are worth", panels=slas))
    rows += service_measures.measures(plan)
    rows.append(Row(key="people", title="Who and where", panels=(_people(plan),)))
    rows.append(Row(key="reading", title="How to read this", panels=(how_to_read(_READING),)))
    return Board(
        uid=names.BoardUid.SERVICE,
        title="Service: promises, steps and budget",
        description="Is this service all right, and if not, which promise and which step?",
        tags=TAGS,
        span="1h",
        refresh="1m",
        variables=(_variable(plan),),
        annotations=MARKS,
        noted=NOTED,
        links=_catalogue(plan),
        rows=tuple(rows),
    )


def _catalogue(plan: Plan) -> tuple[PageLink, ...]:
    url = plan.policy.catalogue_url
    return (PageLink(title="Service catalogue", url=f"{url}/${{service}}.html"),) if url else ()


def _variable(plan: Plan) -> Variable:
    worst = max(plan.services, key=lambda one: one.criticality, default=None)
    return Variable(
        name="service",
        title="Service",
        choices=tuple(Choice(value=one.name, title=one.title) for one in plan.services),
        default=worst.name if worst else "",
    )


def _people(plan: Plan) -> Panel:
    sections = tuple(
        Section(value=service.name, body=_about(plan, service)) for service in plan.services
    )
    return Text(
        key="people",
        title="Who answers, and where it is written",
        description=(
            "Owner, steps with their accountable party, and for each promise the line of its "
            "definition and its runbook."
        ),
        width=24,
        height=12,
        sections=sections,
    )


def _about(plan: Plan, service: Service) -> str:
    agreements = [one for one in plan.agreements if one.service == service.name]
    measures = [one for one in plan.measurements if one.service == service.name]
    titles = titles_of(plan)
    parties = titles["owner"] | titles["vendor"]
    steps = (_step(n, one, parties) for n, one in enumerate(service.steps, 1))
    who = (
        f"Owner **{parties.get(service.owner, service.owner)}**, "
        f"process lead **{service.process_lead or 'none'}**, "
        f"{service.domain}, {service.business_unit}, criticality {service.criticality} of 5, "
        f"`{service.origin}`."
    )
    parts = [
        f"### {service.title}",
        service.description,
        who,
        "\n".join((*_STEP_HEAD, *steps)),
        "\n".join((*_AGREEMENT_HEAD, *map(_agreement, agreements), *map(_measure, measures))),
    ]
    return "\n\n".join(part for part in parts if part)


_STEP_HEAD = (
    cell(("Step", "Accountable", "Satisfied", "Tolerated", "Defined in")),
    "|---" * 5 + "|",
)
_AGREEMENT_HEAD = (
    cell(("Agreement", "Promise", "About", "Defined in", "What to do")),
    "|---" * 5 + "|",
)
_OF_MARKDOWN = str.maketrans({"(": "%28", ")": "%29", "|": "%7C", "<": "%3C", " ": "%20"})


def _step(number: int, step: Step, parties: Mapping[str, str]) -> str:
    bounds = (step.satisfied_seconds, step.tolerated_seconds)
    satisfied, tolerated = (
        "not declared" if one is None else duration_label(one) for one in bounds
    )
    named = step.vendor or step.team
    party = f"{'vendor' if step.vendor else 'team'} {parties.get(named, named)}"
    return cell((f"{number}. {step.title}", party, satisfied, tolerated, f"`{step.origin}`"))


def _agreement(one: Agreement) -> str:
    promise = f"{number_text(one.objective * 100)} % over {one.window.label}"
    about = f"step {one.step}" if one.step else "the whole service"
    said = f"{one.kind.upper()} {one.name}: {one.title}"
    return cell((said, promise, about, f"`{one.origin}`", _runbook(one)))


def _runbook(one: Agreement | Measurement) -> str:
    """Return the link to what to do when a promise is broken, as Markdown."""
    url = one.alerting.runbook.translate(_OF_MARKDOWN)
    return f"[runbook]({url})" if url else "no runbook"


def _measure(one: Measurement) -> str:
    promise, kind = "only watched", "Measure"
    if one.bound is not None:
        target, unit = one.bound.target, one.parts.unit
        timed = unit == "seconds"
        amount = duration_label(target) if timed else f"{number_text(target)} {unit}".rstrip()
        words = one.bound.direction.replace("_", " ")
        promise, kind = f"{words} {amount} over {one.window.label}", one.kind.upper()
    said = f"{kind} {one.name}: {one.title}"
    told = _runbook(one) if one.bound is not None else "nothing is promised"
    return cell((said, promise, "the whole service", f"`{one.origin}`", told))


_READING = """\
An **SLA** is what the contract says; an **XLA** is what people experience. **WATERMELON**: every \
SLA met while an XLA is missed; **INVERSE**: an SLA missed that people do not feel; **RED**: both \
missed. **UNDECIDED** and **TOO FEW** say that a sample is too small to tell.

**Error budget** is how many bad events the objective allows: 100 % is untouched, below 0 % is \
overspent. A **burn rate** of 1 spends it just by the end of the window. A step is **satisfied** \
or **tolerated** within its two thresholds, **frustrated** beyond them.
"""
