"""The sums of questions that are counted together, column by column."""

from __future__ import annotations

from itertools import chain
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from truegreen_exporters.engines.advance import Block
from truegreen_exporters.engines.passes import COUNTS, shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.engines.passes import Asked, Pass
    from truegreen_exporters.engines.strips import Effects

__all__ = ["Choice", "Counted", "Sums", "grouped"]

_Cells: TypeAlias = "Sequence[Sequence[int]]"


class Choice:
    """Indicators of a pass, in order, and what a row counts for each; services share it."""

    def __init__(self, one: Pass, indicators: tuple[int, ...]) -> None:
        self._one = one
        self.indicators = indicators
        self._known: dict[tuple[int, ...], Counted] = {}

    def counted(self, masks: tuple[int, ...]) -> Counted:
        """Return what a row that holds some conditions counts."""
        found = self._known.get(masks)
        if found is None:
            counts = self._one.counts_of(masks)
            columns = zip(*(counts[indicator] for indicator in self.indicators), strict=True)
            good, total, out = columns
            touched = sum(1 << n for n, of in enumerate(zip(total, out, strict=True)) if any(of))
            found = self._known[masks] = Counted((good, total, out), any(out), touched)
        return found


class Counted(NamedTuple):
    """What a row counts for each indicator of a choice.

    Attributes:
        columns: Good, total and excluded, each of all indicators.
        leaves_out: Whether any leaves it out.
        touched: A bit for each indicator it counts for.
    """

    columns: tuple[tuple[int, ...], ...]
    leaves_out: bool
    touched: int


class Sums:
    """The questions of a service with windows in common, and their sums.

    Attributes:
        shape: What the windows are; see `shape_of`.
        turn: Which one that is of the pass's shapes.
        counts: Window by window a column for each of `PARTS`, of all questions in order.
        moved: A bit for each column of these, window by window, of which something is new.
        touched: A bit for each question of which something is new.
    """

    __slots__ = ("choice", "counts", "labels", "moved", "places", "shape", "touched", "turn")

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
        self.counts: list[list[int]] = []
        self.moved = self.touched = 0

    def count(self, places: Sequence[tuple[str, int, int, int]], cells: _Cells) -> None:
        """Take the sums of all rows out of the running counts of the service."""
        columns = [
            [cells[indicator * COUNTS + which] for indicator in self.choice.indicators]
            for which in range(COUNTS)
        ]
        good, total, out = columns
        self.touched = (1 << len(self.places)) - 1
        self.counts = [
            column
            for _, low, ripe, high in places
            for column in (
                [of[ripe] - of[low] for of in good],
                [of[ripe] - of[low] for of in total],
                [of[high] - of[ripe] for of in total],
                [of[high] - of[low] for of in out],
            )
        ]
        self.moved = (1 << len(self.counts)) - 1

    def add(self, effects: Effects, rows: int, counted: Counted) -> None:
        """Count some rows that hold the same in some windows."""
        kept, left_out = effects
        for column, which, sign in chain(kept, left_out) if counted.leaves_out else kept:
            self.counts[column] = _plus(self.counts[column], counted.columns[which], sign * rows)
            self.moved |= 1 << column
        self.touched |= counted.touched

    def news(self) -> Block:
        """Return the sums with what is new of them since the last time."""
        found = Block(self.places, self.labels, tuple(self.counts), self.moved, self.touched)
        self.moved = self.touched = 0
        return found


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


def _plus(sums: list[int], of: tuple[int, ...], times: int) -> list[int]:
    if times == 1:
        return list(map(add, sums, of))
    return [have + times * more for have, more in zip(sums, of, strict=True)]
