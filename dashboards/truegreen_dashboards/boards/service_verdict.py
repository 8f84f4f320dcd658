"""The first row of the Service board: how the service stands, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import (
    HERE,
    OPEN,
    most_of_one_service,
    most_promises,
    state_codes,
    tiles_height,
)
from truegreen_dashboards.panels import Panel, Stat
from truegreen_dashboards.promql import coded, equal, unequal
from truegreen_dashboards.targets import Target
from truegreen_dashboards.verdicts import LIVE_STATES, STATES, WATERMELONS, Verdict, mappings
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Plan

__all__ = ["verdict"]

_LEGEND = f"{{{{{names.AGREEMENT}}}}}"


def verdict(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels that say in words how the service stands."""
    live = plan.policy.live_window
    now = equal(names.WINDOW, live)
    judged_live = (one for one in plan.agreements if any(window.live for window in one.windows))
    live_height = tiles_height(most_of_one_service(judged_live))
    own_height = tiles_height(most_promises(plan))
    codes = f"max by ({names.AGREEMENT}) ({coded(names.STATE_OF, LIVE_STATES, HERE, now)})"
    now_said = (
        _watermelon("verdict-live", f"Now, over {live}", now),
        _states(
            "states-live",
            f"Agreements now, over {live}",
            codes,
            "State of each agreement in the live window. A sample is undecided where so few "
            "events cannot tell.",
            LIVE_STATES,
        ),
    )
    own_said = (
        _watermelon("verdict-own", "Over the promised window", unequal(names.WINDOW, live), OPEN),
        _states(
            "states",
            "Agreements",
            state_codes(HERE),
            "State of each agreement over its own window, in words.",
            STATES,
        ),
    )
    return (
        *(replace(panel, height=live_height) for panel in now_said),
        *(replace(panel, height=own_height) for panel in own_said),
    )


def _states(
    key: str, title: str, codes: str, description: str, words: tuple[Verdict, ...]
) -> Panel:
    return Stat(
        key=key,
        title=title,
        description=description,
        width=19,
        height=tiles_height(1),
        targets=(Target(ref="A", expr=codes, legend=_LEGEND),),
        mappings=mappings(words),
    )


def _watermelon(key: str, title: str, *windows: Matcher) -> Panel:
    return Stat(
        key=key,
        title=title,
        description=(
            "GREEN: SLAs and XLAs met. WATERMELON: SLAs met, an XLA missed. INVERSE: an SLA "
            "missed that people do not feel. RED: both missed."
        ),
        width=5,
        height=tiles_height(1),
        targets=(
            Target(
                ref="A",
                expr=f"max({coded(names.WATERMELON, WATERMELONS, HERE, *windows)})",
                legend="verdict",
            ),
        ),
        mappings=mappings(WATERMELONS),
    )
