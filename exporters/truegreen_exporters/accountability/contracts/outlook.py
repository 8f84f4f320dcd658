"""What an agreement may come to by the end of a running period, from what it came to so far.

The events still to come follow the pace of this period and the last one together. What was seen
is this period, and the last one by the share of this that is still to come: all of it on the first
day, nothing on the last; before both stands Jeffreys' prior, half a good event and half a bad one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.contracts.betabinomial import BetaBinomial

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_exporters.accountability.contracts.statement import Counted
    from truegreen_exporters.windows.periods import Period

__all__ = ["Outlook", "outlook"]

MOST_LOTS = 20_000
"""More lots to come are put together: what changes is far below what an estimate can say."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What an agreement came to so far, and what is still to come.

    Attributes:
        counted: The counts so far, ripe ones.
        coming: Events to come, those among them that are pending.
        seen: Good and bad events that the future is judged by.
        lot: Events that are as much evidence as one by chance; 1 or more.
    """

    counted: Counted
    coming: int
    seen: tuple[float, float]
    lot: float = 1.0

    @property
    def total(self) -> int:
        """Events by the end of the period."""
        return self.counted.total + self.coming

    @cached_property
    def lots(self) -> int:
        """Lots to come."""
        return min(max(round(self.coming / self.lot), 1), MOST_LOTS) if self.coming else 0

    @property
    def prior(self) -> tuple[float, float]:
        """The parameters of the beta distribution that the good lots to come are drawn by."""
        good, bad = (one / self.lot + 0.5 for one in self.seen)
        return good, bad

    @cached_property
    def distribution(self) -> BetaBinomial:
        """Of the good lots among them."""
        return BetaBinomial(*self.prior, self.lots)

    def good_with(self, lots: int) -> Decimal:
        """Return the good events by the end when so many lots are good."""
        if not self.lots:
            return Decimal(self.counted.good)
        return self.counted.good + Decimal(self.coming) * lots / self.lots

    def highest_below(self, bound: Decimal) -> int:
        """Return the greatest number of good lots that leaves the attainment below a bound."""
        missing = bound * self.total - self.counted.good
        if not self.lots:
            return 0 if missing > 0 else -1
        needed = missing * self.lots / self.coming
        return int(needed.to_integral_value(ROUND_CEILING)) - 1

    def below(self, bound: Decimal) -> float:
        """Return the probability that the attainment ends below a bound."""
        if not self.total:
            return 0.0
        if not self.lots:
            return float(self.highest_below(bound) == 0)
        return self.distribution.at_most(self.highest_below(bound))


def outlook(
    counted: Counted,
    last: Counted | None,
    period: Period,
    before: Period | None,
    *,
    at: datetime,
    lot: float = 1.0,
) -> Outlook:
    """Return what an agreement may come to.

    Args:
        counted: What it came to so far.
        last: What it came to in the period before; None where nobody knows.
        period: The running period.
        before: The period before.
        at: The present, within the period.
        lot: How much more its days vary than by chance.
    """
    length, left = (period.end - period.start).total_seconds(), (period.end - at).total_seconds()
    elapsed, arrived = length - left, counted.total + counted.pending
    if last is not None and before is not None and last.total:
        span = (before.end - before.start).total_seconds()
        pace = (arrived + last.total) / (elapsed + span)
    else:
        pace = arrived / elapsed if elapsed > 0 else 0.0
    weight = left / length
    good = counted.good + (weight * last.good if last else 0.0)
    bad = counted.total - counted.good + (weight * (last.total - last.good) if last else 0.0)
    coming = counted.pending + round(pace * left)
    return Outlook(counted=counted, coming=coming, seen=(good, bad), lot=lot)
