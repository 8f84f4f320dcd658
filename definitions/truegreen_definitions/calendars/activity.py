"""When a calendar is active, by the clock on the wall of its zone.

A span of a day holds wherever the wall clock shows it: an hour that a change to winter time
repeats is active both times, one that a change to summer time leaves out never comes. (This is
how Alertmanager reads its time intervals too.) Spans are half-open: active from the first minute
on, no longer at the last. One that ends before it begins ends the next day and belongs to
the day on which it begins.

A period is one stretch of time between two wall-clock times; of two equal ones the first counts,
as in RFC 5545. A time that a change to summer time leaves out is read with the offset before it, so
a period may have no instant at all; definitions with such a one are refused.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.calendars.holidays import holidays_of_year
from truegreen_definitions.calendars.rule import days_of_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan import Calendar

__all__ = ["intervals", "is_active", "is_day", "period_in_utc"]

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
Interval = tuple[datetime, datetime]


def is_day(calendar: Calendar, day: date) -> bool:
    """Return whether the spans of a calendar hold on a day."""
    if day in calendar.skipped or (calendar.since is not None and day < calendar.since):
        return False
    if day in calendar.days:
        return True
    if not calendar.recurs:
        return False
    if calendar.rule and day not in days_of_year(calendar.rule, calendar.since, day.year):
        return False
    return not calendar.holidays or day not in holidays_of_year(calendar.holidays, day.year)


def is_active(calendar: Calendar, instant: datetime) -> bool:
    """Return whether a calendar is active at an instant.

    Args:
        calendar: The calendar.
        instant: An aware time, not of the first or the last year of all.
    """
    local = instant.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    today = local.date()
    return any(
        start <= local < end
        for day in (today, today - DAY)
        if is_day(calendar, day)
        for start, end in _spans(calendar, day)
    ) or any(start <= instant < end for start, end in _periods(calendar))


def intervals(calendar: Calendar, start: datetime, end: datetime) -> tuple[Interval, ...]:
    """Return when a calendar is active in `[start, end)`, in order, apart from each other, in UTC.

    Args:
        calendar: The calendar.
        start: An aware time.
        end: A later one.
    """
    low, high = start.astimezone(UTC), end.astimezone(UTC)
    found = [*_from_days(calendar, low, high), *_periods(calendar)]
    cut = ((max(low, first), min(high, last)) for first, last in found)
    return tuple(_merged(sorted(one for one in cut if one[0] < one[1])))


def period_in_utc(start: datetime, end: datetime, zone: str) -> Interval:
    """Return a period between two wall-clock times of a zone in UTC, `[start, end)`.

    Around times that a change to summer time leaves out, the start may not be before the end.
    """
    first, last = (one.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for one in (start, end))
    return first, last


def _from_days(calendar: Calendar, low: datetime, high: datetime) -> Iterator[Interval]:
    """Yield what the days give, stretch by stretch of one offset from UTC."""
    for first, last, offset in _stretches(calendar.zone, low, high):
        begin, finish = (first + offset).replace(tzinfo=None), (last + offset).replace(tzinfo=None)
        day = begin.date() - DAY
        while day <= finish.date():
            if is_day(calendar, day):
                for start, end in _spans(calendar, day):
                    inside = max(start, begin), min(end, finish)
                    if inside[0] < inside[1]:
                        a, b = ((one - offset).replace(tzinfo=UTC) for one in inside)
                        yield a, b
            day += DAY


def _spans(calendar: Calendar, day: date) -> Iterator[Interval]:
    """Yield the spans that begin on a day, in wall-clock time."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  the clock on the wall
    for span in calendar.times:
        yield (
            midnight + timedelta(minutes=span.start_minute),
            midnight + timedelta(minutes=span.end_minute),
        )
    if not calendar.times:
        yield midnight, midnight + DAY


def _periods(calendar: Calendar) -> Iterator[Interval]:
    for period in calendar.periods:
        yield period_in_utc(period.start, period.end, calendar.zone)


def _merged(ordered: Iterable[Interval]) -> Iterator[Interval]:
    """Yield intervals, in order of their starts, joined where they touch or overlap."""
    current: Interval | None = None
    for start, end in ordered:
        if current is not None and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current is not None:
            yield current
        current = start, end
    if current is not None:
        yield current


def _stretches(
    zone: str, low: datetime, high: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield `[low, high)` cut where the zone's offset from UTC changes, with that offset."""
    changes = [change for year in range(low.year, high.year + 1) for change in _changes(zone, year)]
    edges = [low, *(change for change in changes if low < change < high), high]
    for first, last in pairwise(edges):
        yield first, last, _offset(zone, first)


@lru_cache(maxsize=1024)
def _changes(zone: str, year: int) -> tuple[datetime, ...]:
    """Return when a zone's offset from UTC changes in a year; at most one change a day is seen."""
    found, day = [], datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        if _offset(zone, day) != _offset(zone, day + DAY):
            low, high = day, day + DAY
            while high - low > SECOND:
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (
                    (middle, high) if _offset(zone, middle) == _offset(zone, day) else (low, middle)
                )
            found.append(high)
        day += DAY
    return tuple(found)


def _offset(zone: str, instant: datetime) -> timedelta:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    return offset if offset is not None else timedelta(0)
