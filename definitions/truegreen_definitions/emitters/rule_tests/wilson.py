"""Wilson's interval in exact arithmetic: what the tests expect of the rules' formulas."""

from __future__ import annotations

from decimal import Decimal

__all__ = ["wilson"]

Z = Decimal("1.96")


def wilson(p: Decimal, n: Decimal) -> tuple[Decimal, Decimal]:
    """Return the bounds of a share among n events, at 95 %."""
    middle = p + Z * Z / 2 / n
    spread = Z * ((p * (1 - p) + Z * Z / 4 / n) / n).sqrt()
    scale = 1 + Z * Z / n
    return max(Decimal(0), (middle - spread) / scale), min(Decimal(1), (middle + spread) / scale)
