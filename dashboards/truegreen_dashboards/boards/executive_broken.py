"""The row of the Executive board about now: what is broken, since when, and who owns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import TO_SERVICE, TO_VENDOR
from truegreen_dashboards.display import BUDGET_BANDS, Colour, Unit
from truegreen_dashboards.panels import BarGauge, Column, Panel, Table
from truegreen_dashboards.promql import of_own_window, select
from truegreen_dashboards.targets import Style, Target
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["broken"]

_PROMISE = f"{names.SERVICE}, {names.AGREEMENT}"
_ROW = f"{_PROMISE}, {names.OWNER}"
# Prometheus's own series: what fires, and the time since when it has been true.
_FIRING = f'ALERTS{{alertstate="firing",{names.AGREEMENT}!=""}}'
_TRUE_SINCE = f'ALERTS_FOR_STATE{{{names.AGREEMENT}!=""}}'


def broken(plan: Plan) -> tuple[Panel, ...]:
    """Return what is broken, and where money is at risk by it where the plan says what is worth."""
    valued = any(service.values for service in plan.services)
    return (_broken(17 if valued else 24), *((_risk(),) if valued else ()))


def _broken(width: int) -> Panel:
    same = f"alertname, {_ROW}, {names.AlertLabel.SEVERITY}, {names.AlertLabel.BURN}"
    first = f"min by ({_ROW}) ({_TRUE_SINCE} and on ({same}) {_FIRING})"
    info = f"max by ({_PROMISE}, {names.VENDOR}) ({select(names.AGREEMENT_INFO)})"
    joined = f"on ({_PROMISE}) group_left ({names.VENDOR}) {info}"
    left = f"max by ({_PROMISE}) ({of_own_window(select(names.BUDGET_REMAINING))})"
    rows = f"(0 * ({first}) + 1) * {joined}"
    return Table(
        key="broken",
        title="What is broken now, over minutes or the whole window",
        description=(
            "Promises of which an alert fires, the one that has been broken the longest first: "
            "since when Prometheus has seen it so, its owner, and the vendor whose step it is. One "
            "that is broken over the last minutes or hours alone may still be met over its own "
            "window, by which XLAs are counted as met. Closed periods, below, say since which "
            "month. A click leads to the service or to the vendor."
        ),
        width=width,
        height=8,
        targets=(
            Target(
                ref="A", expr=f"(time() - {first}) * {joined}", legend="Broken for", instant=True
            ),
            Target(ref="C", expr=f"1000 * ({first}) * {joined}", legend="Since", instant=True),
            Target(
                ref="B",
                expr=f"{rows} * on ({_PROMISE}) group_left () {left}",
                legend="Budget left",
                instant=True,
            ),
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=names.AGREEMENT, title="Broken promise"),
            Column(source="C", title="Since", unit=Unit.MINUTE, width=150),
            Column(source="A", title="Broken for", unit=Unit.SECONDS, width=100),
            Column(
                source="B", title="Budget left", unit=Unit.RATIO, thresholds=BUDGET_BANDS, width=100
            ),
            Column(source=names.OWNER, title="Owner"),
            Column(source=names.VENDOR, title="Vendor", link=TO_VENDOR),
        ),
        sort_by="Broken for",
        descending=True,
        link=TO_SERVICE,
        quiet="NOTHING IS BROKEN",
    )


def _risk() -> Panel:
    by = f"{names.SERVICE}, {names.CURRENCY}"
    return BarGauge(
        key="risk-by-service",
        title="Money at risk each minute",
        description=(
            "What is expected to be bought in a minute, times the share that degraded steps "
            "touch; expected, not lost. 0 where nothing is degraded."
        ),
        width=7,
        height=8,
        targets=(
            Target(
                ref="A",
                expr=f"sort_desc(sum by ({by}) ({select(names.VALUE_AT_RISK)}))",
                legend=f"{{{{{names.SERVICE}}}}}, {{{{{names.CURRENCY}}}}}",
                instant=True,
                style=Style(colour=Colour.AT_RISK),
            ),
        ),
        unit=Unit.MONEY,
        minimum=0,
        link=TO_SERVICE,
    )
