"""Where panels stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.layout import COLUMNS, Cell, overlapping, pack
from truegreen_definitions.errors import InvariantError

sizes = st.lists(st.tuples(st.integers(1, COLUMNS), st.integers(1, 12)), max_size=25)


def squares(cell: Cell) -> set[tuple[int, int]]:
    """Every square of the grid that a cell covers."""
    return {(x, y) for x in range(cell.x, cell.x + cell.w) for y in range(cell.y, cell.y + cell.h)}


@given(sizes, st.integers(0, 50))
def test_packed_panels_share_no_square(panels: list[tuple[int, int]], top: int) -> None:
    """No two packed panels cover one square, none leaves the grid, and sizes and order stay."""
    cells = pack(panels, top)
    covered = [square for cell in cells for square in squares(cell)]
    assert len(covered) == len(set(covered))
    assert all(0 <= x < COLUMNS and y >= top for x, y in covered)
    assert [(cell.w, cell.h) for cell in cells] == panels
    assert [(cell.y, cell.x) for cell in cells] == sorted((cell.y, cell.x) for cell in cells)


@given(st.lists(st.builds(Cell, x=st.integers(0, 6), y=st.integers(0, 6), w=st.integers(1, 4),
                          h=st.integers(1, 4)), max_size=6))  # fmt: skip
def test_overlaps_are_those_of_the_squares(cells: list[Cell]) -> None:
    """Two cells overlap exactly when they have a square in common."""
    expected = {
        (i, j)
        for i, one in enumerate(cells)
        for j, other in enumerate(cells)
        if i < j and squares(one) & squares(other)
    }
    assert len(overlapping(cells)) == len(expected)


@pytest.mark.parametrize("size", [(25, 3), (0, 3), (6, 0)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    """A panel wider than the grid or without a size is our own fault, and said so."""
    with pytest.raises(InvariantError, match="does not fit 24 columns"):
        pack([size])
