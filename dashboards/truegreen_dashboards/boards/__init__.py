"""The boards, each a pure function of the plan; a new one is a module and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards import executive, finance, operations, service, vendor

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_dashboards.board import Board
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
    """Return every board of a plan; one that would have nothing to show is left out."""
    return tuple(board for make in BOARDS if (board := make(plan)) is not None)
