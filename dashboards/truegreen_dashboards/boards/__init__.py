"""The boards, each a pure function of the plan; a new one is a module and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards import executive, operations, service

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_dashboards.board import Board
    from truegreen_definitions.plan import Plan

__all__ = ["BOARDS", "boards"]

BOARDS: tuple[Callable[[Plan], Board], ...] = (executive.board, service.board, operations.board)


def boards(plan: Plan) -> tuple[Board, ...]:
    """Return every board of a plan."""
    return tuple(make(plan) for make in BOARDS)
