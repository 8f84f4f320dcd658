"""A board as one picture: its rows from top to bottom, every panel a card in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards import panels as kinds
from truegreen_dashboards.board import arrange
from truegreen_dashboards.drawing.svg import Picture, placed, rect, shortened, text
from truegreen_dashboards.layout import COLUMNS
from truegreen_dashboards.stills.figures import clock
from truegreen_dashboards.stills.panels import (
    barchart,
    bargauge,
    gauge,
    heatmap,
    prose,
    stat,
    states,
    table,
    timeseries,
)
from truegreen_dashboards.stills.panels.marks import nothing
from truegreen_definitions.errors import TruegreenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.layout import Cell
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.stills.answers import Asking, View

__all__ = ["KINDS", "draw_board"]

WIDTH = 1440.0
_EDGE, _HEAD, _UNIT = 20.0, 68.0, 42.0
_GAP, _TITLE, _INSIDE = 10.0, 30.0, 14.0

KINDS: dict[type[Panel], Callable[[Any, Asking, View, float, float], Iterator[str]]] = {
    kinds.BarChart: barchart.draw,
    kinds.BarGauge: bargauge.draw,
    kinds.Gauge: gauge.draw,
    kinds.Heatmap: heatmap.draw,
    kinds.Stat: stat.draw,
    kinds.StateTimeline: states.draw_timeline,
    kinds.StatusHistory: states.draw_history,
    kinds.Table: table.draw,
    kinds.Text: prose.draw,
    kinds.TimeSeries: timeseries.draw,
}
"""What draws each kind of panel."""


def draw_board(board: Board, ask: Asking, view: View) -> Picture:
    """Return the picture of a board, 1440 pixels wide."""
    rows = arrange(board)
    bottom = max((cell.bottom for row in rows for cell in row.cells), default=0)
    height = _HEAD + bottom * _UNIT + _EDGE
    start, end, _ = view.stretch()
    chosen = "; ".join(
        f"{variable.title}: {one.title}"
        for variable in board.variables
        for one in variable.choices
        if one.value == view.variables.get(variable.name)
    )
    when = f"{clock(start, 2 * 86_400)} to {clock(end, 2 * 86_400)} UTC"
    parts = [
        rect(0, 0, WIDTH, height, "page"),
        text(_EDGE, 36, board.title, "big"),
        text(_EDGE, 57, "; ".join(filter(None, (chosen, when))), "soft"),
    ]
    for row in rows:
        parts.append(text(_EDGE, _HEAD + row.heading.y * _UNIT + 28, row.row.title, "heading"))
        for panel, cell in zip(row.row.panels, row.cells, strict=True):
            parts.append(_card(panel, cell, ask, view))
    return Picture(WIDTH, height, f"{board.title}: {board.description}", tuple(parts))


def _card(panel: Panel, cell: Cell, ask: Asking, view: View) -> str:
    each = (WIDTH - 2 * _EDGE) / COLUMNS
    x, y = _EDGE + cell.x * each, _HEAD + cell.y * _UNIT
    width, height = cell.w * each - _GAP, cell.h * _UNIT - _GAP
    inner = width - 2 * _INSIDE, height - _TITLE - _INSIDE
    try:
        drawn = tuple(KINDS[type(panel)](panel, ask, view, *inner))
    except TruegreenError as error:
        drawn = (nothing(*inner, f"NO ANSWER: {error}"),)
    return placed(
        x,
        y,
        rect(0, 0, width, height, "card", radius=6),
        text(_INSIDE, 22, shortened(panel.title, width - 2 * _INSIDE, bold=True), "strong"),
        placed(_INSIDE, _TITLE + 8, *drawn),
    )
