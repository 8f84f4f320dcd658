"""A board: rows of panels, and where each of them stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.layout import COLUMNS, Cell, pack

if TYPE_CHECKING:
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import Annotation, Noted, PageLink, Variable

__all__ = ["Board", "PlacedRow", "Row", "arrange", "panel_id"]

HEADING_HEIGHT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels under one heading.

    Attributes:
        key: Stable name within the board.
        whole: Why its panels ask about everything although the board has a choice of one; empty
            where they ask about what is chosen.
    """

    key: str
    title: str
    panels: tuple[Panel, ...]
    whole: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board: it answers one question.

    Attributes:
        uid: Stable name in URLs, at most 40 characters.
        span: Length of the time range that is shown at first, such as `24h`.
        refresh: How often Grafana asks again, such as `1m`.
        noted: What Grafana itself knows and marks; the page without it does not.
        links: Ways to pages that are no boards.
    """

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    span: str
    refresh: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    noted: tuple[Noted, ...] = ()
    links: tuple[PageLink, ...] = ()

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in reading order."""
        return tuple(panel for row in self.rows for panel in row.panels)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRow:
    """A row with the cell of its heading and of each of its panels."""

    row: Row
    heading: Cell
    cells: tuple[Cell, ...]


def arrange(board: Board) -> tuple[PlacedRow, ...]:
    """Return the rows of a board from top to bottom, every panel in its place."""
    placed, top = [], 0
    for row in board.rows:
        heading = Cell(x=0, y=top, w=COLUMNS, h=HEADING_HEIGHT)
        cells = pack(((panel.width, panel.height) for panel in row.panels), heading.bottom)
        placed.append(PlacedRow(row=row, heading=heading, cells=cells))
        top = max((cell.bottom for cell in cells), default=heading.bottom)
    return tuple(placed)


def panel_id(board: Board, key: str) -> int:
    """Return a panel's id: it follows from the board's uid and the panel's key alone."""
    hashed = hashlib.sha256(f"{board.uid}/{key}".encode()).digest()
    return int.from_bytes(hashed[:4], "big") >> 1 or 1
