"""What several kinds of panels draw: a word on its colour, nothing to show, marks of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.svg import line, rect, shortened, text, width_of
from truegreen_dashboards.stills.figures import clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.display import Colour

__all__ = ["PALETTE", "nothing", "pill", "pill_width", "time_marks"]

PALETTE = ("series-1", "series-2", "series-3", "series-4", "series-5", "series-6")
"""Classes of series that say nothing by their colour, as on the live page."""

_TICKS = 5


def pill_width(word: str) -> float:
    """Return how wide a word on its colour is."""
    return width_of(word, 12, bold=True) + 18


def pill(x: float, y: float, word: str, colour: Colour) -> Iterator[str]:
    """Yield a word on its colour, its base line at `y`."""
    yield rect(x, y - 13, pill_width(word), 18, f"{colour.role}-tint", radius=2)
    yield rect(x, y - 13, 4, 18, colour.role)
    yield text(x + 10, y, word, "pill")


def nothing(width: float, height: float, word: str) -> str:
    """Return what stands where there is nothing to show: the panel's own word, if it has one."""
    return text(width / 2, height / 2, shortened(word or "NO DATA", width), "soft middle")


def time_marks(left: float, right: float, y: float, start: float, end: float) -> Iterator[str]:
    """Yield the marks of a time axis below a line."""
    yield line(((left, y), (right, y)), "rule")
    room = width_of(clock(end, end - start), 12) * 1.5
    ticks = max(1, min(_TICKS, int((right - left) // room)))
    for place in range(ticks + 1):
        share = place / ticks
        role = "soft" if not place else "soft end" if place == ticks else "soft middle"
        at = clock(start + share * (end - start), end - start)
        yield text(left + share * (right - left), y + 15, at, role)
