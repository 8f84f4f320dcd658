"""The Executive board: are the promises kept, and does anything look better than it feels?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards.answering import Answers
from truegreen_dashboards.boards.executive_broken import broken
from truegreen_dashboards.boards.executive_closed import closed
from truegreen_dashboards.boards.executive_headlines import by_state, headlines
from truegreen_dashboards.boards.frame import (
    MARKS,
    NOTED,
    OPEN,
    TAGS,
    TO_SERVICE,
    TO_VENDOR,
    WHO,
    per_agreement,
    state_codes,
    table_height,
)
from truegreen_dashboards.boards.reading import reading
from truegreen_dashboards.display import BUDGET_BANDS, Unit
from truegreen_dashboards.panels import (
    BarGauge,
    Column,
    Panel,
    StateTimeline,
    Table,
)
from truegreen_dashboards.promql import coded, of_own_window, select
from truegreen_dashboards.targets import Target
from truegreen_dashboards.verdicts import STATES, WATERMELONS, mappings
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["board"]


def board(plan: Plan) -> Board:
    """Return the Executive board of a plan."""
    title = "Green outside, red inside: closed periods"
    periods = tuple(
        Row(key="closed", title=title, panels=panels) for panels in (closed(plan),) if panels
    )
    return Board(
        uid=names.BoardUid.EXECUTIVE,
        title="Executive: promises and experience",
        description="Are the promises kept, and does anything look better than it feels?",
        tags=TAGS,
        span="24h",
        refresh="1m",
        annotations=MARKS,
        noted=NOTED,
        rows=(
            Row(
                key="overview",
                title="How it stands",
                panels=headlines(plan),
            ),
            Row(key="broken", title="What is broken, since when, whose", panels=broken(plan)),
            *periods,
            Row(
                key="offenders",
                title="Where to look",
                panels=(_budgets(), by_state(), _timeline()),
            ),
            Row(key="agreements", title="Every agreement", panels=(_agreements(plan),)),
            Row(key="people", title=WHO, panels=(Answers(plan=plan).services(),)),
            reading(_READING),
        ),
    )


def _budgets() -> Panel:
    left = of_own_window(select(names.BUDGET_REMAINING))
    return BarGauge(
        key="budgets",
        title="Error budget left, worst first",
        description=(
            "Share of each agreement's error budget that is left over its own window. A click "
            "leads to the service."
        ),
        width=8,
        height=9,
        targets=(
            Target(
                ref="A",
                expr=f"sort({left})",
                legend=f"{{{{{names.SERVICE}}}}} / {{{{{names.AGREEMENT}}}}}",
                instant=True,
            ),
        ),
        unit=Unit.RATIO,
        thresholds=BUDGET_BANDS,
        minimum=-1,
        maximum=1,
        link=TO_SERVICE,
    )


def _timeline() -> Panel:
    by = f"{names.SERVICE}, {names.WINDOW}"
    return StateTimeline(
        key="watermelon-timeline",
        title="SLA green, XLA red",
        description=(
            "Each service over time, in the live window and over its own. GREEN: SLAs and XLAs "
            "met. WATERMELON: SLAs met, an XLA missed. INVERSE: an SLA missed that people do "
            "not feel. RED: both missed."
        ),
        width=11,
        height=9,
        targets=(
            Target(
                ref="A",
                expr=f"max by ({by}) ({coded(names.WATERMELON, WATERMELONS, OPEN)})",
                legend=f"{{{{{names.SERVICE}}}}}, {{{{{names.WINDOW}}}}}",
            ),
        ),
        mappings=mappings(WATERMELONS),
        link=TO_SERVICE,
    )


def _agreements(plan: Plan) -> Panel:
    targets = (
        Target(ref="A", expr=per_agreement(state_codes()), legend="State", instant=True),
        *(
            Target(ref=ref, expr=per_agreement(select(metric)), legend=title, instant=True)
            for ref, metric, title in (
                ("B", names.ATTAINMENT, "Attainment"),
                ("C", names.OBJECTIVE, "Objective"),
                ("D", names.BUDGET_REMAINING, "Budget left"),
            )
        ),
    )
    return Table(
        key="agreements",
        title="All agreements",
        description=(
            "Every promise of the plan over its own window, the worst state first. No data is a "
            "state of its own, never 0 % and never 100 %. A promise of a value, such as hours, has "
            "no share: its value and target stand on the Service board."
        ),
        width=24,
        height=table_height(len(plan.agreements)),
        targets=targets,
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.KIND, title="Kind", width=70),
            Column(source="A", title="State", mappings=mappings(STATES), width=130),
            Column(source="B", title="Attainment", unit=Unit.RATIO, width=110),
            Column(source="C", title="Objective", unit=Unit.RATIO, width=110),
            Column(
                source="D",
                title="Budget left",
                unit=Unit.RATIO,
                thresholds=BUDGET_BANDS,
                width=110,
            ),
            Column(source=names.WINDOW, title="Window", width=90),
            Column(source=names.OWNER, title="Owner"),
            Column(source=names.VENDOR, title="Vendor", link=TO_VENDOR),
        ),
        sort_by="State",
        descending=True,
        link=TO_SERVICE,
    )


_READING = """\
An **SLA** is what the contract says; an **XLA** is what people experience. When every SLA of a \
service is met while an XLA is missed, it is a **WATERMELON**: green outside, red inside.

Blue is good, orange at risk, vermilion bad, grey unknown; a word always stands beside the colour. \
**Error budget** is how many bad events the objective allows: 100 % is untouched, below 0 % is \
overspent.
"""
