"""Calendars in Alertmanager's words mean the same, instant by instant."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import plans
import pytest

from truegreen_definitions.calendars.activity import is_active
from truegreen_definitions.calendars.time_intervals import TimeInterval, time_intervals
from truegreen_definitions.plan import Calendar, Period, Span

OFFICE = plans.OFFICE_HOURS
NIGHT = (Span(start_minute=1320, end_minute=1560),)


def holds(one: TimeInterval, instant: datetime) -> bool:
    """Return whether Alertmanager takes an instant to be in an interval, as its manual says."""
    local = instant.astimezone(ZoneInfo(one.location))
    minute, last = local.hour * 60 + local.minute, monthrange(local.year, local.month)[1]

    def day(number: int) -> int:
        return number if number > 0 else last + number + 1

    return (
        (not one.times or any(a <= minute < b for a, b in one.times))
        and (not one.weekdays or local.weekday() in one.weekdays)
        and (
            not one.days_of_month
            or any(day(a) <= local.day <= day(b) for a, b in one.days_of_month)
        )
        and (not one.months or local.month in one.months)
    )


@pytest.mark.parametrize(
    "calendar",
    [
        OFFICE,
        replace(OFFICE, rule=""),
        replace(OFFICE, rule="", times=()),
        replace(OFFICE, times=NIGHT),
        replace(OFFICE, rule="", times=(*NIGHT, Span(start_minute=600, end_minute=720))),
        replace(OFFICE, rule="FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYMONTHDAY=1,15,31"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=1SU"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=-1FR,5MO"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=-5WE"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
        replace(OFFICE, rule="FREQ=YEARLY;BYMONTH=3,12;BYMONTHDAY=-1"),
        replace(OFFICE, rule="FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", zone="America/New_York"),
        replace(OFFICE, rule="FREQ=WEEKLY;BYDAY=SA,SU;BYMONTH=2", zone="Asia/Kolkata"),
        replace(OFFICE, rule="FREQ=DAILY;BYMONTH=7", zone="Australia/Lord_Howe"),
    ],
    ids=lambda one: f"{one.rule or 'every day'} {len(one.times)}",
)
def test_they_mean_the_same(calendar: Calendar) -> None:
    """Every 25 minutes of 14 months with both changes of the clock, both say the same."""
    said = time_intervals(calendar)
    assert said
    instant = datetime(2027, 12, 15, tzinfo=UTC)  # before a leap day
    while instant < datetime(2029, 2, 1, tzinfo=UTC):
        assert any(holds(one, instant) for one in said) == is_active(calendar, instant), instant
        instant += timedelta(minutes=25)


@pytest.mark.parametrize(
    "calendar",
    [
        replace(OFFICE, holidays="DE-BY"),
        replace(OFFICE, since=date(2026, 1, 1)),
        replace(OFFICE, days=(date(2026, 12, 31),)),
        replace(OFFICE, skipped=(date(2026, 12, 31),)),
        replace(
            OFFICE,
            periods=(
                Period(
                    start=datetime.fromisoformat("2026-11-28 22:00"),
                    end=datetime.fromisoformat("2026-11-29 02:00"),
                ),
            ),
        ),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        replace(OFFICE, rule="FREQ=DAILY;UNTIL=20261231"),
        replace(OFFICE, rule="FREQ=YEARLY;BYDAY=20MO"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=3"),
        replace(OFFICE, rule="FREQ=MONTHLY;BYMONTHDAY=-1", times=NIGHT),
    ],
)
def test_what_cannot_be_said_is_not_said(calendar: Calendar) -> None:
    """Holidays, single dates and other things Alertmanager has no words for give nothing."""
    assert time_intervals(calendar) == ()
