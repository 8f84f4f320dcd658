"""Writes SVG: elements, numbers and texts, escaped and rounded in one place.

Colours come by class from `drawn.css`, so one picture does for light, dark and paper. Every text is
escaped here; coordinates are rounded to a hundredth of a pixel, so that the same data gives the
same bytes on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Picture",
    "line",
    "number",
    "placed",
    "rect",
    "shortened",
    "style",
    "tag",
    "text",
    "width_of",
]

_NARROW, _SLIM, _WIDE = frozenset("iIjl.,:;'|!"), frozenset("ftr()[]/ -"), frozenset("mwMW%@")
_BOLD = 1.13


@cache
def style() -> str:
    """Return the style sheet; its classes are names of `display.Colour` in small letters."""
    return (files("truegreen_dashboards.drawing") / "drawn.css").read_text(encoding="utf-8")


def number(value: float) -> str:
    """Return a coordinate as text: at most two digits, no `-0`, no exponent."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def tag(name: str, attributes: dict[str, str | float], *inside: str) -> str:
    """Return an element; attributes in the order given, `inside` as it is."""
    parts = "".join(
        f' {key}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{parts}>{''.join(inside)}</{name}>" if inside else f"<{name}{parts}/>"


def rect(x: float, y: float, width: float, height: float, role: str, *, radius: float = 0) -> str:
    """Return a rectangle; a width or height below zero is none."""
    size = {"width": max(width, 0.0), "height": max(height, 0.0)}
    corners: dict[str, str | float] = {"rx": radius} if radius else {}
    return tag("rect", {"class": role, "x": x, "y": y, **size, **corners})


def line(points: Iterable[tuple[float, float]], role: str) -> str:
    """Return a line through points."""
    way = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return tag("path", {"class": role, "d": f"M{way}"})


def text(x: float, y: float, words: str, role: str = "") -> str:
    """Return a text that begins at a point of its base line; `end` and `middle` roles move it."""
    named: dict[str, str | float] = {"class": role} if role else {}
    return tag("text", {**named, "x": x, "y": y}, escape(_printable(words)))


def placed(x: float, y: float, *parts: str) -> str:
    """Return elements, their origin moved to a point."""
    return tag("g", {"transform": f"translate({number(x)} {number(y)})"}, *parts)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that is drawn.

    Attributes:
        width: In pixels.
        height: In pixels.
        title: What it shows, for people who do not see it.
        parts: Its elements.
    """

    width: float
    height: float
    title: str
    parts: tuple[str, ...]

    def svg(self, *, alone: bool = False) -> str:
        """Return it as SVG; `alone`, for a file of its own, with its style sheet."""
        size: dict[str, str | float] = {
            "class": "drawn",
            "role": "img",
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(self.width)} {number(self.height)}",
            "width": self.width,
            "height": self.height,
        }
        sheet = (tag("style", {}, style()),) if alone else ()
        named = tag("title", {}, escape(_printable(self.title)))
        return tag("svg", size, "\n", "\n".join((named, *sheet, *self.parts)), "\n")


def width_of(words: str, size: float = 13, *, bold: bool = False) -> float:
    """Return about how wide a text is in pixels; no font is asked, so it is the same everywhere.

    The widths are those of DejaVu Sans, the widest of the fonts we name.
    """
    return sum(map(_glyph, words)) * size * (_BOLD if bold else 1)


def shortened(words: str, width: float, size: float = 13, *, bold: bool = False) -> str:
    """Return a text that fits into a width, its end replaced by an ellipsis where it does not."""
    if width_of(words, size, bold=bold) <= width:
        return words
    kept = words
    while kept and width_of(f"{kept}…", size, bold=bold) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _glyph(one: str) -> float:
    """Return the width of a character in sizes of its font."""
    if one in _NARROW:
        return 0.31
    if one in _SLIM:
        return 0.38
    if one in _WIDE:
        return 0.93
    return 0.69 if one.isupper() else 0.62


def _printable(words: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in words)
