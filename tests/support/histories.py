"""Histories of counters: what really happened, and what a Prometheus that scrapes has seen of it.

A history is drawn from a seed. Events fall between scrapes; a counter forgets them when its
process restarts, a scrape may be missed, a series may appear late. So there are two truths:
`happened`, and `seen`, which is all that anybody who reads the samples could count.

Times are milliseconds of Unix time, as in samples.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from remote_write import Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Counter", "Counts", "Life", "Tally", "diurnal", "live", "poisson", "tally"]

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
Labels = tuple[tuple[str, str], ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """Events by time: how many fell in a half-open span."""

    times: Sequence[int]
    running: Sequence[int]

    @classmethod
    def of(cls, events: Iterable[tuple[int, int]]) -> Tally:
        """Return the tally of (time, events), in order of time."""
        some = [(at, count) for at, count in events if count]
        return cls([at for at, _ in some], [0, *accumulate(count for _, count in some)])

    def between(self, start: int, end: int) -> int:
        """Return the events in (start, end]."""
        return (
            self.running[bisect_right(self.times, end)]
            - self.running[bisect_right(self.times, start)]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One series: its labels, the events it should have counted, and the samples of it."""

    labels: Labels
    events: Sequence[tuple[int, int]]
    samples: Sequence[tuple[int, float]]

    @property
    def bad(self) -> bool:
        """Whether it counts failures."""
        return ("code", "500") in self.labels

    def series(self, name: str) -> Series:
        """Return its samples as a series of a metric."""
        return Series.of(name, dict(self.labels), self.samples)

    def seen(self, blind_ms: int) -> list[tuple[int, int]]:
        """Return what a reader of the samples can count: increments, at the later sample.

        A value below the one before means a restart, after which the value itself is the
        increment. The first sample of a series says nothing: nobody knows since when; nor does
        one that comes so many milliseconds or more after the last.
        """
        out = []
        for (before, low), (at, high) in zip(self.samples, self.samples[1:], strict=False):
            if at - before < blind_ms:
                out.append((at, round(high - low if high >= low else high)))
        return out


@dataclass(frozen=True, slots=True)
class Counts:
    """Good and total events of several counters."""

    good: tuple[Tally, ...]
    bad: tuple[Tally, ...]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Return (good, total) of the events in (start, end]."""
        good = sum(one.between(start, end) for one in self.good)
        return good, good + sum(one.between(start, end) for one in self.bad)


def tally(counters: Iterable[Counter], *, blind_ms: int | None = None) -> Counts:
    """Return the counts of what happened, or of what was seen by who is blind in such gaps."""
    good, bad = [], []
    for counter in counters:
        found = Tally.of(counter.events if blind_ms is None else counter.seen(blind_ms))
        (bad if counter.bad else good).append(found)
    return Counts(tuple(good), tuple(bad))


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How a set of processes lives.

    Attributes:
        start: First scrape.
        end: Last scrape at most.
        scrape_ms: Interval of scrapes.
        instances: How many processes.
        rate: Requests per second and process at a moment.
        failing: Share of requests that fail at a moment.
        restarts_per_day: Of a process; its counters begin at 0 again.
        missed: Share of scrapes that fail.
        unscraped: Spans in which nothing is scraped at all.
        aligned: Whether scrapes fall on multiples of the interval.
        lazy_errors: Whether the series of failures appears with the first one.
        lazy_successes: The same for the series of successes.
        born_at: When the last process appears, with series of its own; 0 for at the start.
        head_start: What counters show at the start, at most.
    """

    start: int
    end: int
    scrape_ms: int = 30_000
    instances: int = 10
    rate: Callable[[int], float]
    failing: Callable[[int], float]
    restarts_per_day: float = 0.0
    missed: float = 0.0
    unscraped: tuple[Span, ...] = ()
    aligned: bool = False
    lazy_errors: bool = False
    lazy_successes: bool = False
    born_at: int = 0
    head_start: int = 1_000_000


def live(life: Life, seed: int) -> tuple[Counter, ...]:
    """Return the counters of a life: one of successes and one of failures for each process."""
    rng = random.Random(seed)
    scrapes = range(life.start, life.end + 1, life.scrape_ms)
    middle = life.scrape_ms // 2
    good_rates = [
        life.rate(at - middle) * (1 - life.failing(at - middle)) * life.scrape_ms / 1e3
        for at in scrapes
    ]
    bad_rates = [
        life.rate(at - middle) * life.failing(at - middle) * life.scrape_ms / 1e3 for at in scrapes
    ]
    return tuple(
        counter
        for number in range(life.instances)
        for counter in _process(life, rng, number, scrapes, (good_rates, bad_rates))
    )


def _process(
    life: Life,
    rng: random.Random,
    number: int,
    scrapes: range,
    rates: tuple[list[float], list[float]],
) -> tuple[Counter, Counter]:
    offset = 0 if life.aligned else rng.randrange(life.scrape_ms)
    born = life.born_at if number == life.instances - 1 else 0
    chance = life.restarts_per_day * life.scrape_ms / DAY
    restarts = {index for index in range(len(scrapes)) if rng.random() < chance}
    missed = {index for index in range(len(scrapes)) if rng.random() < life.missed}
    blind = {
        index
        for index, at in enumerate(scrapes)
        if index in missed or at < born or any(a <= at + offset < b for a, b in life.unscraped)
    }
    good, bad = (
        Counter(
            labels=(("code", code), ("instance", f"shop-{number}")),
            events=(events := _events(rng, scrapes, offset, of)),
            samples=_samples(rng, events, restarts, blind, _first(life, rng, code, born)),
        )
        for code, of in zip(("200", "500"), rates, strict=True)
    )
    return good, bad


def _events(
    rng: random.Random, scrapes: range, offset: int, rates: list[float]
) -> list[tuple[int, int]]:
    return [(at + offset, poisson(rng, rate)) for at, rate in zip(scrapes, rates, strict=True)]


def _first(life: Life, rng: random.Random, code: str, born: int) -> int | None:
    """Return what a counter shows before its first event; None while it is not there yet."""
    if life.lazy_errors if code == "500" else life.lazy_successes:
        return None
    return 0 if born else rng.randrange(1, life.head_start)


def _samples(
    rng: random.Random,
    events: list[tuple[int, int]],
    restarts: set[int],
    blind: set[int],
    first: int | None,
) -> list[tuple[int, float]]:
    """Return what scrapes see of a counter, from what it shows first."""
    samples: list[tuple[int, float]] = []
    value, there = first or 0, first is not None
    for index, (at, count) in enumerate(events):
        kept = count
        if index in restarts:
            kept = rng.randint(0, count)  # the others came before the restart
            value, there = 0, first is not None
        value += kept
        there = there or value > 0
        if there and index not in blind:
            samples.append((at, float(value)))
    return samples


def diurnal(peak: float, night: float) -> Callable[[int], float]:
    """Return a rate that swings between `night` at 3 o'clock and `peak` at 15 o'clock, UTC."""

    def rate(at: int) -> float:
        swing = (1 - math.cos(2 * math.pi * (at / DAY - 3 / 24))) / 2
        return night + (peak - night) * swing**3

    return rate


def poisson(rng: random.Random, mean: float) -> int:
    """Draw from a Poisson distribution; large means by the normal one."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count
