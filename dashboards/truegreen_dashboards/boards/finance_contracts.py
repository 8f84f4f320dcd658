"""The row of the Finance board about contracts: penalties and rewards, in and out, by currency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import CLOSED, RUNNING, TO_VENDOR, table_height
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import equal, select
from truegreen_dashboards.targets import Target
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["contracts"]


def contracts(plan: Plan) -> tuple[Panel, ...]:
    """Return a row per contract, of vendors and of clients."""
    by = f"{names.VENDOR}, {names.CLIENT}, {names.CONTRACT}, {names.CURRENCY}"

    def money(metric: Metric, *matches: Matcher) -> str:
        return f"max by ({by}) ({select(metric, *matches)})"

    def expected(metric: Metric, bound: BoundValue) -> str:
        return money(metric, RUNNING, equal(names.BOUND, bound))

    exact = equal(names.BOUND, "")
    asked = (
        ("A", "Penalty expected", expected(names.PENALTY, BoundValue.POINT)),
        ("B", "at least", expected(names.PENALTY, BoundValue.LOWER)),
        ("C", "at most", expected(names.PENALTY, BoundValue.UPPER)),
        ("D", "Reward expected", expected(names.REWARD, BoundValue.POINT)),
        ("E", "At risk", money(names.CONTRACT_AT_RISK, RUNNING)),
        ("F", "Last penalty", money(names.PENALTY, CLOSED, exact)),
        ("G", "Last reward", money(names.REWARD, CLOSED, exact)),
    )
    return (
        Table(
            key="contracts",
            title="Every contract",
            description=(
                "Penalties and rewards of the running period as they are expected, with bounds, "
                "and of the last one. A contract with a vendor brings penalties in, one with a "
                "client takes them out. A share of latency is taken to go on at its pace so far: "
                "`at most` holds at that pace."
            ),
            width=24,
            height=table_height(len(plan.contracts), lines=1),
            targets=tuple(
                Target(ref=ref, expr=expr, legend=title, instant=True) for ref, title, expr in asked
            ),
            columns=(
                Column(source=names.VENDOR, title="Vendor (in)"),
                Column(source=names.CLIENT, title="Client (out)"),
                Column(source=names.CONTRACT, title="Contract"),
                Column(source=names.CURRENCY, title="Currency", width=80),
                *(Column(source=ref, title=title, unit=Unit.MONEY) for ref, title, _ in asked),
            ),
            sort_by="Penalty expected",
            descending=True,
            link=TO_VENDOR,
        ),
    )
