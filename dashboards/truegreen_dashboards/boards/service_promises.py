"""The row of the Service board about its promises: attainment, states, budget and burn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import (
    HERE,
    TO_VENDOR,
    most_of_one_service,
    most_promises,
    per_agreement,
    state_codes,
    table_height,
)
from truegreen_dashboards.display import BUDGET_BANDS, Colour, Threshold, Unit
from truegreen_dashboards.panels import (
    Column,
    Panel,
    StateTimeline,
    Table,
    TimeSeries,
)
from truegreen_dashboards.promql import equal, of_own_window, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_dashboards.verdicts import STATES, mappings
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["promises"]

_LEGEND = f"{{{{{names.AGREEMENT}}}}}"


def promises(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of attainment, budget, burn and volume."""
    return (_table(plan), _timeline(plan), _budget(plan), _burn(plan), _volume(), _burn_table(plan))


def _table(plan: Plan) -> Panel:
    values = (
        ("B", names.ATTAINMENT),
        ("C", names.OBJECTIVE),
        ("D", names.BUDGET_REMAINING),
        ("E", names.ATTAINMENT_LOWER),
        ("F", names.ATTAINMENT_UPPER),
    )
    return Table(
        key="attainment",
        title="Attainment against objective",
        description=(
            "What was kept of each promise over its own window. A sample (surveys, probes) is "
            "judged by its 95 % interval: met when the lower bound reaches the objective."
        ),
        width=24,
        height=table_height(most_promises(plan)),
        targets=(
            Target(ref="A", expr=per_agreement(state_codes(HERE)), legend="State", instant=True),
            *(
                Target(
                    ref=ref,
                    expr=per_agreement(select(metric, HERE)),
                    legend=metric.name,
                    instant=True,
                )
                for ref, metric in values
            ),
        ),
        columns=(
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.KIND, title="Kind", width=70),
            Column(source="A", title="State", mappings=mappings(STATES), width=130),
            Column(source="B", title="Attainment", unit=Unit.RATIO),
            Column(source="E", title="Lower bound", unit=Unit.RATIO),
            Column(source="F", title="Upper bound", unit=Unit.RATIO),
            Column(source="C", title="Objective", unit=Unit.RATIO),
            Column(source="D", title="Budget left", unit=Unit.RATIO, thresholds=BUDGET_BANDS),
            Column(source=names.WINDOW, title="Window", width=90),
            Column(source=names.OWNER, title="Owner"),
            Column(source=names.VENDOR, title="Vendor", link=TO_VENDOR),
        ),
        sort_by="State",
        descending=True,
    )


def _line_height(plan: Plan) -> int:
    """Return a height in grid rows that shows a line of states for each promise."""
    return max(8, min(20, 2 + most_promises(plan)))


def _timeline(plan: Plan) -> Panel:
    return StateTimeline(
        key="state-timeline",
        title="State over time",
        description="State of each agreement over its own window, as it was judged at the time.",
        width=12,
        height=_line_height(plan),
        targets=(Target(ref="A", expr=state_codes(HERE), legend=_LEGEND),),
        mappings=mappings(STATES),
    )


def _budget(plan: Plan) -> Panel:
    left = of_own_window(select(names.BUDGET_REMAINING, HERE))
    return TimeSeries(
        key="budget",
        title="Error budget left",
        description=(
            "Share of the error budget that is left, of the events so far. Below 0 % the "
            "promise is broken unless later events make up for it."
        ),
        width=12,
        height=_line_height(plan),
        targets=(Target(ref="A", expr=left, legend=_LEGEND),),
        unit=Unit.RATIO,
        thresholds=(
            Threshold(value=None, colour=Colour.BAD),
            Threshold(value=0, colour=Colour.BAD, word="OVERSPENT BELOW"),
        ),
    )


def _burn(plan: Plan) -> Panel:
    fastest = plan.policy.burn[0]
    burn = select(names.BURN_RATE, HERE, equal(names.OVER, fastest.long))
    return TimeSeries(
        key="burn",
        title=f"Burn rate over {fastest.long}",
        description=(
            "How many times faster than allowed the error budget is spent: 1 spends it exactly. "
            f"Above {fastest.factor} in this window and in the last {fastest.short}, the fastest "
            f"pair raises a {fastest.severity}."
        ),
        width=12,
        height=8,
        targets=(Target(ref="A", expr=burn, legend=_LEGEND),),
        thresholds=(
            Threshold(value=None, colour=Colour.GOOD),
            Threshold(
                value=float(fastest.factor),
                colour=Colour.BAD,
                word=f"{fastest.severity.upper()} ABOVE",
            ),
        ),
        minimum=0,
    )


def _burn_table(plan: Plan) -> Panel:
    by = f"{names.AGREEMENT}, {names.KIND}"

    def worst(over: str) -> str:
        return f"max by ({by}) ({select(names.BURN_RATE, HERE, equal(names.OVER, over))})"

    pairs = lettered(plan.policy.burn)
    burning = (one for one in plan.agreements if any(window.burns for window in one.windows))
    return Table(
        key="burn-rates",
        title="Burn rate by window",
        description=(
            "Burn rate over the long window of each pair of the Policy; coloured from the pair's "
            "factor upwards."
        ),
        width=24,
        height=table_height(most_of_one_service(burning)),
        targets=tuple(
            Target(ref=ref, expr=worst(burn.long), legend=burn.long, instant=True)
            for ref, burn in pairs
        ),
        columns=(
            Column(source=names.AGREEMENT, title="Agreement"),
            Column(source=names.KIND, title="Kind", width=70),
            *(
                Column(
                    source=ref,
                    title=burn.long,
                    thresholds=(
                        Threshold(value=None, colour=Colour.GOOD),
                        Threshold(value=1, colour=Colour.AT_RISK, word="FAST"),
                        Threshold(value=float(burn.factor), colour=Colour.BAD, word="TOO FAST"),
                    ),
                )
                for ref, burn in pairs
            ),
        ),
        sort_by="Agreement",
    )


def _volume() -> Panel:
    return TimeSeries(
        key="volume",
        title="Events in 5 minutes",
        description="How many events each promise was measured on; few events make it jumpy.",
        width=12,
        height=8,
        targets=(Target(ref="A", expr=select(names.TOTAL_5M, HERE), legend=_LEGEND),),
        unit=Unit.COUNT,
        minimum=0,
    )
