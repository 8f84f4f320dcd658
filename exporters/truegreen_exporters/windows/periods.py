"""Periods of a contract: months, quarters and years in a zone, by their labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_exporters.windows.bounds import midnight

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Period", "before", "period_of", "periods_between"]

MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LABELS = {
    "month": (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), "2026-10"),
    "quarter": (re.compile(r"(\d{4})-Q([1-4])"), "2026-Q4"),
    "year": (re.compile(r"(\d{4})()"), "2026"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A month, quarter or year.

    Attributes:
        label: `2026-10`, `2026-Q4` or `2026`.
        unit: `month`, `quarter` or `year`.
        index: Its place in the line of all periods of its unit.
        start: First instant of it, UTC.
        end: First instant after it, UTC.
    """

    label: str
    unit: str
    index: int
    start: datetime
    end: datetime


def period_of(label: str, unit: str, zone: str) -> Period:
    """Return the period of a label.

    Raises:
        ValueError: The label is none of that unit; the message shows one that is.
    """
    pattern, example = _LABELS[unit]
    found = pattern.fullmatch(label)
    if not found or not 1 <= int(found[1]) < date.max.year:
        raise ValueError(f"{label!r} is no {unit}: write one as {example}")
    place = int(found[2] or 1) - 1
    return _period(int(found[1]) * 12 // MONTHS[unit] + place, unit, zone)


def periods_between(first: Period, last: Period, zone: str) -> Iterator[Period]:
    """Yield the periods from one to another of the same unit, both included."""
    for index in range(first.index, last.index + 1):
        yield _period(index, first.unit, zone)


def before(period: Period, count: int, zone: str) -> Period:
    """Return the period that many before one."""
    return _period(period.index - count, period.unit, zone)


def _period(index: int, unit: str, zone: str) -> Period:
    first, after = _first_day(index, unit), _first_day(index + 1, unit)
    place = ZoneInfo(zone)
    return Period(
        label=_label(first, unit),
        unit=unit,
        index=index,
        start=midnight(first, place).astimezone(UTC),
        end=midnight(after, place).astimezone(UTC),
    )


def _first_day(index: int, unit: str) -> date:
    year, month = divmod(index * MONTHS[unit], 12)
    return date(year, month + 1, 1)


def _label(first: date, unit: str) -> str:
    if unit == "year":
        return f"{first.year:04}"
    if unit == "quarter":
        return f"{first.year:04}-Q{(first.month + 2) // 3}"
    return f"{first.year:04}-{first.month:02}"
