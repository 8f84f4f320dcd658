"""Money: exact amounts, rounded once, to the smallest unit of their currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from truegreen_definitions.currencies import digits_of

__all__ = ["amount", "figure", "rounded", "smallest_unit"]


def smallest_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency: 0.01 of most."""
    return Decimal(1).scaleb(-digits_of(currency))


def rounded(value: Decimal, currency: str) -> Decimal:
    """Return an amount in whole smallest units of a currency; halves go away from zero."""
    return value.quantize(smallest_unit(currency), ROUND_HALF_UP)


def figure(value: Decimal, currency: str) -> str:
    """Return an amount without its currency, for a column: `1,234.50`."""
    return f"{rounded(value, currency):,}"


def amount(value: Decimal, currency: str) -> str:
    """Return an amount for people: `1,234.50 EUR`."""
    return f"{figure(value, currency)} {currency}"
