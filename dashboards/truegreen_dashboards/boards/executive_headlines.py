"""The headlines of the Executive board: the numbers that say in seconds how it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_dashboards.boards.finance_now import money_headlines
from truegreen_dashboards.boards.frame import OPEN
from truegreen_dashboards.display import BUDGET_BANDS, Colour, Threshold, Unit, ValueMapping
from truegreen_dashboards.panels import BarGauge, Panel, Stat
from truegreen_dashboards.promql import equal, of_own_window, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_dashboards.verdicts import STATES
from truegreen_definitions import names
from truegreen_definitions.names import StateValue, WatermelonValue

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["by_state", "headlines"]

_NAMED_COUNTS = 20
_WIDTHS_BESIDE_MONEY = (5, 6, 5)


def headlines(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the first row."""
    panels = (_met(), _watermelons(plan), _worst_budget())
    money = money_headlines(plan)
    widths = _WIDTHS_BESIDE_MONEY if money else (8, 8, 8)
    found = (replace(panel, width=width) for panel, width in zip(panels, widths, strict=True))
    return (*found, *money)


def _met() -> Panel:
    kept = select(names.STATE_OF, equal(names.KIND, "xla"), equal(names.STATE, StateValue.OK))
    promised = select(names.AGREEMENT_INFO, equal(names.KIND, "xla"))
    return Stat(
        key="xlas-met",
        title="XLAs met over their window",
        description="Experience level agreements that are met over their own window, of all.",
        width=6,
        height=5,
        targets=(Target(ref="A", expr=f"sum({of_own_window(kept)})", legend="met"),),
        of=Target(ref="B", expr=f"count({promised})", legend="of"),
        counted="MET",
        sparkline=True,
    )


def _watermelons(plan: Plan) -> Panel:
    found = select(names.WATERMELON, equal(names.STATE, WatermelonValue.WATERMELON), OPEN)
    counts = (
        ValueMapping(value=0, text="NONE", colour=Colour.GOOD),
        ValueMapping(value=1, text="1 WATERMELON", colour=Colour.BAD),
        *(
            ValueMapping(value=n, text=f"{n} WATERMELONS", colour=Colour.BAD)
            for n in range(2, min(len(plan.services), _NAMED_COUNTS) + 1)
        ),
    )
    return Stat(
        key="watermelons",
        title="Watermelons now",
        description=(
            "Services that are green outside and red inside, now or over their window: every "
            "SLA is met while an XLA is missed."
        ),
        width=6,
        height=5,
        targets=(
            Target(ref="A", expr=f"sum(max by ({names.SERVICE}) ({found}))", legend="services"),
        ),
        mappings=counts,
        thresholds=(
            Threshold(value=None, colour=Colour.GOOD),
            Threshold(value=1, colour=Colour.BAD),
        ),
        sparkline=True,
    )


def _worst_budget() -> Panel:
    left = of_own_window(select(names.BUDGET_REMAINING))
    return Stat(
        key="worst-budget",
        title="Worst error budget",
        description=(
            "What is left of the smallest error budget, of the events so far. Below 0 % it is "
            "overspent, below 25 % it is low."
        ),
        width=6,
        height=5,
        targets=(Target(ref="A", expr=f"min({left})", legend="left"),),
        unit=Unit.RATIO,
        thresholds=BUDGET_BANDS,
        sparkline=True,
    )


def by_state() -> Panel:
    """Return how many agreements are in each state."""
    targets = tuple(
        Target(
            ref=ref,
            expr=f"sum({of_own_window(select(names.STATE_OF, equal(names.STATE, one.state)))})",
            legend=one.word,
            instant=True,
            style=Style(colour=one.colour),
        )
        for ref, one in lettered(reversed(STATES))
    )
    return BarGauge(
        key="by-state",
        title="Agreements by state",
        description="How many agreements are in each state over their own window.",
        width=5,
        height=9,
        targets=targets,
        unit=Unit.COUNT,
        minimum=0,
    )
