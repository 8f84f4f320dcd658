"""The sums of questions that are counted together, side by side in one number."""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from truegreen_exporters.engines.advance import PARTS, Block
from truegreen_exporters.engines.passes import COUNTS, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from truegreen_exporters.engines.passes import Asked, Pass
    from truegreen_exporters.engines.strips import Effects

__all__ = ["Addend", "Choice", "Sums", "grouped"]

_Cells: TypeAlias = "Sequence[Sequence[int]]"
_Columns: TypeAlias = tuple[int, ...]
_LANE = 64  # bits
_SWAPPED = sys.byteorder == "big"


class Choice:
    """Indicators of a pass, in order, and what a row counts for each; services share it."""

    def __init__(self, one: Pass, indicators: tuple[int, ...]) -> None:
        self._one = one
        self.indicators = indicators
        self._known: dict[tuple[bool, ...], _Columns] = {}

    def addend(self, effects: Effects, holds: tuple[bool, ...]) -> Addend:
        """Return what a row for which some conditions hold adds where it has some effects."""
        columns = self._known.get(holds)
        if columns is None:
            counts = self._one.counts_of(holds)
            of_each = zip(*(counts[indicator] for indicator in self.indicators), strict=True)
            columns = self._known[holds] = tuple(map(_lanes, of_each))
        cells, moved = 0, 0
        for column, which, sign in effects:
            if columns[which]:
                cells += sign * columns[which] << _LANE * column * len(self.indicators)
                moved |= 1 << column
        touched = sum(
            1 << n for n in range(len(self.indicators)) if any(c >> _LANE * n & 1 for c in columns)
        )
        return Addend(cells, moved, touched)


class Addend(NamedTuple):
    """What a row adds to the sums of a choice.

    Attributes:
        cells: A lane of 64 bits for each count of `Block.counts`; 0 where it adds nothing.
        moved: A bit for each column that becomes another.
        touched: A bit for each indicator it counts for.
    """

    cells: int
    moved: int
    touched: int


class Sums:
    """The questions of a service with windows in common, and their sums.

    They are one whole number with a lane of 64 bits for each sum: adding to all of them is one
    addition. A lane may borrow of its neighbour in between, and has given it back when all that
    came and went is added, for no sum is negative then.

    Attributes:
        shape: What the windows are; see `shape_of`.
        turn: Which one that is of the pass's shapes.
        choice: What is asked of each row.
    """

    __slots__ = (
        *("_bytes", "_cells", "_moved", "_touched"),
        *("choice", "labels", "places", "shape", "turn"),
    )

    def __init__(
        self,
        choice: Choice,
        shape: tuple[object, ...],
        turn: int,
        labels: tuple[str, ...],
        places: tuple[int, ...],
    ) -> None:
        self.choice, self.shape, self.turn = choice, shape, turn
        self.labels, self.places = labels, places
        self._bytes = len(places) * len(labels) * len(PARTS) * _LANE // 8
        self._cells = self._moved = self._touched = 0

    def count(self, places: Sequence[tuple[str, int, int, int]], cells: _Cells) -> None:
        """Take the sums of all rows out of the running counts of the service."""
        columns = [
            [cells[indicator * COUNTS + which] for indicator in self.choice.indicators]
            for which in range(COUNTS)
        ]
        good, total, out = columns
        sums: list[int] = []
        for _, low, ripe, high in places:
            sums += [of[ripe] - of[low] for of in good]
            sums += [of[ripe] - of[low] for of in total]
            sums += [of[high] - of[ripe] for of in total]
            sums += [of[high] - of[low] for of in out]
        self._cells = _lanes(sums)
        self._moved = (1 << len(places) * len(PARTS)) - 1
        self._touched = (1 << len(self.places)) - 1

    def add(self, addend: Addend, rows: int) -> None:
        """Count some rows that add the same."""
        self._cells += addend.cells * rows
        self._moved |= addend.moved
        self._touched |= addend.touched

    def news(self) -> Block:
        """Return the sums with what is new of them since the last time."""
        counts = array("Q", self._cells.to_bytes(self._bytes, "little"))
        if _SWAPPED:
            counts.byteswap()
        found = Block(self.places, self.labels, counts, self._moved, self._touched)
        self._moved = self._touched = 0
        return found


def _lanes(counts: Iterable[int]) -> int:
    found = array("Q", counts)
    if _SWAPPED:
        found.byteswap()
    return int.from_bytes(found.tobytes(), "little")


def grouped(
    one: Pass, asked: Sequence[Asked], choices: dict[tuple[int, ...], Choice]
) -> tuple[Sums, ...]:
    """Return the sums of a service's questions, those with windows in common together."""
    by_shape: dict[tuple[object, ...], list[Asked]] = {}
    for question in asked:
        by_shape.setdefault(shape_of(question.question), []).append(question)
    turns = list(one.shapes)
    found = []
    for shape, of in by_shape.items():
        indicators = tuple(each.indicator for each in of)
        choice = choices.setdefault(indicators, Choice(one, indicators))
        places = tuple(each.place for each in of)
        found.append(Sums(choice, shape, turns.index(shape), of[0].question.labels, places))
    return tuple(found)
