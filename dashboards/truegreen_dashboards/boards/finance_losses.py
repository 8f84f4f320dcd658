"""The row of the Finance board about losses: where they are, with bounds, and what is at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.finance_now import MONTH, POINT, counts_avoided
from truegreen_dashboards.boards.frame import TO_SERVICE, TO_VENDOR
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table, TimeSeries
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Target
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Plan

__all__ = ["losses"]

_LAST = equal(names.WINDOW, "prev_month")
_PAID = f"{names.SERVICE}, {names.CURRENCY}"


def losses(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the row."""
    return (_booked(avoided=counts_avoided(plan)), _risk(), _minute())


def _booked(*, avoided: bool) -> Panel:
    by = f"{names.SERVICE}, {names.VENDOR}, {names.CURRENCY}"

    def lost(window: Matcher, bound: BoundValue) -> str:
        return f"sum by ({by}) ({select(names.LOSS, window, equal(names.BOUND, bound))})"

    asked = [
        ("A", "This month", lost(MONTH, BoundValue.POINT)),
        ("B", "at least", lost(MONTH, BoundValue.LOWER)),
        ("C", "at most", lost(MONTH, BoundValue.UPPER)),
        ("D", "Last month", lost(_LAST, BoundValue.POINT)),
    ]
    if avoided:
        told = f"sum by ({by}) ({select(names.AVOIDED_LOSS, MONTH, POINT)})"
        asked.append(("E", "Avoided, apart", told))
    return Table(
        key="booked",
        title="Net losses, by who answers for them",
        description=(
            "Losses booked for outages of each service, by the vendor whose steps made them; "
            "none is our own. Each with the least and the most that it may be. What was avoided "
            "stands apart and is never taken off."
        ),
        width=15,
        height=8,
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.VENDOR, title="Vendor", link=TO_VENDOR),
            Column(source=names.CURRENCY, title="Currency", width=80),
            *(Column(source=ref, title=title, unit=Unit.MONEY) for ref, title, _ in asked),
        ),
        sort_by="This month",
        descending=True,
        link=TO_SERVICE,
    )


def _risk() -> Panel:
    return TimeSeries(
        key="risk",
        title="At risk each minute",
        description=(
            "What is expected to be bought in a minute, times the share that degraded steps "
            "touch: expected, never a loss. A click leads to the service."
        ),
        width=9,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"sum by ({_PAID}) ({select(names.VALUE_AT_RISK)})",
                legend=f"{{{{{names.SERVICE}}}}}, {{{{{names.CURRENCY}}}}}",
            ),
        ),
        unit=Unit.MONEY,
        minimum=0,
        link=TO_SERVICE,
    )


def _minute() -> Panel:
    by = f"{names.SERVICE}, {names.COMPONENT}, {names.CURRENCY}"
    return Table(
        key="minute",
        title="What a minute of outage costs",
        description=(
            "What a minute of complete outage would cost now, each component apart: nothing is "
            "added up that was not declared to be of one kind."
        ),
        width=24,
        height=6,
        targets=(
            Target(
                ref="A",
                expr=f"sum by ({by}) ({select(names.OUTAGE_COST)})",
                legend="A minute",
                instant=True,
            ),
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.COMPONENT, title="Of"),
            Column(source=names.CURRENCY, title="Currency", width=90),
            Column(source="A", title="A minute", unit=Unit.MONEY),
        ),
        sort_by="A minute",
        descending=True,
        link=TO_SERVICE,
    )
