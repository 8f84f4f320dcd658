"""What an SLA tells of experience: its table of cases, and what follows from it, with intervals.

The lift is the ratio of risks P(bad | missed) / P(bad | met), its interval Katz's on logarithms;
with an empty cell a half is added to each of the four (Walter). Where cases are of several kinds
(priorities), the Mantel-Haenszel ratio is what is left of the lift inside each kind, with the
variance of Greenland and Robins. The area under the curve of a yes-or-no SLA is the mean of
sensitivity and specificity, its interval DeLong's. A difference of two shares has Newcombe's.

All intervals are at 95 %.

Sources: D. Katz et al., Biometrics 34 (1978); S. Greenland and J. M. Robins, Biometrics 41 (1985);
E. R. DeLong et al., Biometrics 44 (1988); R. G. Newcombe, Statistics in Medicine 17 (1998), method
10; W. G. Cochran, Biometrics 10 (1954), for expected counts of at least five.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import TYPE_CHECKING

from truegreen_definitions.names import InformationValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Estimate", "Table", "area", "difference", "information", "lift", "pooled_lift"]

Z = 1.96
LEAST_EXPECTED = 5.0
EQUIVALENT = (0.8, 1.25)
"""A lift that lies between is none in practice: the bounds of bioequivalence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with the ends of its 95 % interval."""

    lower: float
    point: float
    upper: float

    def holds(self, value: float) -> bool:
        """Return whether a value lies in the interval."""
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cases of which promise and experience are known."""

    met_good: int = 0
    met_bad: int = 0
    missed_good: int = 0
    missed_bad: int = 0

    @property
    def met(self) -> int:
        """Cases in which the SLA was met."""
        return self.met_good + self.met_bad

    @property
    def missed(self) -> int:
        """Cases in which it was missed."""
        return self.missed_good + self.missed_bad

    @property
    def bad(self) -> int:
        """Cases with a bad experience."""
        return self.met_bad + self.missed_bad

    @property
    def total(self) -> int:
        """All of them."""
        return self.met + self.missed

    @property
    def least_expected(self) -> float:
        """The smallest of the four counts that chance would expect."""
        if not self.total:
            return 0.0
        good = self.total - self.bad
        return min(self.met, self.missed) * min(self.bad, good) / self.total


def lift(table: Table) -> Estimate | None:
    """Return the lift; None where the SLA was always met or always missed, or nothing was bad."""
    if not (table.met and table.missed and table.bad):
        return None
    half = 0.0 if table.met_bad and table.missed_bad else 0.5
    bad_missed, bad_met = table.missed_bad + half, table.met_bad + half
    missed, met = table.missed + 2 * half, table.met + 2 * half
    point = bad_missed / missed / (bad_met / met)
    variance = 1 / bad_missed - 1 / missed + 1 / bad_met - 1 / met
    return _around(point, variance)


def pooled_lift(tables: Iterable[Table]) -> Estimate | None:
    """Return the Mantel-Haenszel lift over kinds of cases; None where no kind tells any."""
    above = below = spread = 0.0
    for one in tables:
        if one.total:
            above += one.missed_bad * one.met / one.total
            below += one.met_bad * one.missed / one.total
            product = one.missed * one.met * one.bad - one.missed_bad * one.met_bad * one.total
            spread += product / one.total**2
    if not (above and below):
        return None
    return _around(above / below, spread / (above * below))


def area(table: Table) -> Estimate | None:
    """Return the area under the curve; None without both experiences and both promises."""
    good = table.total - table.bad
    if not (table.met and table.missed and table.bad and good):
        return None
    hit, false = table.missed_bad / table.bad, table.missed_good / good
    point = (1 + hit - false) / 2
    # Placements take two values that are a half apart, so their variances are those of shares.
    variance = 0.0
    for share, count in ((hit, table.bad), (false, good)):
        variance += share * (1 - share) / 4 / max(count - 1, 1)
    margin = Z * sqrt(variance)
    return Estimate(lower=max(0.0, point - margin), point=point, upper=min(1.0, point + margin))


def difference(hits: int, of: int, other_hits: int, other_of: int) -> Estimate | None:
    """Return the first share less the second; None where either is of nothing."""
    if not (of and other_of):
        return None
    (low, share, high), (low2, share2, high2) = _wilson(hits, of), _wilson(other_hits, other_of)
    point = share - share2
    return Estimate(
        lower=point - sqrt((share - low) ** 2 + (high2 - share2) ** 2),
        point=point,
        upper=point + sqrt((high - share) ** 2 + (share2 - low2) ** 2),
    )


def information(table: Table) -> InformationValue:
    """Return what an SLA tells of experience, as far as so many cases can say.

    Too few misses are no proof of anything: with an expected count below five it is undetectable.
    """
    found = lift(table)
    if found is None or table.least_expected < LEAST_EXPECTED:
        return InformationValue.UNDETECTABLE
    if EQUIVALENT[0] <= found.lower and found.upper <= EQUIVALENT[1]:
        return InformationValue.NOTHING
    if found.lower > 1:
        return InformationValue.INFORMATIVE
    return InformationValue.CONTRARY if found.upper < 1 else InformationValue.UNDETECTABLE


def _around(point: float, variance: float) -> Estimate:
    margin = Z * sqrt(max(variance, 0.0))
    middle = log(point)
    return Estimate(lower=exp(middle - margin), point=point, upper=exp(middle + margin))


def _wilson(hits: int, of: int) -> tuple[float, float, float]:
    share = hits / of
    middle = share + Z**2 / 2 / of
    spread = Z * sqrt((share * (1 - share) + Z**2 / 4 / of) / of)
    scale = 1 + Z**2 / of
    return (middle - spread) / scale, share, (middle + spread) / scale
