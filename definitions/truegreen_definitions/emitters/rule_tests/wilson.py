"""Wilson's interval in exact arithmetic: what the tests expect of the rules' formulas."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["surely_more", "wilson"]

Z = Decimal("1.96")


def wilson(p: Decimal, n: Decimal) -> tuple[Decimal, Decimal]:
    """Return the bounds of a share among n events, at 95 %."""
    middle = p + Z * Z / 2 / n
    spread = Z * ((p * (1 - p) + Z * Z / 4 / n) / n).sqrt()
    scale = 1 + Z * Z / n
    return max(Decimal(0), (middle - spread) / scale), min(Decimal(1), (middle + spread) / scale)


def surely_more(ratio: Decimal, n: int) -> int:
    """Return the fewest of n events whose share is above a ratio by the lower bound, or n."""
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if wilson(Decimal(middle) / n, Decimal(n))[0] > ratio:
            high = middle
        else:
            low = middle + 1
    return low
