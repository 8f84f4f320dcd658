"""The Service board: is this service all right, and if not, which promise and which step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import (
    service_measures,
    service_people,
    service_process,
    service_promises,
    service_records,
    service_restated,
    service_steps,
    service_verdict,
    service_worth,
)
from truegreen_dashboards.boards.frame import MARKS, NOTED, TAGS, WHO
from truegreen_dashboards.boards.reading import reading
from truegreen_dashboards.targets import Choice, PageLink, Variable
from truegreen_definitions import names
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

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
        panels = (*service_records.records(plan), *service_restated.restated(plan))
        rows.append(Row(key="records", title="Business records", panels=panels))
    if slas := service_worth.worth(plan):
        rows.append(Row(key="worth", title="What its SLAs are worth", panels=slas))
    rows += service_measures.measures(plan)
    rows.append(Row(key="people", title=WHO, panels=(service_people.people(plan),)))
    rows.append(reading(_READING))
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


_READING = """\
An **SLA** is what the contract says; an **XLA** is what people experience. **WATERMELON**: every \
SLA met while an XLA is missed; **INVERSE**: an SLA missed that people do not feel; **RED**: both \
missed. **UNDECIDED** and **TOO FEW** say that a sample is too small to tell.

**Error budget** is how many bad events the objective allows: 100 % is untouched, below 0 % is \
overspent. A **burn rate** of 1 spends it just by the end of the window. A step is **satisfied** \
or **tolerated** within its two thresholds, **frustrated** beyond them.
"""
