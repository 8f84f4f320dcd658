"""Open arrivals: journeys begin when they are due, whether or not earlier ones have ended.

A Locust user is a stream of one arrival every `SECONDS_APART` seconds, so that a rate is a number
of users and Locust can spread it over workers. Streams begin shifted against each other by the
golden ratio, which keeps them apart however many there are. What finds no room is dropped and
counted: a customer who came and was not served.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from truegreen_synthetics.stress.counts import StageObserver

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_synthetics.runs import RunObserver
    from truegreen_synthetics.stress.counts import StressCounts

__all__ = ["MOST_AT_ONCE", "SECONDS_APART", "Arrivals", "Stream", "streams_for"]

SECONDS_APART = 1.0
MOST_AT_ONCE = 500
GOLDEN = (math.sqrt(5) - 1) / 2


def streams_for(rate: float) -> int:
    """Return how many streams make a rate of arrivals per second."""
    return round(rate * SECONDS_APART)


class Arrivals:
    """What arrives at one worker.

    Attributes:
        stage: Number of the stage that runs now.

    Args:
        counts: Where all of it is counted.
        begin: Begins a run in the background: takes what runs it.
        room: Returns whether another run may begin.
    """

    def __init__(
        self,
        counts: StressCounts,
        begin: Callable[[Callable[[], None]], object],
        room: Callable[[], bool],
    ) -> None:
        self.stage = 0
        self._counts = counts
        self._begin = begin
        self._room = room
        self._streams = 0

    def stream(self, now: float) -> Stream:
        """Return another stream, shifted against those before."""
        self._streams += 1
        return Stream(now + (self._streams * GOLDEN % 1) * SECONDS_APART)

    def arrive(self, run: Callable[[RunObserver, float], None], intended: float) -> None:
        """Let a customer come; `intended` is when they should have."""
        number = self.stage
        stage = self._counts.stage(number)
        stage["arrivals"] += 1
        if self._room():
            self._begin(lambda: run(StageObserver(self._counts, number), intended))
        else:
            stage["dropped"] += 1


class Stream:
    """Ticks on an absolute schedule; none is left out when one is late."""

    def __init__(self, first: float) -> None:
        self._due = first

    def seconds_to_wait(self, now: float) -> float:
        """Return the seconds to the next tick, 0 when it is due."""
        return max(0.0, self._due - now)

    def tick(self) -> float:
        """Return when the present tick was due, and go on to the next."""
        due = self._due
        self._due += SECONDS_APART
        return due
