"""A clock that runs in a calendar and stands still outside of it, as steps to add up.

The time that has passed on it before an instant is the length of all steps that were over by
then, and the part of the one that was not. So what passes between two instants is a difference,
whatever lies between them. It stands still before 1970 and after 2100: what is dated there is a
mistake, and no reason to walk a calendar through it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.activity import intervals

if TYPE_CHECKING:
    from truegreen_definitions.plan import Calendar

__all__ = ["Clock", "clock_between"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST = (datetime(2101, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND - 1


@dataclass(frozen=True, slots=True)
class Clock:
    """Steps of time in order, in microseconds since 1970; all three are as long.

    Attributes:
        starts: When a step begins.
        lengths: How long it is.
        before: Length of all steps before it.
    """

    starts: tuple[int, ...]
    lengths: tuple[int, ...]
    before: tuple[int, ...]

    def shown(self, instant: int) -> int:
        """Return what it shows at an instant: the microseconds that have passed on it."""
        place = bisect_right(self.starts, instant) - 1
        if place < 0:
            return 0
        return self.before[place] + min(instant - self.starts[place], self.lengths[place])

    def last(self, shown: int) -> int | None:
        """Return the last instant at which it shows that much; None where it has not begun to."""
        place = bisect_right(self.before, shown) - 1
        if place < 0:
            return None
        return self.starts[place] + shown - self.before[place]


def clock_between(calendar: Calendar, low: int, high: int) -> Clock:
    """Return the clock of a calendar, exact from one instant to another (microseconds)."""
    # Clamped as numbers: with its zone, an instant may lie in a year that no datetime has.
    first, last = ((_EPOCH + min(max(one, 0), _LAST) * _MICROSECOND).year for one in (low, high))
    steps = [step for year in range(first, last + 1) for step in _steps(calendar, year)]
    lengths = [length for _, length in steps]
    return Clock(
        starts=tuple(start for start, _ in steps),
        lengths=tuple(lengths),
        before=tuple(accumulate(lengths, initial=0))[:-1],
    )


@lru_cache(maxsize=1_024)
def _steps(calendar: Calendar, year: int) -> tuple[tuple[int, int], ...]:
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    return tuple(
        ((start - _EPOCH) // _MICROSECOND, (last - start) // _MICROSECOND)
        for start, last in intervals(calendar, begin, end)
    )
