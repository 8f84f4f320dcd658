"""Counts of rows between edges of time, from running sums: any span costs two look-ups."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from truegreen_exporters.engines.question import Parts

__all__ = ["RunningCounts"]


class RunningCounts:
    """Running counts of all rows before an edge.

    Args:
        found: (edge, good, total, excluded) of the rows from each edge up to the next, in order.
    """

    def __init__(self, found: list[tuple[int, ...]]) -> None:
        self._edges = [edge for edge, *_ in found]
        self._sums = [list(accumulate((row[i] for row in found), initial=0)) for i in range(1, 4)]

    def between(self, start: int, end: int) -> tuple[int, int, int]:
        """Return (good, total, excluded) of start ≤ t < end; both must be edges."""
        low, high = bisect_left(self._edges, start), bisect_left(self._edges, end)
        good, total, excluded = (sums[max(low, high)] - sums[low] for sums in self._sums)
        return good, total, excluded

    def parts(self, start: int, end: int, ripe: int) -> Parts:
        """Return the parts of a span, of which rows from `ripe` on are pending; all are edges."""
        middle = min(max(start, ripe), end)
        good, total, early = self.between(start, middle)
        _, pending, late = self.between(middle, end)
        return Parts(good=good, total=total, pending=pending, excluded=early + late)
