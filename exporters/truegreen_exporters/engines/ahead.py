"""Rows that an edge of a window will soon pass over: read once, so that a cycle need not ask.

Finding the few rows over which time goes on within seconds costs a query as long as any other.
So what an hour will bring is read at once, and changes to it are noted as they come.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from truegreen_exporters.engines.strips import Span

__all__ = ["AHEAD_SECONDS", "MOST_AHEAD", "Ahead", "NearRow"]

AHEAD_SECONDS = 3_600
MOST_AHEAD = 50_000  # beyond, they stay where they are and each cycle asks


class NearRow(NamedTuple):
    """Some rows that are the same for what is counted.

    Attributes:
        time: Theirs, in microseconds since 1970.
        rows: How many; negative where some went.
        masks: What they hold; see `pass_sql.moved`.
    """

    time: int
    service: str
    rows: int
    masks: tuple[int, ...]


class Ahead:
    """All rows of some spans of time, up to date as long as each change is noted.

    Attributes:
        spans: What is known and not passed yet: in order, apart from each other.

    Args:
        spans: See above.
        rows: Those that are in them.
        begin: When they were read.
        until: How long the spans will do.
    """

    def __init__(
        self, spans: tuple[Span, ...], rows: Iterable[NearRow], begin: datetime, until: datetime
    ) -> None:
        self.spans = spans
        self._rows = sorted(rows)
        self._begin, self._until = begin, until

    def lasts(self, at: datetime) -> bool:
        """Return whether what edges pass over up to a moment was to be read."""
        return self._begin <= at <= self._until

    def knows(self, strip: Span) -> bool:
        """Return whether all rows of a span of time are here."""
        return any(start <= strip[0] and strip[1] <= end for start, end in self.spans)

    def note(self, rows: Iterable[NearRow]) -> None:
        """Take rows that came or went."""
        self._rows += rows
        self._rows.sort()

    def passed(self, strip: Span) -> list[NearRow]:
        """Return the rows of a span of time that is known, and keep neither any longer."""
        low, high = (bisect_left(self._rows, (edge,)) for edge in strip)
        found = self._rows[low:high]
        del self._rows[low:high]
        pieces = [
            piece
            for start, end in self.spans
            for piece in ((start, min(end, strip[0])), (max(start, strip[1]), end))
        ]
        self.spans = tuple((start, end) for start, end in pieces if start < end)
        return found
