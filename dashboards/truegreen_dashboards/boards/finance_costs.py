"""The row of the Finance board about running costs: showback, and every measure that is money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import TO_SERVICE, table_height
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import like, select
from truegreen_dashboards.targets import Target, lettered
from truegreen_definitions import names
from truegreen_definitions.plan.costs import has_costs

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["costs"]


def costs(plan: Plan) -> tuple[Panel, ...]:
    """Return what cost lines come to, then what is watched and promised, where that is money."""
    return (*(_shown_back() if has_costs(plan) else ()), *_measures(plan))


def _shown_back() -> tuple[Panel, ...]:
    asked = (
        (names.BUSINESS_UNIT, "Business unit", "showback-units", "what business units cost"),
        (names.SERVICE, "Service", "showback-services", "what services cost"),
    )
    return tuple(_showback(by, head, key, title) for by, head, key, title in asked)


def _showback(by: str, head: str, key: str, title: str) -> Panel:
    costs = f"sum by ({by}, {names.CURRENCY}, {names.WINDOW}) ({names.COST.name})"
    return Table(
        key=key,
        title=f"Showback: {title}",
        description=(
            "Effective cost of all cost lines by their charge period, each line once; a line of no "
            "unit is its service's unit's. A row without a name is nobody's: it is shown, and "
            "never spread. Windows turn in UTC."
        ),
        width=12,
        height=table_height(6, lines=1),
        targets=(Target(ref="A", expr=costs, legend="Cost", instant=True),),
        columns=(
            Column(source=by, title=head, missing="nobody's"),
            Column(source=names.WINDOW, title="Window"),
            Column(source=names.CURRENCY, title="Currency", width=90),
            Column(source="A", title="Cost", unit=Unit.MONEY),
        ),
        sort_by=head,
    )


def _measures(plan: Plan) -> tuple[Panel, ...]:
    """Return a table of what is only watched and one of what is promised, where they are money."""
    money = [one for one in plan.measurements if one.parts.currency]
    watched = sorted({one.name for one in money if one.bound is None})
    promised = sorted({one.name for one in money if one.bound is not None})
    return tuple(
        _table(who, called)
        for who, called in ((names.MEASURE, watched), (names.AGREEMENT, promised))
        if called
    )


def _table(who: str, called: list[str]) -> Panel:
    by = f"{names.SERVICE}, {who}, {names.WINDOW}, {names.CURRENCY}"
    value = select(names.WINDOW_VALUE, like(who, *called))
    asked = [("Value", f"max by ({by}) ({value})")]
    if who == names.AGREEMENT:
        asked.append(("Target", f"max by ({by}) ({select(names.TARGET, like(who, *called))})"))
    targets = lettered(asked)
    return Table(
        key=f"costs-{who}",
        title="Measured in money" if who == names.MEASURE else "Promised in money",
        description=(
            "Measures of each service that are money, such as unit cost, total cost and showback, "
            "by event time and window; each in the currency of its rows."
        ),
        width=24,
        height=table_height(len(called) * 3),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=title, instant=True) for ref, (title, expr) in targets
        ),
        columns=(
            Column(source=names.SERVICE, title="Service"),
            Column(source=who, title="Measure" if who == names.MEASURE else "Agreement"),
            Column(source=names.WINDOW, title="Window"),
            Column(source=names.CURRENCY, title="Currency", width=90),
            *(Column(source=ref, title=title, unit=Unit.MONEY) for ref, (title, _) in targets),
        ),
        sort_by="Service",
        link=TO_SERVICE,
    )
