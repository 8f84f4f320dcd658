"""The transactions of a channel, bucket by bucket: how many, and how much money they moved."""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_exporters.accountability.expectations.spans import Spans
    from truegreen_exporters.engines.volume_question import Bucket

__all__ = ["Volume"]


class Volume:
    """Counts and amounts that can be added up over any stretch of buckets.

    A bucket belongs to the stretch in which it starts, so stretches are whole buckets of `step`.
    Buckets without a transaction need not be named.

    Attributes:
        step: Length of a bucket, in seconds.
        begin: Start of the first bucket: nothing is known of the time before; None when empty.

    Args:
        buckets: In any order, each start once.
        step: Length of a bucket, in seconds.
    """

    def __init__(self, buckets: Iterable[Bucket], step: int = 60) -> None:
        found = sorted(buckets)
        self.step = step
        self._starts = [start for start, _, _ in found]
        self._counts = list(accumulate((count for _, count, _ in found), initial=0))
        self._amounts = list(accumulate((money for *_, money in found), initial=Decimal(0)))
        self.begin = self._starts[0] if found else None

    def count(self, spans: Spans) -> int:
        """Return how many transactions there were."""
        return sum(self._counts[high] - self._counts[low] for low, high in self._places(spans))

    def amount(self, spans: Spans) -> Decimal:
        """Return how much money they moved, exact."""
        return sum(
            (self._amounts[high] - self._amounts[low] for low, high in self._places(spans)),
            Decimal(0),
        )

    def _places(self, spans: Spans) -> Iterable[tuple[int, int]]:
        for start, end in spans:
            yield bisect_left(self._starts, start), bisect_left(self._starts, end)
