"""The kinds of history that rules must survive, each as a life drawn from a seed.

exact kinds     what a reader of the samples counts is what the rules must say
rough kinds     a sample that is missing at the edge of a range is made up for by `increase()`,
                so a count may be off by what happens in about a scrape per such edge
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from histories import HOUR, MINUTE, SECOND, Life, diurnal

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["HISTORY_MS", "KINDS", "Kind"]

HISTORY_MS = 9 * HOUR
LEAD_MS = 20 * MINUTE  # counters stand still at first, so that no count depends on their birth
SCRAPE_MS = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of history.

    Attributes:
        make: Draws a life that begins at a moment.
        rough: Share of a five-minute count by which a count may be off; 0 for exact.
        lost: Share of any count that may be lost.
        down: Whether Prometheus itself did not run while nothing was scraped.
    """

    make: Callable[[int, random.Random], Life]
    rough: float = 0.0
    lost: float = 0.0
    down: bool = False


def _base(start: int, rng: random.Random) -> Life:
    """Return a life of steady traffic with one or two incidents."""
    rate, usual = rng.uniform(0.5, 20), rng.choice((0.0, 0.0005, 0.002))
    incidents = [
        (first := start + LEAD_MS + rng.randrange(HISTORY_MS - HOUR), first + _some(rng), share)
        for share in rng.sample((0.01, 0.05, 0.3, 1.0), 2)
    ]

    def failing(at: int) -> float:
        return next((share for first, last, share in incidents if first <= at < last), usual)

    return Life(
        start=start,
        end=start + HISTORY_MS,
        scrape_ms=SCRAPE_MS,
        instances=rng.randint(1, 3),
        rate=_after_lead(start, lambda at: rate),
        failing=failing,
        aligned=rng.random() < 0.3,
    )


def _after_lead(start: int, rate: Callable[[int], float]) -> Callable[[int], float]:
    return lambda at: 0.0 if at < start + LEAD_MS else rate(at)


def _some(rng: random.Random) -> int:
    return rng.randrange(3 * MINUTE, 90 * MINUTE)


def _span(life: Life, rng: random.Random, longest: int) -> tuple[int, int]:
    """Return a span in the later half of a life."""
    first = life.start + HISTORY_MS // 2 + rng.randrange(HISTORY_MS // 3)
    return first, first + rng.randrange(6 * MINUTE, longest)


def _night(start: int, rng: random.Random) -> Life:
    swing = diurnal(rng.uniform(20, 60), 0.2)
    first = start - start % (24 * HOUR) + rng.randrange(20) * HOUR
    return replace(_base(start, rng), rate=_after_lead(start, lambda at: swing(at - first)))


def _pause(start: int, rng: random.Random) -> Life:
    life = _base(start, rng)
    first, last = _span(life, rng, 70 * MINUTE)
    return replace(life, rate=lambda at: 0.0 if first <= at < last else life.rate(at))


def _sparse(start: int, rng: random.Random) -> Life:
    life = _base(start, rng)
    rate, failing = rng.uniform(0.0005, 0.01), rng.choice((0.1, 0.5))
    return replace(life, rate=_after_lead(start, lambda at: rate), failing=lambda at: failing)


def _restarting(start: int, rng: random.Random) -> Life:
    return replace(_base(start, rng), restarts_per_day=rng.uniform(3, 20))


def _lazy_errors(start: int, rng: random.Random) -> Life:
    return replace(_base(start, rng), lazy_errors=True)


def _all_fails(start: int, rng: random.Random) -> Life:
    return replace(_base(start, rng), failing=lambda at: 1.0, lazy_successes=True)


def _newborn(start: int, rng: random.Random) -> Life:
    life = _base(start, rng)
    return replace(life, instances=life.instances + 1, born_at=_span(life, rng, HOUR)[0])


def _missed(start: int, rng: random.Random) -> Life:
    return replace(_base(start, rng), missed=rng.uniform(0.01, 0.05))


def _unscraped(start: int, rng: random.Random) -> Life:
    life = _base(start, rng)
    return replace(life, unscraped=(_span(life, rng, 50 * MINUTE),))


KINDS = {
    "steady": Kind(_base),
    "diurnal with incidents": Kind(_night),
    "pause": Kind(_pause),
    "sparse": Kind(_sparse),
    "restarts": Kind(_restarting, rough=0.25),
    "errors appear with the first one": Kind(_lazy_errors, rough=0.5),
    "errors are all there is": Kind(_all_fails),
    "a new process": Kind(_newborn, rough=0.5),
    "missed scrapes": Kind(_missed, rough=0.5, lost=0.02),
    "nothing scraped": Kind(_unscraped, rough=1.0),
    "prometheus down": Kind(_unscraped, rough=1.0, down=True),
}
