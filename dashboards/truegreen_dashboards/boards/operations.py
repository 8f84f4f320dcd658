"""The Operations board: is Truegreen itself all right, so that the other boards can be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards.answering import Answers
from truegreen_dashboards.boards.frame import MARKS, NOTED, TAGS, WHO
from truegreen_dashboards.boards.operations_probes import probes
from truegreen_dashboards.boards.operations_sources import sources
from truegreen_dashboards.boards.reading import reading
from truegreen_dashboards.display import Colour, Threshold, Unit, ValueMapping
from truegreen_dashboards.panels import Panel, Stat, TimeSeries
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_definitions import names
from truegreen_definitions.names import PushValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["board"]

_PUSH_COLOURS = (
    (PushValue.SENT, Colour.GOOD),
    (PushValue.FAILED, Colour.BAD),
    (PushValue.DROPPED, Colour.AT_RISK),
)


def board(plan: Plan) -> Board:
    """Return the Operations board of a plan; rows follow what the plan has."""
    rows = [Row(key="now", title="How Truegreen is", panels=_now(plan))]
    if plan.sources:
        rows.append(Row(key="sources", title="Records: what comes in", panels=sources(plan)))
    if plan.journeys:
        rows.append(Row(key="probes", title="Journeys: what is walked", panels=probes(plan)))
    rows.append(Row(key="processes", title="Processes", panels=(_pushes(),)))
    if plan.sources or plan.journeys:
        rows.append(Row(key="people", title=WHO, panels=(Answers(plan=plan).inputs(),)))
    rows.append(reading(_READING))
    return Board(
        uid=names.BoardUid.OPERATIONS,
        title="Operations: Truegreen itself",
        description="Is Truegreen itself all right, so that the other boards can be believed?",
        tags=TAGS,
        span="6h",
        refresh="1m",
        annotations=MARKS,
        noted=NOTED,
        rows=tuple(rows),
    )


def _now(plan: Plan) -> tuple[Panel, ...]:
    panels = [_reloads()]
    if plan.sources:
        panels += [_sources_up(), _cycle()]
    if plan.journeys:
        panels.append(_hub_lag())
    return tuple(panels)


def _reloads() -> Panel:
    return Stat(
        key="reloads",
        title="Plan",
        description=(
            "Whether every process could take over its plan file when it last looked. A refused "
            "one is not used; the process keeps the last good plan."
        ),
        width=6,
        height=5,
        targets=(
            Target(ref="A", expr=f"min({select(names.PLAN_RELOAD_SUCCESSFUL)})", legend="plan"),
        ),
        mappings=(
            ValueMapping(value=0, text="REFUSED", colour=Colour.BAD),
            ValueMapping(value=1, text="TAKEN OVER", colour=Colour.GOOD),
        ),
    )


def _sources_up() -> Panel:
    return Stat(
        key="sources-up",
        title="Sources up",
        description="Sources whose last reading went well, of all.",
        width=6,
        height=5,
        targets=(Target(ref="A", expr=f"sum({select(names.SOURCE_UP)})", legend="up"),),
        of=Target(ref="B", expr=f"count({select(names.SOURCE_UP)})", legend="of"),
        counted="UP",
    )


def _cycle() -> Panel:
    return Stat(
        key="cycle",
        title="Last cycle",
        description="How long the exporter last took to read its sources and count every window.",
        width=6,
        height=5,
        targets=(
            Target(ref="A", expr=f"max({select(names.CYCLE_DURATION)})", legend="last cycle"),
        ),
        unit=Unit.SECONDS,
        sparkline=True,
    )


def _hub_lag() -> Panel:
    return Stat(
        key="hub-lag",
        title="Prober's own delay",
        description=(
            "How late a probe's event loop last woke, at its worst location. Above a tenth of a "
            "second the prober delays what it measures."
        ),
        width=6,
        height=5,
        targets=(Target(ref="A", expr=f"max({select(names.HUB_LAG)})", legend="late by"),),
        unit=Unit.SECONDS,
        thresholds=(
            Threshold(value=None, colour=Colour.GOOD, word="ON TIME"),
            Threshold(value=0.1, colour=Colour.AT_RISK, word="LATE"),
            Threshold(value=1, colour=Colour.BAD, word="TOO LATE"),
        ),
        sparkline=True,
    )


def _pushes() -> Panel:
    return TimeSeries(
        key="pushes",
        title="OTLP pushes",
        description=(
            "Pushes of metrics to a collector, by what became of them; empty where none is "
            "configured. A dropped push costs nothing but itself."
        ),
        quiet="NOTHING IS PUSHED",
        width=24,
        height=6,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sum(rate({_pushed(outcome)}))",
                legend=outcome.value,
                style=Style(colour=colour),
            )
            for ref, (outcome, colour) in lettered(_PUSH_COLOURS)
        ),
        unit=Unit.PER_SECOND,
        minimum=0,
    )


def _pushed(outcome: PushValue) -> str:
    return select(names.OTLP_PUSHES, equal(names.OUTCOME, outcome), over="$__rate_interval")


_READING = """\
The other boards can be believed while the plan is **TAKEN OVER** by every process, every source \
is up and its **newest row** is young, and no slots are lost by the prober. A **slot** is a \
moment at which a journey was to start: started, missed, or within a maintenance window.

Rows of **no service**, and rows that are **refused** because they cannot be read, count in no \
promise: look for them where a number seems too good. A **cleanup** that failed may have left a \
test record in the system that was probed.
"""
