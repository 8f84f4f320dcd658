"""An estimate of money: what is expected, and what it stays within with 95 %."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.money import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TAIL", "Estimate", "estimate"]

TAIL = 0.025
"""Probability of less than the lower bound, and of more than the upper one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An amount with the bounds of its 95 % interval, in whole smallest units."""

    lower: Decimal
    point: Decimal
    upper: Decimal


def estimate(likely: Mapping[Decimal, float], currency: str) -> Estimate:
    """Return the estimate of an amount whose possible values have probabilities.

    Args:
        likely: Probability of each value; together 1.
        currency: Decides to what is rounded.
    """
    whole = sum(likely.values())
    amounts = sorted(likely)
    expected = sum((one * Decimal(likely[one] / whole) for one in amounts), Decimal(0))
    lower, upper = amounts[0], amounts[-1]
    seen = 0.0
    for one in amounts:
        if seen <= TAIL * whole:
            lower = one
        if seen < (1 - TAIL) * whole:
            upper = one
        seen += likely[one]
    return Estimate(
        lower=rounded(lower, currency),
        point=rounded(expected, currency),
        upper=rounded(upper, currency),
    )
