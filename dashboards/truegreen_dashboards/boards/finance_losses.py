"""The row of the Finance board about losses: where they are, with bounds, and what is at risk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.finance_now import MONTH, POINT, counts_avoided
from truegreen_dashboards.boards.frame import TO_SERVICE, TO_VENDOR
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import BarGauge, Column, Panel, Table, TimeSeries
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_definitions import names
from truegreen_definitions.emitters.rules.money import sums_outage
from truegreen_definitions.names import BoundValue, ReputationValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Plan, Policy

__all__ = ["losses"]

_LAST = equal(names.WINDOW, "prev_month")
_PAID = f"{names.SERVICE}, {names.CURRENCY}"


def losses(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the row."""
    summed = any(sums_outage(plan.policy, service) for service in plan.services)
    minute = (_minute(15), _whole_minute(plan.policy)) if summed else (_minute(24),)
    told = _told(plan)
    good_name = (_reputation(told),) if told else ()
    return (_booked(avoided=counts_avoided(plan)), _risk(), *minute, *good_name)


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
            Column(source=names.VENDOR, title="Vendor", link=TO_VENDOR, missing="our own"),
            Column(source=names.CURRENCY, title="Currency", width=80),
            *(
                Column(source=ref, title=title, unit=Unit.MONEY, missing="none")
                for ref, title, _ in asked
            ),
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


def _minute(width: int) -> Panel:
    by = f"{names.SERVICE}, {names.COMPONENT}, {names.CURRENCY}"
    return Table(
        key="minute",
        title="What a minute of outage costs",
        description=(
            "What a minute of complete outage would cost now, each component apart and in the "
            "currency that it was declared in."
        ),
        width=width,
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


def _whole_minute(policy: Policy) -> Panel:
    currency = policy.reporting_currency
    return BarGauge(
        key="whole-minute",
        title=f"A minute of outage, all of it in {currency}",
        description=(
            f"The sum of a service's components, each at its declared rate to {currency}. No bar: "
            "a component has no rate, or is not known now."
        ),
        width=9,
        height=6,
        targets=(
            Target(
                ref="A",
                expr=f"sort_desc(sum by ({_PAID}) ({select(names.REPORTED_OUTAGE_COST)}))",
                legend=f"{{{{{names.SERVICE}}}}}, {{{{{names.CURRENCY}}}}}",
                instant=True,
            ),
        ),
        unit=Unit.MONEY,
        minimum=0,
        link=TO_SERVICE,
    )


def _told(plan: Plan) -> tuple[tuple[ReputationValue, str], ...]:
    """Return what services tell of their good name, as people call it."""
    outages = [service.outage for service in plan.services if service.outage is not None]
    named = (
        (ReputationValue.CHURNED, "Customers who left", any(one.churned for one in outages)),
        (
            ReputationValue.LOST_CONVERSIONS,
            "Sales begun and lost",
            any(one.lost_conversions for one in outages),
        ),
    )
    return tuple((value, title) for value, title, is_told in named if is_told)


def _reputation(told: Sequence[tuple[ReputationValue, str]]) -> Panel:
    by = f"{names.SERVICE}, {names.WINDOW}"

    def number(of: ReputationValue) -> str:
        return f"sum by ({by}) ({select(names.REPUTATION, equal(names.INDICATOR, of))})"

    asked = lettered((title, number(of)) for of, title in told)
    return Table(
        key="reputation",
        title="What outages do to a good name",
        description=(
            "Customers who left, and sales that were begun and lost: shown beside the money, and "
            "never counted as it. Rows: `truegreen explain SERVICE/MEASURE --state FILE`."
        ),
        width=24,
        height=6,
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, (title, expr) in asked
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.WINDOW, title="Window", width=120),
            *(
                Column(source=ref, title=title, unit=Unit.COUNT, missing="not counted")
                for ref, (title, _) in asked
            ),
        ),
        sort_by="Service",
        link=TO_SERVICE,
    )
