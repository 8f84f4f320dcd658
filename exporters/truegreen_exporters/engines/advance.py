"""What a counting of many questions found, in columns: most of it is only copied on.

A cycle may tell a hundred thousand new numbers. They come as they are kept: of the questions of
a service with the same windows, a column for each part of a window. Who wants the parts of one
question asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import compress, product
from typing import TYPE_CHECKING, NamedTuple

from truegreen_definitions.names import PartValue
from truegreen_exporters.engines.question import Parts

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["PARTS", "Advance", "Block"]

PARTS = (PartValue.GOOD, PartValue.TOTAL, PartValue.PENDING, PartValue.EXCLUDED)
"""The columns of a window, in their order, which is that of `Parts`."""

_PARTS = partial(tuple.__new__, Parts)  # half the time of `Parts._make`


class Block(NamedTuple):
    """Counts of questions about one service that have their windows in common.

    A tuple, because a cycle may make thousands of them.

    Attributes:
        places: Of the questions, among all.
        labels: Of the windows.
        counts: Window by window a column for each of `PARTS`, one after the other: its count of
            each question in order.
        moved: A bit for each column that may be another than before.
        touched: A bit for each question of which something may be another than before.
    """

    places: tuple[int, ...]
    labels: tuple[str, ...]
    counts: array[int]
    moved: int
    touched: int

    def columns(self) -> Iterator[tuple[str, PartValue, Sequence[int]]]:
        """Yield (window, part, count of each question) of what may be another than before."""
        for n, (label, part) in enumerate(product(self.labels, PARTS)):
            if self.moved >> n & 1:
                yield label, part, self._column(n)

    def parts(self) -> Iterable[tuple[int, dict[str, Parts]]]:
        """Return (place, parts by window) of each question of which something is new."""
        # All of it runs outside of the interpreter: a first counting has very many.
        columns = [self._column(n) for n in range(len(self.labels) * len(PARTS))]
        by_part = (columns[part :: len(PARTS)] for part in range(len(PARTS)))
        windows = [map(_PARTS, zip(*of, strict=True)) for of in zip(*by_part, strict=True)]
        by_window = map(dict, map(partial(zip, self.labels), zip(*windows, strict=True)))
        found = zip(self.places, by_window, strict=True)
        if self.touched.bit_count() == len(self.places):
            return found
        return compress(found, (self.touched >> n & 1 for n in range(len(self.places))))

    def _column(self, n: int) -> Sequence[int]:
        width = len(self.places)
        return self.counts[n * width : (n + 1) * width]


@dataclass(frozen=True, slots=True)
class Advance:
    """What is new since the last counting; everything after a count of all rows.

    Attributes:
        blocks: Questions that were counted together.
        alone: The parts of each question that was counted by itself, by its place.
        failed: Why a question cannot be counted, by its place.
    """

    blocks: list[Block] = field(default_factory=list)
    alone: dict[int, dict[str, Parts]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
