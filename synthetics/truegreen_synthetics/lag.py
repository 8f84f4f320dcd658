"""How late the prober itself is: delay that is not the target's.

A heartbeat is asked for every few milliseconds. How late it comes is how long nothing in the
process could run: a blocking call, the garbage collector, or a machine that gave others its time.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LagMeter"]

REMEMBERED_BEATS = 4096
NOISE_SECONDS = 0.001


class LagMeter:
    """Remembers how late heartbeats were.

    Args:
        clock: Monotonic seconds.
        period_seconds: Between two heartbeats.
    """

    def __init__(self, clock: Callable[[], float], period_seconds: float) -> None:
        self.period_seconds = period_seconds
        self._clock = clock
        self._late: deque[tuple[float, float]] = deque(maxlen=REMEMBERED_BEATS)
        self._due = clock() + period_seconds

    def beat(self) -> float:
        """Note a heartbeat; return how many seconds it was late."""
        now = self._clock()
        late = max(0.0, now - self._due)
        if late > NOISE_SECONDS:
            self._late.append((now, late))
        self._due = now + self.period_seconds
        return late

    def since(self, start: float) -> float:
        """Return the seconds from a time until now in which the prober could not run.

        A heartbeat that is overdue right now counts: the caller may run before it does.
        """
        now = self._clock()
        lost = 0.0
        for at, late in reversed(self._late):
            if at < start:
                break
            lost += min(late, at - start)
        overdue = now - self._due
        if overdue > NOISE_SECONDS:
            lost += min(overdue, max(0.0, now - start))
        return lost
