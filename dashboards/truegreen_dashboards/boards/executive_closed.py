"""The row of the Executive board about closed periods: which were green outside and red inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CLOSED, TO_SERVICE, table_height
from truegreen_dashboards.display import Colour, Threshold, Unit, ValueMapping
from truegreen_dashboards.panels import BarGauge, Column, Panel, Stat, Table
from truegreen_dashboards.promql import coded, equal, select
from truegreen_dashboards.targets import Style, Target, lettered
from truegreen_dashboards.verdicts import WATERMELONS, mappings
from truegreen_definitions import names
from truegreen_definitions.emitters.rules.money import expects
from truegreen_definitions.names import WatermelonValue, WeightValue
from truegreen_definitions.plan.closed import (
    closed_units,
    closed_window,
    promised_of,
    pulls_hours,
)

if TYPE_CHECKING:
    from truegreen_dashboards.verdicts import Verdict
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan, Service

__all__ = ["closed"]

_BY = f"{names.SERVICE}, {names.WINDOW}"
# What is suspected is unknown, whose code is 2; it stands between the inverse and the watermelon.
_SUSPICION = 1.5
_SUSPECTED = ValueMapping(value=3.5, text="SUSPECTED", colour=Colour.AT_RISK)
# The noon of a day that begins at midnight anywhere is of that day for most readers elsewhere.
_NOON, _MILLISECONDS = 43_200, 1000
_NEVER = ValueMapping(value=0, text="NEVER", colour=Colour.GOOD)
_VETOED = ValueMapping(value=-1, text="0, VETOED", colour=Colour.BAD)
_SCORES = (
    Threshold(value=None, colour=Colour.BAD, word="A PROMISE IS BROKEN"),
    Threshold(value=50, colour=Colour.GOOD, word="PROMISES ARE KEPT"),
)


def closed(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of closed periods; none where no service is judged over them."""
    hours = pulls_hours(plan)
    judged = [
        (one, units)
        for one in plan.services
        if (units := closed_units(promised_of(plan, one.name), hours=hours))
    ]
    if not judged:
        return ()
    services = [one for one, _ in judged]
    height = table_height(sum(len(units) for _, units in judged))
    if not any(map(_weighs, services)):
        return (_green(5, height), _periods(services, 19, height))
    return (_green(8, 7), _weighed(), _periods(services, 24, height))


def _weighs(service: Service) -> bool:
    """Return whether the revenue of a service can be counted."""
    return any(expects(one) and one.priced for one in service.values)


def _green(width: int, height: int) -> Panel:
    month = equal(names.WINDOW, closed_window("month"))
    green = select(names.WATERMELON, month, equal(names.STATE, WatermelonValue.GREEN))
    return Stat(
        key="closed-green",
        title="Green in the last month",
        description=(
            "Services whose SLAs and XLAs were all met for certain in their last closed month, of "
            "all that are judged by months. What is not known is not counted as green."
        ),
        width=width,
        height=height,
        targets=(Target(ref="A", expr=f"sum({green})", legend="green"),),
        of=Target(ref="B", expr=f"count({green})", legend="of"),
        counted="GREEN",
    )


def _weighed() -> Panel:
    month = equal(names.WINDOW, closed_window("month"))
    by = equal(names.BY, WeightValue.REVENUE)
    each = f"max by ({names.CURRENCY}, {names.STATE})"
    whole = f"sum by ({names.CURRENCY}) ({each} ({select(names.WATERMELON_PORTFOLIO, month, by)}))"

    def share(verdict: Verdict) -> str:
        state = equal(names.STATE, verdict.state)
        part = select(names.WATERMELON_PORTFOLIO, month, by, state)
        return f"max by ({names.CURRENCY}) ({part}) / ({whole} > 0)"

    return BarGauge(
        key="closed-revenue",
        title="Share of last month's revenue, by state of the service that made it",
        description=(
            "WATERMELON: the share made by services that were green outside and red inside in that "
            "month. The weight of a service is its revenue of the month: the amounts of its "
            "transactions, or their number times the declared worth of one; a service that "
            "declares no value weighs nothing. Every currency is a whole of its own. UNKNOWN: "
            "why, `truegreen explain SERVICE --state FILE` says, promise by promise."
        ),
        width=16,
        height=7,
        targets=tuple(
            Target(
                ref=ref,
                expr=share(one),
                legend=f"{one.word}, {{{{{names.CURRENCY}}}}}",
                instant=True,
                style=Style(colour=one.colour),
            )
            for ref, one in lettered(reversed(WATERMELONS))
        ),
        unit=Unit.RATIO,
        minimum=0,
        maximum=1,
    )


def _periods(services: list[Service], width: int, height: int) -> Panel:
    state = f"max by ({_BY}) ({coded(names.WATERMELON, WATERMELONS, CLOSED)})"
    doubt = f"{_SUSPICION} * {_told(names.WATERMELON_SUSPECTED)}"
    asked = [
        ("A", f"{state} + on ({_BY}) {doubt} or {state}"),
        ("B", _day(names.WATERMELON_PERIOD)),
        ("C", f"{_day(names.WATERMELON_FIRST)} or 0 * {_told(names.WATERMELON_PERIODS)}"),
        ("D", _told(names.WATERMELON_PERIODS)),
        ("E", _told(names.WATERMELON_DEPTH)),
    ]
    columns = [
        Column(source=names.SERVICE, title="Service"),
        Column(
            source="A",
            title="SLA against XLA",
            mappings=(*mappings(WATERMELONS), _SUSPECTED),
            width=150,
        ),
        Column(source="C", title="Watermelon since", unit=Unit.DAY, mappings=(_NEVER,), width=150),
        Column(source="D", title="In a row", unit=Unit.COUNT, width=90),
        Column(source="E", title="SLAs ahead of XLAs", unit=Unit.RATIO, width=150),
    ]
    if any(one.score for one in services):
        asked.append(("F", f"{_told(names.SCORE)} - on ({_BY}) {_told(names.SCORE_VETOED)}"))
        score = Column(source="F", title="XLA score", mappings=(_VETOED,), thresholds=_SCORES)
        columns.append(score)
    columns += [
        Column(source=names.WINDOW, title="Period", width=110),
        Column(source="B", title="From", unit=Unit.DAY, width=110),
    ]
    return Table(
        key="closed-periods",
        title="Each service in its last closed period",
        description=(
            "WATERMELON: SLAs met and an XLA missed, both for certain; SUSPECTED: it looks like "
            "one, and a sample is too small to say; UNKNOWN: a promise without data, or without "
            "all its hours (`truegreen explain SERVICE --state FILE` says which). Since: the first "
            "period that was one; ahead: worst SLA less worst XLA, as shares of their targets. An "
            "XLA score is 0 to 100, below 50 while an agreement in it is broken."
        ),
        width=width,
        height=height,
        targets=tuple(
            Target(ref=ref, expr=expr, legend=names.SERVICE, instant=True) for ref, expr in asked
        ),
        columns=tuple(columns),
        sort_by="SLA against XLA",
        descending=True,
        link=TO_SERVICE,
    )


def _told(metric: Metric) -> str:
    return f"max by ({_BY}) ({select(metric, CLOSED)})"


def _day(metric: Metric) -> str:
    return f"({_told(metric)} + {_NOON}) * {_MILLISECONDS}"
