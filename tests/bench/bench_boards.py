"""A board of 30 panels to JSON text: ours against grafanalib's own objects and its own writer.

Both say the same: once either text is brought to today's schema, they are equal.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grafanalib_boards import KINDS, today, written
from pairing import compare

from truegreen_dashboards import grafana
from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.boards import boards
from truegreen_definitions.compiler import compile_folder

PANELS, TIMES = 30, 5
ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    """Print whether both boards are equal, and the ratio."""
    board = _board()
    ours, theirs = today(grafana.text(board)), today(written(board))
    print(f"{len(board.panels)} panels; equal in today's schema: {ours == theirs}")
    compare(
        f"{TIMES} times a board of {PANELS} panels",
        lambda: [grafana.text(board) for _ in range(TIMES)],
        lambda: [written(board) for _ in range(TIMES)],
        "grafanalib's objects and writer",
    )


def _board() -> Board:
    """Return a board of the example company's first panels that both ways know."""
    plan = compile_folder(ROOT / "definitions" / "acme").plan
    if plan is None:
        raise SystemExit("the example company does not compile")
    every = boards(plan)
    both = (panel for board in every for panel in board.panels if isinstance(panel, KINDS))
    panels = list(both)[:PANELS]
    named = tuple(replace(panel, key=f"{n}-{panel.key}") for n, panel in enumerate(panels))
    return replace(every[1], rows=(Row(key="all", title="All", panels=named),))


if __name__ == "__main__":
    main()
