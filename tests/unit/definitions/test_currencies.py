"""Currencies: the codes that there are, and how their money is rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest

from truegreen_definitions.currencies import CURRENCIES, digits_of
from truegreen_exporters.accountability.money import rounded, smallest_unit


def test_codes_are_those_of_the_standard() -> None:
    """Three capitals each, in order, each once; what people slip into is none of them."""
    assert list(CURRENCIES) == sorted(set(CURRENCIES))
    assert all(len(code) == 3 and code.isascii() and code.isupper() for code in CURRENCIES)
    assert {"EUR", "USD", "GBP", "JPY", "CHF", "BRL", "XOF"} <= set(CURRENCIES)
    assert not {"EUX", "XXX", "XTS", "XAU", "BTC", "RMB", "UKP"} & set(CURRENCIES)


@pytest.mark.parametrize(
    ("currency", "digits", "unit"),
    [("EUR", 2, "0.01"), ("JPY", 0, "1"), ("KWD", 3, "0.001"), ("XOF", 0, "1")],
)
def test_the_smallest_unit_is_that_of_the_currency(currency: str, digits: int, unit: str) -> None:
    """Cents of euros, whole yen, thousandths of a dinar."""
    assert digits_of(currency) == digits
    assert smallest_unit(currency) == Decimal(unit)
    assert rounded(Decimal("1.23456"), currency) % Decimal(unit) == 0
