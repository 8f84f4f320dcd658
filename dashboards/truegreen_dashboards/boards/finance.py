"""The Finance board: what does it cost, and how far can these figures be believed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import (
    finance_contracts,
    finance_costs,
    finance_losses,
    finance_now,
    finance_trust,
)
from truegreen_dashboards.boards.answering import Answers
from truegreen_dashboards.boards.frame import MARKS, NOTED, TAGS, WHO
from truegreen_dashboards.boards.reading import reading
from truegreen_definitions import names

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["board"]


def board(plan: Plan) -> Board | None:
    """Return the Finance board of a plan; None for a plan in which there is no money."""
    valued = any(service.values for service in plan.services)
    rows = []
    if valued or plan.contracts:
        rows.append(Row(key="now", title="At a glance", panels=finance_now.headlines(plan)))
    if valued:
        title = "What was lost, and what is at risk"
        rows.append(Row(key="losses", title=title, panels=finance_losses.losses(plan)))
    if plan.contracts:
        title = "Penalties and rewards, in and out"
        rows.append(Row(key="contracts", title=title, panels=finance_contracts.contracts(plan)))
    if costs := finance_costs.costs(plan):
        rows.append(
            Row(
                key="costs",
                title="Measured in money: unit cost, total cost, showback",
                panels=costs,
            )
        )
    if valued:
        title = "How far to believe the losses"
        rows.append(Row(key="trust", title=title, panels=finance_trust.trust()))
    if not rows:
        return None
    rows.append(Row(key="people", title=WHO, panels=(Answers(plan=plan).money(),)))
    return Board(
        uid=names.BoardUid.FINANCE,
        title="Finance: losses, exposure and cost",
        description="What does it cost, and how far can these figures be believed?",
        tags=TAGS,
        span="30d",
        refresh="5m",
        annotations=MARKS,
        noted=NOTED,
        rows=(*rows, reading(_READING)),
    )


_READING = """\
**At risk** is what is expected to be bought in a minute, times the share of it that degraded \
steps touch: never a loss. A **loss** is booked only when its whole interval is above zero; it is \
told with the least and the most that it may be. **Avoided** is what prevented outages would have \
cost by own history: an opinion, kept apart and never netted.

Amounts of different currencies are never added up. Whether losses can be believed is tried every \
night: the estimate is asked for the loss of windows in which nothing happened, and booking stops \
where it finds some.
"""
