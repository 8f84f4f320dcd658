"""Every query of a board, ready to be asked of a Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.lint.labels import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.board import Board

__all__ = ["board_queries"]


def board_queries(board: Board, service: str) -> Iterator[tuple[str, str]]:
    """Yield (board/panel/ref, query with its variables filled in) of every target."""
    chosen = {one.name: one.default for one in board.variables} | {"service": service}
    for panel in board.panels:
        for target in panel.asked:
            yield f"{board.uid}/{panel.key}/{target.ref}", filled(target.expr, **chosen)
