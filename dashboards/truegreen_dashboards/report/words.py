"""Figures and names in words: the same everywhere in a report."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_definitions.currencies import digits_of
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal

    from truegreen_definitions.reviews import Promise, ReviewedPeriod

__all__ = [
    "amounts",
    "count_of",
    "day",
    "joined",
    "money",
    "period_in_words",
    "short_label",
    "signed",
    "standing_of",
    "state_of",
    "times",
]

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")

_STANDINGS = {
    "met": ("MET", Colour.GOOD),
    "seems met": ("SEEMS MET", Colour.FAIR),
    "seems missed": ("SEEMS MISSED", Colour.AT_RISK),
    "missed": ("MISSED", Colour.BAD),
    "unknown": ("NOT KNOWN", Colour.NO_DATA),
}
_STATES = {
    WatermelonValue.GREEN: ("GREEN", Colour.GOOD),
    WatermelonValue.WATERMELON: ("WATERMELON", Colour.BAD),
    WatermelonValue.INVERSE: ("SLA MISSED", Colour.AT_RISK),
    WatermelonValue.RED: ("RED", Colour.BAD),
    WatermelonValue.UNKNOWN: ("NOT KNOWN", Colour.NO_DATA),
}


def standing_of(promise: Promise) -> tuple[str, Colour]:
    """Return the word and colour for how a promise stands."""
    return _STANDINGS[promise.standing]


def state_of(period: ReviewedPeriod | None) -> tuple[str, Colour]:
    """Return the word and colour for how a service stands; None is before its first figure."""
    if period is None:
        return "NO FIGURES", Colour.NO_DATA
    if period.suspected:
        return "SUSPECTED", Colour.AT_RISK
    return _STATES[WatermelonValue(period.state)]


def money(value: Decimal, currency: str) -> str:
    """Return an amount: `1,234.50 EUR`."""
    return f"{value:,.{digits_of(currency)}f} {currency}"


def amounts(by_currency: Mapping[str, Decimal]) -> str:
    """Return amounts of several currencies; they are never added up."""
    return joined(money(value, currency) for currency, value in sorted(by_currency.items()))


def signed(value: float, digits: int = 1) -> str:
    """Return a difference of ratios in percentage points, with its sign."""
    return f"{value * 100:+.{digits}f} points".replace("-", "\N{MINUS SIGN}")


def joined(texts: Iterable[str]) -> str:
    """Return `a, b and c`."""
    *first, last = list(texts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def count_of(number: int, one: str, many: str = "") -> str:
    """Return `1 service` or `2 services`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def times(number: int, unit: str) -> str:
    """Return `for the third month in a row`; empty for once."""
    if number <= 1:
        return ""
    if number <= len(_ORDINALS):
        return f"for the {_ORDINALS[number - 1]} {unit} in a row"
    return f"for {number} {unit}s in a row"


def day(one: date) -> str:
    """Return `3 October 2026`."""
    return f"{one.day} {_MONTHS[one.month - 1]} {one.year}"


def period_in_words(label: str) -> str:
    """Return `October 2026`, `the third quarter of 2026`, `the week from … to …`."""
    if found := _QUARTER.fullmatch(label):
        return f"the {_ORDINALS[int(found[2]) - 1]} quarter of {found[1]}"
    if found := _WEEK.fullmatch(label):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        sunday = monday + timedelta(days=6)
        begun = f"{monday.day} {_MONTHS[monday.month - 1]}"
        begun += f" {monday.year}" if monday.year != sunday.year else ""
        return f"the week from {begun} to {day(sunday)}"
    if re.fullmatch(r"\d{4}-\d{2}", label):
        return f"{_MONTHS[int(label[5:]) - 1]} {label[:4]}"
    return label


def short_label(label: str, among: Sequence[str]) -> str:
    """Return a period's label for a chart: without the year where all have the same."""
    if re.fullmatch(r"\d{4}-\d{2}", label):
        named = _MONTHS[int(label[5:]) - 1][:3]
        return named if len({one[:4] for one in among}) == 1 else f"{named} {label[2:4]}"
    return label.partition("-")[2] if len({one[:4] for one in among}) == 1 else label
