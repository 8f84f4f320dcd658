"""Values of the language: what their text means, and what is no such value."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from truegreen_definitions.models import values
from truegreen_definitions.yaml_tree.nodes import Plain

LONGEST = "a" * 63


def _read(kind: Any, value: object) -> object:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (values.Text, Plain("true"), "true"),
        (values.Text, "null", "null"),
        (values.Name, Plain("order-to-cash"), "order-to-cash"),
        (values.Name, LONGEST, LONGEST),
        (values.Boolean, Plain("true"), True),
        (values.Boolean, Plain("false"), False),
        (values.Date, Plain("2028-02-29"), dt.date(2028, 2, 29)),
        (values.Date, "2026-10-01", dt.date(2026, 10, 1)),
        (values.Duration, Plain("1600ms"), Decimal("1.6")),
        (values.Duration, "0d", Decimal(0)),
        (values.Ratio, Plain("99.9%"), Decimal("0.999")),
        (values.Money, Plain("84.20"), Decimal("84.20")),
        (values.Factor, Plain("14.4"), Decimal("14.4")),
        (values.Zone, Plain("Europe/Berlin"), "Europe/Berlin"),
        (values.Times, "00:00-24:00", "00:00-24:00"),
        (values.Currency, Plain("EUR"), "EUR"),
        (values.Url, Plain("http://127.0.0.1:8080"), "http://127.0.0.1:8080"),
        (values.Variable, Plain("order_id"), "order_id"),
        (values.ColumnName, Plain("is_synthetic"), "is_synthetic"),
    ],
)
def test_read(kind: object, value: object, expected: object) -> None:
    """A value is read from its text, quoted or not, and keeps its exact digits."""
    found = _read(kind, value)
    assert (type(found), str(found)) == (type(expected), str(expected))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (values.Text, Plain("")),
        (values.Text, Plain("null")),
        (values.Text, "  "),
        (values.Text, ["a"]),
        (values.Text, {"a": "b"}),
        (values.Name, "Shop"),
        (values.Name, "1st"),
        (values.Name, "a_b"),
        (values.Name, f"{LONGEST}a"),
        (values.Name, "shop\n"),
        (values.Boolean, "true"),
        (values.Boolean, Plain("1")),
        (values.Date, "2026-02-29"),
        (values.Date, "20261001"),
        (values.Date, "2026-W40-4"),
        (values.Duration, "4 h"),
        (values.PositiveDuration, "0s"),
        (values.Ratio, "100.1%"),
        (values.Ratio, "-1%"),
        (values.Ratio, "nan"),
        (values.Money, "-1"),
        (values.Money, "1e3"),
        (values.Money, "1" * 19),
        (values.Factor, "0"),
        (values.Zone, "Mars/Base"),
        (values.Zone, "../../etc/passwd"),
        (values.Times, "18:00-18:00"),
        (values.Times, "8:00-18:00"),
        (values.Currency, "eur"),
        (values.Url, "ftp://x"),
        (values.Url, "http://"),
        (values.Label, "1a"),
    ],
)
def test_refuse(kind: object, value: object) -> None:
    """What is no such value is refused in words, not with another value."""
    with pytest.raises(ValidationError) as error:
        _read(kind, value)
    assert [details["type"] for details in error.value.errors()] == ["bad_value"]
    assert error.value.errors()[0]["ctx"]["message"]


@given(st.integers(-(10**17), 10**17))
def test_whole_numbers(number: int) -> None:
    """A whole number without quotes is read when it is in the range, and refused when not."""
    kind = TypeAdapter(values.Annotated[int, values.whole_number(0, 10**9)])
    if 0 <= number <= 10**9:
        assert kind.validate_python(Plain(str(number))) == number
    else:
        with pytest.raises(ValidationError):
            kind.validate_python(Plain(str(number)))
    with pytest.raises(ValidationError):
        kind.validate_python(str(number))


def test_messages_keep_braces() -> None:
    """A brace in the user's text is shown as it is and read as no template."""
    with pytest.raises(ValidationError) as error:
        _read(values.Name, "{x}")
    assert error.value.errors()[0]["msg"] == "'{x}' is no name"
