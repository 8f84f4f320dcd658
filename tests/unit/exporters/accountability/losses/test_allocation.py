"""Money is split so that nothing is lost and nothing is made."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_exporters.accountability.losses.allocation import split

WEIGHTS = st.lists(
    st.fractions(min_value=0, max_value=1_000, max_denominator=50), min_size=1, max_size=9
)
CURRENCIES = st.sampled_from(("EUR", "JPY", "KWD"))


@settings(max_examples=200)
@given(st.integers(0, 10**12), WEIGHTS, CURRENCIES)
def test_parts_add_up_to_the_amount(units: int, weights: list[Fraction], currency: str) -> None:
    """Whatever the weights, the parts are the amount exactly, each within a unit of its share."""
    unit = {"EUR": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    amount = units * unit
    parts = split(amount, weights, currency)
    assert sum(parts) == amount
    assert all(type(part) is Decimal and part >= 0 and part % unit == 0 for part in parts)
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = weight / total if total else Fraction(1, len(weights))
        assert abs(Fraction(part) - share * Fraction(amount)) < Fraction(unit)


def test_units_that_are_left_go_to_the_largest_remainders() -> None:
    """Three equal shares of 10.00 are 3.34, 3.33 and 3.33: the first of equals is first."""
    assert split(Decimal("10.00"), [Fraction(1)] * 3, "EUR") == (
        Decimal("3.34"),
        Decimal("3.33"),
        Decimal("3.33"),
    )
    assert split(Decimal("0.02"), [Fraction(1), Fraction(3)], "EUR") == (
        Decimal("0.01"),
        Decimal("0.01"),
    )


@pytest.mark.parametrize(
    ("amount", "weights"),
    [("-0.01", [1]), ("0.001", [1]), ("1.00", []), ("1.00", [1, -1])],
)
def test_what_cannot_be_split_is_refused(amount: str, weights: list[int]) -> None:
    """A negative amount, a finer one than the currency, and weights below 0 have no parts."""
    with pytest.raises(ValueError, match="cannot be split"):
        split(Decimal(amount), [Fraction(weight) for weight in weights], "EUR")
