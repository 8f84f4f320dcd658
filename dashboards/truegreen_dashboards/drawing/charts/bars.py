"""Horizontal bars against a bound: one bar a thing, its figure and word beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import Picture, line, rect, shortened, text

if TYPE_CHECKING:
    from truegreen_dashboards.display import Colour

__all__ = ["Bar", "Bars", "draw_bars"]

_WIDTH = 720.0
_ROW, _HEAD, _THICK = 32.0, 24.0, 16.0
_NAMES, _FIGURES = 0.34, 0.22


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; None as value for no data."""

    name: str
    value: float | None
    figure: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars from 0 to `high`, with a line across at `bound` and what it means above it.

    Attributes:
        high: What is beyond is drawn up to it, and says its figure.
    """

    title: str
    bars: tuple[Bar, ...]
    high: float
    bound: float | None = None
    meaning: str = ""


def draw_bars(bars: Bars) -> Picture:
    """Return the picture of bars, 720 pixels wide."""
    left, right = _WIDTH * _NAMES, _WIDTH * (1 - _FIGURES)
    scale = Scale(0, bars.high, left, right)
    height = _HEAD + len(bars.bars) * _ROW
    parts = [line(((left, _HEAD - 4), (left, height)), "rule")]
    for row, bar in enumerate(bars.bars):
        top = _HEAD + row * _ROW + (_ROW - _THICK) / 2
        role = bar.colour.role
        parts.append(text(0, top + 12, shortened(bar.name, left - 10)))
        if bar.value is not None:
            end = scale.at(bar.value)
            parts.append(rect(left, top, max(end - left, 2), _THICK, role, radius=2))
        parts.append(text(right + 10, top + 12, shortened(bar.figure, _WIDTH - right - 10)))
    if bars.bound is not None:
        at = scale.at(bars.bound)
        parts.append(line(((at, _HEAD - 6), (at, height)), "bound"))
        parts.append(text(at, 12, bars.meaning, "soft middle"))
    return Picture(_WIDTH, height, bars.title, tuple(parts))
