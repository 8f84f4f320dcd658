"""Where panels stand: a grid of 24 columns, filled left to right in lines, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["COLUMNS", "Cell", "overlapping", "pack"]

COLUMNS = 24


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Cell:
    """A rectangle of the grid: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @property
    def bottom(self) -> int:
        """The first grid row below it."""
        return self.y + self.h


def pack(sizes: Iterable[tuple[int, int]], top: int = 0) -> tuple[Cell, ...]:
    """Return a cell for each (width, height), in order, from the grid row `top` downwards.

    A panel that does not fit into the rest of its line starts the next one, below the tallest
    of the line.

    Raises:
        InvariantError: A panel is wider than the grid, or has no size.
    """
    cells: list[Cell] = []
    x, y, bottom = 0, top, top
    for width, height in sizes:
        if not 1 <= width <= COLUMNS or height < 1:
            raise InvariantError(f"a panel of {width} x {height} does not fit {COLUMNS} columns")
        if x + width > COLUMNS:
            x, y = 0, bottom
        cells.append(Cell(x=x, y=y, w=width, h=height))
        x, bottom = x + width, max(bottom, y + height)
    return tuple(cells)


def overlapping(cells: Iterable[Cell]) -> tuple[tuple[Cell, Cell], ...]:
    """Return the pairs of cells that share at least one square of the grid."""
    return tuple(
        (a, b)
        for a, b in combinations(cells, 2)
        if a.x < b.x + b.w and b.x < a.x + a.w and a.y < b.bottom and b.y < a.bottom
    )
