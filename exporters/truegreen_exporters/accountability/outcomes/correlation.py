"""Rank correlation of an indicator with a later outcome, published with its interval or not at all.

Both series have lost their season; Spearman's correlation of their ranks is taken for every lag.
Its interval is Fisher's on z, with the variance 1.06 / (n - 3) of Fieller and others, where n is
what the pairs are worth if they were independent: neighbours in a series that resemble each other
count less, by Bartlett's formula, with as many autocorrelations as a tenth of the pairs. Of all
tests of a service those are published that survive Benjamini and Hochberg at 5 %, in the form of
Benjamini and Yekutieli, which holds whatever the tests have in common: lags of one pair share
nearly all their data.

Sources: E. C. Fieller, H. O. Hartley and E. S. Pearson, Biometrika 44 (1957); M. S. Bartlett,
JRSS 98 (1935); Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, erfc, sqrt, tanh
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Correlation", "correlated", "published"]

Z = 1.96
FIELLER = 1.06
LEAST_WORTH = 20.0
"""Fewer independent pairs are not looked at."""
LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """An indicator against an outcome so many periods later.

    Attributes:
        indicator: Its name.
        lag: Periods by which the outcome comes later.
        pairs: Periods in which both are known.
        worth: What they are worth if they were independent.
        point: Spearman's correlation of ranks; `lower` and `upper` bound it at 95 %.
        chance: That noise is as far from none, two-sided.
    """

    indicator: str
    lag: int
    pairs: int
    worth: float
    lower: float
    point: float
    upper: float
    chance: float


def correlated(
    indicator: str, values: Sequence[float | None], outcome: Sequence[float | None], lag: int
) -> Correlation | None:
    """Return the correlation of a series with another one `lag` periods later.

    Args:
        indicator: Its name.
        values: One a period, the oldest first, without season.
        outcome: The same periods.
        lag: How many periods later the outcome is looked at.

    Returns:
        None where too little is known, or a series never moves.
    """
    pairs = [
        (one, other)
        for one, other in zip(values, outcome[lag:], strict=False)
        if one is not None and other is not None
    ]
    if len(pairs) < LEAST_WORTH:
        return None
    ranks = [_ranks(side) for side in zip(*pairs, strict=True)]
    point = _pearson(ranks[0], ranks[1])
    if point is None:
        return None
    worth = _worth(ranks[0], ranks[1])
    if worth < LEAST_WORTH:
        return None
    held = min(max(point, -1 + 1e-9), 1 - 1e-9)
    spread = sqrt(FIELLER / (worth - 3))
    middle = atanh(held)
    return Correlation(
        indicator=indicator,
        lag=lag,
        pairs=len(pairs),
        worth=worth,
        lower=tanh(middle - Z * spread),
        point=point,
        upper=tanh(middle + Z * spread),
        chance=erfc(abs(middle) / spread / sqrt(2)),
    )


def published(found: Iterable[Correlation], level: float = LEVEL) -> tuple[Correlation, ...]:
    """Return those that chance does not explain, of all that were tested together."""
    ordered = sorted(found, key=lambda one: (one.chance, one.indicator, one.lag))
    count = len(ordered)
    harmonic = sum(1 / place for place in range(1, count + 1))
    last = 0
    for place, one in enumerate(ordered, start=1):
        if one.chance <= level * place / count / harmonic:
            last = place
    return tuple(ordered[:last])


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the place of each value in order, ties in the middle."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + end - 1) / 2
        start = end
    return found


def _pearson(one: Sequence[float], other: Sequence[float]) -> float | None:
    middle, middle2 = sum(one) / len(one), sum(other) / len(other)
    away, away2 = [x - middle for x in one], [y - middle2 for y in other]
    spread = sqrt(sum(x * x for x in away) * sum(y * y for y in away2))
    if not spread:
        return None
    return sum(x * y for x, y in zip(away, away2, strict=True)) / spread


def _worth(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how many independent pairs so many are worth; never more than there are."""
    count = len(one)
    alike, alike2 = _autocorrelations(one), _autocorrelations(other)
    products = zip(alike, alike2, strict=True)
    shared = sum((1 - lag / count) * a * b for lag, (a, b) in enumerate(products, start=1))
    return min(float(count), count / max(1 + 2 * shared, 1e-9))


def _autocorrelations(values: Sequence[float]) -> list[float]:
    count = len(values)
    middle = sum(values) / count
    away = [x - middle for x in values]
    whole = sum(x * x for x in away)
    lags = range(1, max(2, count // 10) + 1)
    return [sum(a * b for a, b in zip(away, away[lag:], strict=False)) / whole for lag in lags]
