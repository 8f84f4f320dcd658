"""How long a time in business hours may take by the clock on the wall, at the longest."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.activity import intervals

if TYPE_CHECKING:
    from truegreen_definitions.plan import Calendar

__all__ = ["longest_wait"]

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)
"""Ten years: every day of the week at every place of a leap and of a common year, but for a few."""


def longest_wait(calendar: Calendar, seconds: float) -> float | None:
    """Return the most seconds that pass until a calendar was active for so many of them.

    Looked at are ten years; None where a calendar is not active for so long in them at all.
    """
    found = intervals(calendar, FIRST, LAST)
    lengths = [(end - start).total_seconds() for start, end in found]
    shown = list(accumulate(lengths))  # at the end of each
    waits = []
    # Nothing takes longer than what begins when the calendar has just ended.
    for place, (_, closes) in enumerate(found):
        wanted = shown[place] + seconds
        last = bisect_left(shown, wanted)
        if last == len(found):
            break
        opened = wanted - (shown[last] - lengths[last])
        waits.append((found[last][0] - closes).total_seconds() + opened)
    return max(waits, default=None)
