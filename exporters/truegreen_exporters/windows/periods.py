"""Periods that close: weeks, months, quarters and years in a zone, by their labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_exporters.windows.bounds import midnight

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Period", "before", "closed_before", "period_at", "period_of", "periods_between"]

DAYS_OF_WEEK = 7
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_LABELS = {
    "month": (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), "2026-10"),
    "quarter": (re.compile(r"(\d{4})-Q([1-4])"), "2026-Q4"),
    "year": (re.compile(r"(\d{4})()"), "2026"),
    "week": (re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])"), "2026-W40"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A week, month, quarter or year.

    Attributes:
        label: `2026-W40` (ISO 8601), `2026-10`, `2026-Q4` or `2026`.
        unit: `week`, `month`, `quarter` or `year`.
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
    if unit == "week":
        monday = date.fromisocalendar(int(found[1]), place + 1, 1)
        return _period(monday.toordinal() // DAYS_OF_WEEK, unit, zone)
    return _period(int(found[1]) * 12 // MONTHS[unit] + place, unit, zone)


def periods_between(first: Period, last: Period, zone: str) -> Iterator[Period]:
    """Yield the periods from one to another of the same unit, both included."""
    for index in range(first.index, last.index + 1):
        yield _period(index, first.unit, zone)


def before(period: Period, count: int, zone: str) -> Period:
    """Return the period that many before one."""
    return _period(period.index - count, period.unit, zone)


def period_at(moment: datetime, unit: str, zone: str) -> Period:
    """Return the period of a unit that a moment lies in."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    if unit == "week":
        return _period((day.toordinal() - 1) // DAYS_OF_WEEK, unit, zone)
    return _period((day.year * 12 + day.month - 1) // MONTHS[unit], unit, zone)


def closed_before(moment: datetime, unit: str, zone: str, count: int) -> tuple[Period, ...]:
    """Return the last periods that had ended at a moment, the oldest first."""
    running = period_at(moment, unit, zone)
    return tuple(before(running, back, zone) for back in range(count, 0, -1))


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
    if unit == "week":
        return date.fromordinal(index * DAYS_OF_WEEK + 1)
    year, month = divmod(index * MONTHS[unit], 12)
    return date(year, month + 1, 1)


def _label(first: date, unit: str) -> str:
    if unit == "week":
        year, week, _ = first.isocalendar()
        return f"{year:04}-W{week:02}"
    if unit == "year":
        return f"{first.year:04}"
    if unit == "quarter":
        return f"{first.year:04}-Q{(first.month + 2) // 3}"
    return f"{first.year:04}-{first.month:02}"
