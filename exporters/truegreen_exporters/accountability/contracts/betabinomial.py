"""How many of the events still to come will be good: the beta-binomial distribution.

What was seen makes a beta distribution of the true share; what is still to come is binomial with
a share drawn from it. Probabilities are found from the most likely number outwards, by the ratio
of neighbours, until what is left is below 1e-18 of it.

Good and bad events come in clumps, an outage spoils a whole day, so counts know less than their
number says. `dispersion` measures from the days how much more they vary than chance would have
them, and both what was seen and what is to come are counted in lots of that many events.

Source: J. G. Skellam, "A probability distribution derived from the binomial distribution by
regarding the probability of success as variable between the sets of trials", Journal of the Royal
Statistical Society B 10 (1948); the factor: P. McCullagh and J. A. Nelder, "Generalized Linear
Models", 2nd ed. (1989), 4.5.
"""

from __future__ import annotations

from itertools import accumulate
from math import lgamma
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["BetaBinomial", "dispersion"]

NEGLIGIBLE = 1e-18
LEAST_DAYS = 5
"""Fewer days say nothing of how days vary."""


class BetaBinomial:
    """The number of good lots among those to come.

    Attributes:
        first: The lowest number that is not negligible.
        last: The highest.

    Args:
        alpha: Of the beta distribution: good lots seen, and its prior.
        beta: The same of bad ones.
        count: Lots to come.
    """

    def __init__(self, alpha: float, beta: float, count: int) -> None:
        self._alpha, self._beta, self._count = alpha, beta, count
        top = self._likeliest()
        down = [*self._outwards(top, -1)]
        weights = [*reversed(down), 1.0, *self._outwards(top, 1)]
        self.first = top - len(down)
        self.last = self.first + len(weights) - 1
        self._sums = [*accumulate(weights)]

    def at_most(self, number: int) -> float:
        """Return the probability of so many good lots or fewer."""
        if number < self.first:
            return 0.0
        if number >= self.last:
            return 1.0
        return self._sums[number - self.first] / self._sums[-1]

    def _likeliest(self) -> int:
        """Return the most likely number; of a distribution with two ends the likelier end."""
        if self._alpha > 1 and self._beta > 1:
            share = (self._alpha - 1) / (self._alpha + self._beta - 2)
            return min(max(round(share * (self._count + 1) - 0.5), 0), self._count)
        return 0 if self._log(0) > self._log(self._count) else self._count

    def _log(self, number: int) -> float:
        """Return the logarithm of a number's weight, without what all have in common."""
        return (
            lgamma(number + self._alpha)
            + lgamma(self._count - number + self._beta)
            - lgamma(number + 1)
            - lgamma(self._count - number + 1)
        )

    def _outwards(self, top: int, way: int) -> Iterator[float]:
        """Yield the weights on one side of the most likely number, which has 1."""
        weight, number = 1.0, top
        two_ended = self._alpha <= 1 or self._beta <= 1
        while 0 <= number + way <= self._count:
            weight *= self._ratio(number) if way > 0 else 1 / self._ratio(number - 1)
            number += way
            if weight < NEGLIGIBLE and not two_ended:
                return
            yield weight

    def _ratio(self, number: int) -> float:
        """Return the weight of the next number over that of this one."""
        left = self._count - number
        return (left * (number + self._alpha)) / ((number + 1) * (left - 1 + self._beta))


def dispersion(days: Sequence[tuple[int, int]]) -> float:
    """Return how much more days vary than chance has them vary, 1 or more.

    Args:
        days: Good and all events of each day.
    """
    seen = [(good, total) for good, total in days if total]
    good, total = sum(one for one, _ in seen), sum(one for _, one in seen)
    if len(seen) < LEAST_DAYS or good in {0, total}:
        return 1.0
    share = good / total
    squares = sum((one - many * share) ** 2 / many for one, many in seen)
    return max(1.0, squares / (share * (1 - share)) / (len(seen) - 1))
