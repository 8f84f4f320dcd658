"""What transactions that were not made were worth: by the mean amount of the same hours.

    each = sum of amounts / sum of transactions, over the stretch in the compared weeks

With fewer than 30 transactions in those hours it is that of the seven days before each of them;
where rows hold no amount it is what the definition says. Amounts differ by the order, so the
interval of the money is that of the number and that of the amounts, as independent ones:

    half = sqrt((each x half of N)^2 + t^2 x (N / c) x s^2 x (1 + 1/K))
    s^2  = sum of (a_k - each x c_k)^2 / (K - 1)

with a_k and c_k amount and number of week k, c the mean of c_k.

Source of s^2: Cochran, Sampling Techniques, ratio estimators.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.expectations.expectation import back, t_quantile
from truegreen_exporters.accountability.expectations.spans import WEEK, moved
from truegreen_exporters.accountability.losses.shortfall import Estimate

if TYPE_CHECKING:
    from truegreen_definitions.plan import TransactionValue
    from truegreen_exporters.accountability.expectations.expectation import Season
    from truegreen_exporters.accountability.expectations.spans import Spans
    from truegreen_exporters.accountability.expectations.volume import Volume
    from truegreen_exporters.accountability.losses.incident import Episode
    from truegreen_exporters.accountability.losses.shortfall import Shortfall

__all__ = ["Amounts", "amounts", "amounts_over", "money"]

LEAST_TRANSACTIONS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What a transaction of a stretch is worth.

    Attributes:
        each: Mean amount, in major units.
        residual: By how much the amount of as many transactions as `number` wavers, squared and
            with t^2 and 1 + 1/K.
        number: Mean number of transactions of a compared week.
        basis: Where it comes from, for people.
    """

    each: float
    residual: float = 0.0
    number: float = 1.0
    basis: str = "as declared"


def amounts(
    volume: Volume, episode: Episode, found: Shortfall, season: Season, value: TransactionValue
) -> Amounts | None:
    """Return what a transaction of an outage was worth; None where nothing says so."""
    start, weeks = episode.frame[0][0], found.expectation.weeks
    return amounts_over(volume, episode.outage, start, weeks, season, value)


def amounts_over(  # noqa: PLR0917  a stretch, its weeks, and what is known of the channel
    volume: Volume,
    stretch: Spans,
    start: int,
    weeks: tuple[int, ...],
    season: Season,
    value: TransactionValue,
) -> Amounts | None:
    """Return what a transaction of a stretch is worth; None where nothing says so.

    Args:
        volume: The channel's history.
        stretch: In whole buckets.
        start: From where weeks are counted back.
        weeks: Which ones are compared.
        season: What an ordinary week is.
        value: What was declared.
    """
    hours = [moved(stretch, back(volume, season, start, week)) for week in weeks]
    days: list[Spans] = [
        ((start + by - WEEK, start + by),)
        for by in (back(volume, season, start, week) for week in weeks)
    ]
    for stretches, basis in ((hours, "the same hours"), (days, "the seven days before")):
        measured = _measured(volume, stretches, basis) if value.amount else None
        if measured is not None:
            return measured
    return None if value.per_transaction is None else Amounts(each=float(value.per_transaction))


def money(net: Estimate, worth: Amounts, share: float) -> Estimate:
    """Return what net transactions were worth, in major units.

    Args:
        net: How many.
        worth: What one is worth.
        share: What of it counts: the margin, or 1.
    """
    count = max(net.point, 0.0)
    wavers = count / worth.number * worth.residual if worth.number else 0.0
    low, high = net.point - net.lower, net.upper - net.point
    point = net.point * worth.each
    return Estimate(
        lower=share * (point - math.sqrt((worth.each * low) ** 2 + wavers)),
        point=share * point,
        upper=share * (point + math.sqrt((worth.each * high) ** 2 + wavers)),
    )


def _measured(volume: Volume, stretches: list[Spans], basis: str) -> Amounts | None:
    counts = [volume.count(spans) for spans in stretches]
    sums = [float(volume.amount(spans)) for spans in stretches]
    total = sum(counts)
    if total < LEAST_TRANSACTIONS:
        return None
    each, n = sum(sums) / total, len(counts)
    spread = sum((a - each * c) ** 2 for a, c in zip(sums, counts, strict=True)) / (n - 1)
    return Amounts(
        each=each,
        residual=t_quantile(n - 1) ** 2 * spread * (1 + 1 / n),
        number=total / n,
        basis=f"{basis} of {n} weeks, {total} transactions",
    )
