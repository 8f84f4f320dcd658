"""Columns of money over periods, with their figures; what is below zero hangs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.scale import Scale
from truegreen_dashboards.drawing.svg import Picture, line, rect, shortened, text

if TYPE_CHECKING:
    from truegreen_dashboards.display import Colour

__all__ = ["Column", "Columns", "draw_columns"]

_WIDTH, _HEIGHT = 352.0, 170.0
_TOP, _BOTTOM = 44.0, 24.0
_HANGING = 18.0  # room for the figure under a column that hangs
_THICK = 0.6


@dataclass(frozen=True, slots=True)
class Column:
    """A period's amount; None where nothing is known."""

    label: str
    value: float | None
    figure: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Columns over periods, the oldest first."""

    title: str
    columns: tuple[Column, ...]


def draw_columns(columns: Columns) -> Picture:
    """Return the picture of columns, 352 by 170 pixels."""
    values = [0.0, *(one.value for one in columns.columns if one.value is not None)]
    foot = _HEIGHT - _BOTTOM - (_HANGING if min(values) < 0 else 0)
    scale = Scale(min(values), max(*values, min(values) + 1e-9), foot, _TOP)
    zero = scale.at(0)
    each = _WIDTH / max(len(columns.columns), 1)
    parts = [text(0, 14, shortened(columns.title, _WIDTH, bold=True), "strong")]
    for place, column in enumerate(columns.columns):
        middle = place * each + each / 2
        if column.value is not None:
            top, end = sorted((scale.at(column.value), zero))
            role = column.colour.role
            parts.append(
                rect(middle - each * _THICK / 2, top, each * _THICK, max(end - top, 1), role)
            )
            above = end + 14 if column.value < 0 else top - 5
            parts.append(text(middle, above, shortened(column.figure, each, 12), "soft middle"))
        else:
            parts.append(text(middle, zero - 5, "?", "soft middle"))
        parts.append(text(middle, _HEIGHT - 8, shortened(column.label, each, 12), "soft middle"))
    parts.append(line(((0, zero), (_WIDTH, zero)), "rule"))
    return Picture(_WIDTH, _HEIGHT, columns.title, tuple(parts))
