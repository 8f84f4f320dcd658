"""Streams of arrivals: open, evenly spread, and never silent about what found no room."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from truegreen_synthetics.stress.arrivals import Arrivals, streams_for
from truegreen_synthetics.stress.counts import StressCounts

if TYPE_CHECKING:
    from collections.abc import Callable


def test_streams_are_spread_over_the_second() -> None:
    """Twenty streams begin with gaps between a third and twice of an even spread."""
    arrivals = Arrivals(StressCounts(), lambda run: run(), lambda: True)
    first = sorted(arrivals.stream(100.0).tick() - 100.0 for _ in range(streams_for(20)))
    gaps = [b - a for a, b in zip(first, [*first[1:], first[0] + 1], strict=True)]
    assert 0 <= first[0] < first[-1] < 1
    assert all(1 / 60 < gap < 1 / 10 for gap in gaps)


def test_a_late_stream_leaves_nothing_out() -> None:
    """After a pause of ten seconds ten arrivals are due, each with its own intended start."""
    stream = Arrivals(StressCounts(), lambda run: run(), lambda: True).stream(0.0)
    due = [stream.tick()]
    while not stream.seconds_to_wait(due[0] + 10):
        due.append(stream.tick())
    assert len(due) == 11
    assert all(round(b - a, 9) == 1 for a, b in itertools.pairwise(due))


def test_what_finds_no_room_is_dropped_and_counted() -> None:
    """Arrivals are counted in the stage in which they come, also those that are not served."""
    counts, begun = StressCounts(), []
    arrivals = Arrivals(counts, begun.append, lambda: len(begun) < 2)

    def run(_observer: object, intended: float) -> None:
        raise AssertionError(intended)

    arrivals.stage = 3
    for number in range(5):
        arrivals.arrive(run, float(number))
    assert (counts.stage(3)["arrivals"], counts.stage(3)["dropped"], len(begun)) == (5, 3, 2)


def test_a_run_is_told_when_it_should_have_begun() -> None:
    """A run that begins late is measured from its intended start, for the stage it came in."""
    counts = StressCounts()
    waiting: list[Callable[[], None]] = []
    arrivals = Arrivals(counts, waiting.append, lambda: True)
    told: list[float] = []
    arrivals.stage = 1
    arrivals.arrive(lambda _observer, intended: told.append(intended), 7.5)
    arrivals.stage = 2
    waiting[0]()
    assert told == [7.5]
    assert counts.stage(1)["arrivals"] == 1
