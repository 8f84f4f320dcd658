"""The first row of the Finance board: the amounts a CFO looks for, each in its currency."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import RUNNING, TO_FINANCE
from truegreen_dashboards.boards.vendor_overview import OURS
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Panel, Stat
from truegreen_dashboards.promql import equal, select, unequal
from truegreen_dashboards.targets import Target
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan

__all__ = ["MONTH", "POINT", "THEIRS", "counts_avoided", "headlines", "money_headlines"]

MONTH = equal(names.WINDOW, "month")
POINT = equal(names.BOUND, BoundValue.POINT)
THEIRS = unequal(names.CLIENT, "")
"""What we owe a client; what a vendor owes us has no client."""


def money_headlines(plan: Plan) -> tuple[Panel, ...]:
    """Return what is at risk and what was lost, for another board: their titles lead to this one.

    Nothing for a plan that says of no service what it is worth.
    """
    return tuple(replace(panel, link=TO_FINANCE) for panel in _worth(plan)[:2])


def headlines(plan: Plan) -> tuple[Panel, ...]:
    """Return an amount a panel, for what the plan has."""
    panels = list(_worth(plan))
    if any(one.vendor for one in plan.contracts):
        panels.append(
            _amount(
                "penalties-in",
                "Vendors will owe us",
                "Credits of the running periods of vendors' contracts, as they are expected now",
                names.PENALTY,
                OURS,
                RUNNING,
                POINT,
            )
        )
        panels.append(
            _amount(
                "rewards-out",
                "Vendors will earn",
                "Rewards of the running periods of vendors' contracts, as they are expected now",
                names.REWARD,
                OURS,
                RUNNING,
                POINT,
            )
        )
    if any(not one.vendor for one in plan.contracts):
        panels.append(
            _amount(
                "penalties-out",
                "We will owe clients",
                "Credits of the running periods of clients' contracts, as they are expected now",
                names.PENALTY,
                THEIRS,
                RUNNING,
                POINT,
            )
        )
    return tuple(panels)


def _worth(plan: Plan) -> tuple[Panel, ...]:
    if not any(service.values for service in plan.services):
        return ()
    panels = [
        _amount(
            "at-risk",
            "At risk each minute",
            "Business that degraded steps touch now, expected and not lost",
            names.VALUE_AT_RISK,
        ),
        _amount(
            "lost",
            "Net loss, this month",
            "Losses of this month that are booked, after what customers caught up on",
            names.LOSS,
            MONTH,
            POINT,
        ),
    ]
    if counts_avoided(plan):
        panels.append(
            _amount(
                "avoided",
                "Avoided, this month",
                "What prevented outages would have cost by own history: an opinion, kept apart",
                names.AVOIDED_LOSS,
                MONTH,
                POINT,
            )
        )
    return tuple(panels)


def counts_avoided(plan: Plan) -> bool:
    """Return whether any service says when a loss counts as avoided."""
    return any(one.losses is not None and one.losses.avoided is not None for one in plan.services)


def _amount(key: str, title: str, said: str, metric: Metric, *matches: Matcher) -> Panel:
    return Stat(
        key=key,
        title=title,
        description=f"{said}. One amount a currency; they are never added up.",
        width=4,
        height=5,
        targets=(
            Target(
                ref="A",
                expr=f"sum by ({names.CURRENCY}) ({select(metric, *matches)})",
                legend=f"{{{{{names.CURRENCY}}}}}",
            ),
        ),
        unit=Unit.MONEY,
        named=True,
    )
