"""Rows that an edge of a window will soon pass over: read once, so that a cycle need not ask.

Finding the few rows over which time goes on within seconds costs a query as long as any other.
So what an hour will bring is read at once, and changes to it are noted as they come.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from truegreen_exporters.engines.strips import Span

__all__ = ["AHEAD_SECONDS", "MOST_AHEAD", "Ahead", "NearRow"]

AHEAD_SECONDS = 3_600
MOST_AHEAD = 50_000  # beyond, they stay where they are and each cycle asks


_TIME = itemgetter(0)


class NearRow(NamedTuple):
    """Some rows that are the same for what is counted.

    Attributes:
        time: Theirs, in microseconds since 1970.
        rows: How many; negative where some went.
        holds: Whether each condition of the pass does.
    """

    time: int
    service: str
    rows: int
    holds: tuple[bool, ...]


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
        # What is noted is kept apart: sorting it in among very many would cost more than all else.
        self._rows, self._noted = sorted(rows, key=_TIME), list[NearRow]()
        self._begin, self._until = begin, until

    def lasts(self, at: datetime) -> bool:
        """Return whether what edges pass over up to a moment was to be read."""
        return self._begin <= at <= self._until

    def knows(self, strip: Span) -> bool:
        """Return whether all rows of a span of time are here."""
        return any(start <= strip[0] and strip[1] <= end for start, end in self.spans)

    def note(self, rows: Iterable[NearRow]) -> None:
        """Take rows that came or went, as far as they are in the spans."""
        edges = list(chain.from_iterable(self.spans))
        self._noted += [row for row in rows if bisect_right(edges, row.time) % 2]
        self._noted.sort(key=_TIME)

    def passed(self, strip: Span) -> list[NearRow]:
        """Return the rows of a span of time that is known, and keep neither any longer."""
        begin, end = strip
        found = []
        for rows in (self._rows, self._noted):
            low, high = (bisect_left(rows, (edge,)) for edge in strip)
            found += rows[low:high]
            del rows[low:high]
        pieces = [
            piece
            for start, stop in self.spans
            for piece in ((start, min(stop, begin)), (max(start, end), stop))
        ]
        self.spans = tuple((start, end) for start, end in pieces if start < end)
        return found
