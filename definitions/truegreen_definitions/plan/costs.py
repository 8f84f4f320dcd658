"""Cost lines: the table of the library's event model that costs stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.plan.model import Plan

__all__ = ["COSTS", "has_costs"]

COSTS = "costs"
_NEEDED = frozenset({"charge_period_start", "effective_cost", "billing_currency"})


def has_costs(plan: Plan) -> bool:
    """Return whether a plan's table of cost lines says when, how much and in which currency."""
    table = next((one for one in plan.tables if one.name == COSTS), None)
    return table is not None and {one.name for one in table.columns} >= _NEEDED
