"""The boards, each a pure function of the plan; a new one is a module and a line here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_dashboards.boards import executive, finance, operations, service, vendor
from truegreen_dashboards.boards.reading import built_from
from truegreen_dashboards.panels import Table
from truegreen_definitions.plan.codec import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import BoardLink
    from truegreen_definitions.plan import Plan

__all__ = ["BOARDS", "boards"]

BOARDS: tuple[Callable[[Plan], Board | None], ...] = (
    executive.board,
    service.board,
    vendor.board,
    finance.board,
    operations.board,
)


def boards(plan: Plan) -> tuple[Board, ...]:
    """Return every board of a plan; one that would have nothing to show is left out.

    No click leads to a board that was left out.
    """
    made = [board for make in BOARDS if (board := make(plan)) is not None]
    there, known = {board.uid for board in made}, digest(plan)
    return tuple(built_from(_leading_to(board, there), known) for board in made)


def _leading_to(board: Board, there: Collection[str]) -> Board:
    """Return a board without the links that lead to none of these."""

    def kept(link: BoardLink | None) -> BoardLink | None:
        return link if link is not None and link.board in there else None

    def mended(panel: Panel) -> Panel:
        if isinstance(panel, Table):
            columns = tuple(replace(column, link=kept(column.link)) for column in panel.columns)
            return replace(panel, columns=columns, link=kept(panel.link))
        return replace(panel, link=kept(panel.link))

    rows = tuple(
        replace(row, panels=tuple(mended(panel) for panel in row.panels)) for row in board.rows
    )
    return replace(board, rows=rows)
