"""An amount split by weights so that the parts add up to it, to the smallest unit of money.

Every part gets what its weight gives it, rounded down; the units that are left over go to the
parts whose remainder was the largest, the earlier ones first where two are equal.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.money import smallest_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

__all__ = ["split"]


def split(amount: Decimal, weights: Sequence[Fraction], currency: str) -> tuple[Decimal, ...]:
    """Return the parts of an amount that is in whole units of its currency.

    Args:
        amount: At least 0.
        weights: At least one, none below 0; where all are 0 they count as equal.
        currency: ISO 4217.

    Raises:
        ValueError: The amount is below 0 or finer than the currency, or there is no weight.
    """
    unit = smallest_unit(currency)
    units, rest = divmod(amount, unit)
    if amount < 0 or rest or not weights or min(weights) < 0:
        raise ValueError(f"{amount} {currency} cannot be split by {len(weights)} weights")
    total = sum(weights)
    shares = [weight / total for weight in weights] if total else _equal(len(weights))
    exact = [share * int(units) for share in shares]
    parts = [int(one) for one in exact]
    left = int(units) - sum(parts)
    order = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[:left]:
        parts[place] += 1
    return tuple(part * unit for part in parts)


def _equal(count: int) -> list[Fraction]:
    return [Fraction(1, count)] * count
