"""Calendars: business hours, critical periods, maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003  pydantic reads the annotations when plan.json is loaded

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Calendar", "Period", "Span"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of a day by the clock on the wall, `[start, end)` in minutes after midnight.

    Attributes:
        start_minute: 0 to 1439.
        end_minute: After the start; above 1440 where it ends the next day.
    """

    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One stretch of time, `[start, end)`, by the clock on the wall of the calendar's zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When something holds. `truegreen_definitions.calendars.activity` evaluates it.

    Attributes:
        zone: IANA time zone whose clock and days it goes by.
        recurs: Whether days recur at all; else only `days` and `periods` count.
        rule: Recurrence rule of the days (RFC 5545); empty for every day.
        since: First day; None for ever.
        times: Spans of those days; none for the whole day.
        holidays: ISO 3166 region whose public holidays are left out; empty for none.
        days: Further days, holidays or not.
        skipped: Days that are left out.
        periods: Further stretches of time.
    """

    name: str
    title: str
    zone: str
    recurs: bool
    rule: str
    since: date | None
    times: tuple[Span, ...]
    holidays: str
    days: tuple[date, ...]
    skipped: tuple[date, ...]
    periods: tuple[Period, ...]
    origin: Origin
