"""A calendar in the words of Alertmanager: times, weekdays, days of the month, months, location.

Alertmanager knows no public holidays, single dates, first days or every second week. What it can
say is said exactly: the n-th weekday of a month is that weekday within seven days, and a night is
an evening and the morning after. What it cannot say is not said at all.

Source: Alertmanager documentation, "Configuration", `<time_interval>`; the ends of spans are not
part of them, days below 0 count from the end of the month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.rule import WEEKDAYS, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Calendar, Span

__all__ = ["TimeInterval", "time_intervals"]

DAY_MINUTES = 1440
WEEK = 7
LONGEST_MONTH = 31
_SAYABLE = {"FREQ", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval:
    """One interval; every part that is given must hold, and any value of a part will do.

    Attributes:
        times: (from, to) in minutes after midnight, the end not included.
        weekdays: 0 for Monday to 6.
        days_of_month: (first, last), below 0 from the end.
        months: 1 to 12.
        location: IANA time zone.
    """

    times: tuple[tuple[int, int], ...]
    weekdays: tuple[int, ...]
    days_of_month: tuple[tuple[int, int], ...]
    months: tuple[int, ...]
    location: str


def time_intervals(calendar: Calendar) -> tuple[TimeInterval, ...]:
    """Return the intervals that say the same as a calendar; none where none can."""
    exact = calendar.recurs and not (
        calendar.holidays or calendar.since or calendar.days or calendar.skipped or calendar.periods
    )
    parts = parts_of(calendar.rule)
    if not exact or not set(parts) <= _SAYABLE | {"INTERVAL"} or parts.get("INTERVAL", "1") != "1":
        return ()
    days = tuple(_days(parts))
    nights = [span for span in calendar.times if span.end_minute > DAY_MINUTES]
    if nights and any(dates or months for _, dates, months in days):
        return ()  # the day after the last of a month is the first of another
    return tuple(
        TimeInterval(
            times=tuple(times),
            weekdays=tuple(sorted((day + later) % WEEK for day in weekdays)),
            days_of_month=dates,
            months=months,
            location=calendar.zone,
        )
        for weekdays, dates, months in days
        for later, times in _spans(calendar.times)
    )


_Days = tuple[tuple[int, ...], tuple[tuple[int, int], ...], tuple[int, ...]]


def _days(parts: dict[str, str]) -> Iterator[_Days]:
    """Yield weekdays, days of the month and months that a rule means; any of them will do."""
    months = tuple(sorted({int(month) for month in _listed(parts, "BYMONTH")}))
    dates = tuple(sorted({(int(day), int(day)) for day in _listed(parts, "BYMONTHDAY")}))
    plain: list[int] = []
    nth: list[tuple[int, int]] = []
    for text in _listed(parts, "BYDAY"):
        number, weekday = text[:-2], WEEKDAYS.index(text[-2:])
        if number:
            nth.append((int(number), weekday))
        else:
            plain.append(weekday)
    if nth and (dates or not (parts["FREQ"] == "MONTHLY" or months)):
        return  # the n-th weekday of a year, or one that is also of a date
    if plain or not nth:
        yield tuple(sorted(set(plain))), dates, months
    for place, weekday in nth:
        yield (weekday,), (_within(place),), months


def _within(number: int) -> tuple[int, int]:
    """Return the days of a month among which the n-th weekday is, from its end if n is below 0."""
    if number > 0:
        return WEEK * number - WEEK + 1, min(WEEK * number, LONGEST_MONTH)
    return max(WEEK * number, -LONGEST_MONTH), WEEK * number + WEEK - 1


def _spans(times: tuple[Span, ...]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield spans of the days themselves, and those of the mornings after (1 day later)."""
    same = [(span.start_minute, min(span.end_minute, DAY_MINUTES)) for span in times]
    after = [(0, span.end_minute - DAY_MINUTES) for span in times if span.end_minute > DAY_MINUTES]
    yield 0, same
    if after:
        yield 1, after


def _listed(parts: dict[str, str], name: str) -> list[str]:
    return parts[name].split(",") if name in parts else []
