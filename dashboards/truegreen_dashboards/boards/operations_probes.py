"""The row of the Operations board about journeys: every slot accounted for, and who delayed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import table_height
from truegreen_dashboards.display import Colour, Unit
from truegreen_dashboards.panels import Column, Panel, Table, TimeSeries
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_definitions import names
from truegreen_definitions.names import SlotReasonValue, SlotValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Plan

__all__ = ["probes"]

_STATE_COLOURS = (
    (SlotValue.STARTED, Colour.GOOD),
    (SlotValue.WINDOWED, Colour.NO_DATA),
    (SlotValue.MISSED, Colour.BAD),
)
_WALKED = f"{names.JOURNEY}, {names.LOCATION}"


def probes(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the journeys."""
    walked = sum(len(journey.locations) for journey in plan.journeys)
    return (_slots(), _lag(), _by_journey(walked))


def _slots() -> Panel:
    return TimeSeries(
        key="slots",
        title="Slots by what became of them",
        description=(
            "Every slot of every schedule is started, missed, or inside a maintenance window "
            "(windowed); together they are the schedule."
        ),
        width=12,
        height=8,
        targets=tuple(
            Target(
                ref=ref,
                expr=f"sum(rate({_ranged('$__rate_interval', equal(names.STATE, state))}))",
                legend=state.value,
                style=Style(colour=colour),
            )
            for ref, (state, colour) in lettered(_STATE_COLOURS)
        ),
        unit=Unit.PER_SECOND,
        stacked=True,
        minimum=0,
    )


def _lag() -> Panel:
    return TimeSeries(
        key="hub",
        title="The prober's own delay",
        description=(
            "How late each probe's event loop woke. What it delayed itself is no data, and is "
            "counted as missed."
        ),
        width=12,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"max by ({names.LOCATION}) ({select(names.HUB_LAG)})",
                legend=f"{{{{{names.LOCATION}}}}}",
            ),
        ),
        unit=Unit.SECONDS,
        minimum=0,
    )


def _by_journey(rows: int) -> Panel:
    missed = equal(names.STATE, SlotValue.MISSED)
    asked = (
        ("Started", _slot_sum(equal(names.STATE, SlotValue.STARTED))),
        ("Delayed by the target", _slot_sum(missed, equal(names.REASON, SlotReasonValue.OVERRUN))),
        ("Lost by the prober", _slot_sum(missed, equal(names.REASON, SlotReasonValue.PROBER))),
        ("In maintenance", _slot_sum(equal(names.STATE, SlotValue.WINDOWED))),
        ("Cleanups failed", _sum(select(names.ORPHANS, over="$__range"))),
    )
    return Table(
        key="journeys",
        title="Journeys",
        description=(
            "Slots of the time range by journey and location: how many were started, were missed "
            "because the target or the prober was late, or lay in a maintenance window; and "
            "cleanups that may have left a record behind."
        ),
        width=24,
        height=table_height(rows, lines=1),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True)
            for ref, (title, expr) in lettered(asked)
        ),
        columns=(
            Column(source=names.JOURNEY, title="Journey"),
            Column(source=names.LOCATION, title="Location", width=110),
            *(
                Column(source=ref, title=title, unit=Unit.COUNT, width=170)
                for ref, (title, _) in lettered(asked)
            ),
        ),
        sort_by="Journey",
    )


def _slot_sum(*matches: Matcher) -> str:
    return _sum(_ranged("$__range", *matches))


def _sum(ranged: str) -> str:
    return f"round(sum by ({_WALKED}) (increase({ranged})))"


def _ranged(over: str, *matches: Matcher) -> str:
    return select(names.JOURNEY_SLOTS, *matches, over=over)
