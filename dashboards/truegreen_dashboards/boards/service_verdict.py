"""The first row of the Service board: how the service stands, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE, state_codes
from truegreen_dashboards.panels import Panel, Stat
from truegreen_dashboards.promql import Match, coded, equal, unequal
from truegreen_dashboards.targets import Target
from truegreen_dashboards.verdicts import STATES, WATERMELONS, mappings
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["verdict"]

_LEGEND = f"{{{{{names.AGREEMENT}}}}}"


def verdict(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels that say in words how the service stands."""
    live = plan.policy.live_window
    return (
        _watermelon("verdict-live", f"Now, over {live}", equal(names.WINDOW, live)),
        _watermelon("verdict-own", "Over the promised window", unequal(names.WINDOW, live)),
        Stat(
            key="states",
            title="Agreements",
            description="State of each agreement over its own window, in words.",
            width=14,
            height=5,
            targets=(Target(ref="A", expr=state_codes(HERE), legend=_LEGEND),),
            mappings=mappings(STATES),
        ),
    )


def _watermelon(key: str, title: str, window: Match) -> Panel:
    return Stat(
        key=key,
        title=title,
        description=(
            "GREEN: SLAs and XLAs met. WATERMELON: SLAs met, an XLA missed. INVERSE: an SLA "
            "missed that people do not feel. RED: both missed."
        ),
        width=5,
        height=5,
        targets=(
            Target(
                ref="A",
                expr=f"max({coded(names.WATERMELON, WATERMELONS, HERE, window)})",
                legend="verdict",
            ),
        ),
        mappings=mappings(WATERMELONS),
    )
