"""Units of the language, read from text and written back."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.units import (
    Window,
    duration_label,
    number_text,
    parse_duration,
    parse_ratio,
    parse_window,
    percent,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("400ms", "0.4"), ("4h", "14400"), ("1h30m", "5400"), ("1.5s", "1.5"), ("2w", "1209600")],
)
def test_durations_are_exact_seconds(text: str, seconds: str) -> None:
    """A duration is read without rounding."""
    assert parse_duration(text) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "1 h", "-5m", "1y", "1e3s", "5M", "٣s", "1h "])
def test_what_is_no_duration_is_refused(text: str) -> None:
    """The message quotes the text and says what to write."""
    with pytest.raises(ValueError, match="is no duration: write a number and"):
        parse_duration(text)


@given(st.integers(0, 10**12))
def test_a_label_is_the_inverse_of_reading(milliseconds: int) -> None:
    """Writing any whole number of milliseconds and reading it back changes nothing."""
    seconds = Decimal(milliseconds) / 1000
    assert parse_duration(duration_label(seconds)) == seconds


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0, "0s"), (60, "1m"), (604_800, "7d"), (90_061.5, "1d1h1m1s500ms"), (2_592_000, "30d")],
)
def test_labels_are_what_prometheus_reads(seconds: float, label: str) -> None:
    """Weeks become days, and no unit is written twice."""
    assert duration_label(seconds) == label


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("99.9%", "0.999"),
        ("0.999", "0.999"),
        ("100%", "1"),
        ("0%", "0"),
        ("99.99999%", "0.9999999"),
    ],
)
def test_ratios_are_exact(text: str, ratio: str) -> None:
    """A percentage is read without the noise of binary fractions."""
    assert parse_ratio(text) == Decimal(ratio)


@pytest.mark.parametrize("text", ["", "%", "101%", "-1%", "99,9%", "NaN", "inf", "99.9", "a"])
def test_what_is_no_ratio_is_refused(text: str) -> None:
    """A share beyond 0 and 1, or no number at all, is told with an example."""
    with pytest.raises(
        ValueError, match="is no ratio: write a percentage from 0% to 100%, such as"
    ):
        parse_ratio(text)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("30d", Window(label="30d", seconds=2_592_000)),
        ("month", Window(label="month", unit="month")),
        ("prev_quarter", Window(label="prev_quarter", unit="quarter", previous=True)),
        ("all", Window(label="all")),
    ],
)
def test_windows_are_rolling_calendar_or_all(text: str, window: Window) -> None:
    """A window is one of three things, never two."""
    assert parse_window(text) == window


@pytest.mark.parametrize("text", ["", "2d", "720h", "prev_30d", "prev_all", "months", "Month"])
def test_what_is_no_window_is_refused(text: str) -> None:
    """The message names every window there is."""
    with pytest.raises(ValueError, match="is no window: 1d, 3d, 7d, 30d, 90d, week, month"):
        parse_window(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_numbers_are_written_exactly_and_plainly(value: Decimal) -> None:
    """The text is the same number, without exponent or trailing zeros."""
    text = number_text(value)
    assert Fraction(text) == Fraction(value)
    assert "e" not in text.lower()
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize("value", [0.1, 0.25, 2.8, 1e-7, 14.4])
def test_floats_are_written_in_their_shortest_form(value: float) -> None:
    """A float of the plan is written as the definition wrote it."""
    assert float(number_text(value)) == value
    assert len(number_text(value)) <= 9


def test_a_ratio_is_written_as_people_write_it() -> None:
    """A share becomes a percentage without digits that say nothing."""
    assert [percent(Decimal(text)) for text in ("0.999", "0.9950", "1")] == [
        "99.9%",
        "99.5%",
        "100%",
    ]
