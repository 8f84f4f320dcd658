"""A strip: a row of words for each thing, a cell for each period; colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.svg import Picture, rect, shortened, text

if TYPE_CHECKING:
    from truegreen_dashboards.display import Colour

__all__ = ["Cell", "Strip", "draw_strip"]

_WIDTH = 720.0
_ROW, _HEAD, _GAP = 34.0, 22.0, 4.0
_NAMES = 0.24


@dataclass(frozen=True, slots=True)
class Cell:
    """A word and its colour."""

    word: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Rows of words over periods.

    Attributes:
        periods: Their labels, the oldest first.
        rows: (name, a cell for each period).
    """

    title: str
    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def draw_strip(strip: Strip) -> Picture:
    """Return the picture of a strip, 720 pixels wide."""
    names = _WIDTH * _NAMES
    each = (_WIDTH - names) / max(len(strip.periods), 1)
    parts = [
        text(names + place * each + each / 2, 14, label, "soft middle")
        for place, label in enumerate(strip.periods)
    ]
    for row, (name, cells) in enumerate(strip.rows):
        top = _HEAD + row * _ROW
        parts.append(text(0, top + 20, shortened(name, names - 8)))
        for place, cell in enumerate(cells):
            parts += _cell(cell, names + place * each, top, each - _GAP)
    return Picture(_WIDTH, _HEAD + len(strip.rows) * _ROW, strip.title, tuple(parts))


def _cell(cell: Cell, x: float, y: float, width: float) -> tuple[str, ...]:
    role = cell.colour.role
    return (
        rect(x, y, width, _ROW - _GAP, f"{role}-tint", radius=3),
        rect(x, y, 5, _ROW - _GAP, role),
        text(x + 5 + (width - 5) / 2, y + 20, shortened(cell.word, width - 12, 12), "soft middle"),
    )
