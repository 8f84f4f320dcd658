"""Recurrence rules: refused with the reason, and the days they mean against plain arithmetic."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.calendars.rule import WEEKDAYS, days_of_year, rule_fault

WEEKDAY_SETS = st.sets(st.sampled_from(WEEKDAYS), min_size=1)
MONTHS = st.sets(st.integers(1, 12), max_size=3)
MONTH_DAYS = st.sets(st.integers(-31, 31).filter(bool), min_size=1, max_size=4)


def days_in(year: int) -> list[date]:
    """Return every day of a year."""
    return [date(year, 1, 1) + timedelta(n) for n in range(366) if _still_in(year, n)]


def _still_in(year: int, n: int) -> bool:
    return (date(year, 1, 1) + timedelta(n)).year == year


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("BYDAY=MO", "begins with FREQ"),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "each part once"),
        ("FREQ=HOURLY", "cannot have FREQ=HOURLY"),
        ("FREQ=DAILY;BYHOUR=9", "no part 'BYHOUR'"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot have BYDAY=XX"),
        ("FREQ=MONTHLY;BYMONTHDAY=45", "1 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "1 to 31"),
        ("FREQ=WEEKLY", "does not say which day (BYDAY)"),
        ("FREQ=MONTHLY;BYMONTH=3", "does not say which day (BYDAY or BYMONTHDAY)"),
        ("FREQ=DAILY;INTERVAL=2", "has INTERVAL, which counts from a first day: write `since`"),
        ("FREQ=DAILY;COUNT=1", "has COUNT"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "means no day at all"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "means no day at all"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "means no day at all"),
        ("FREQ=DAILY;UNTIL=20260231", "cannot be read"),
        ("FREQ=MONTHLY;BYDAY=TU,1MO", "mixes weekdays with and without a number"),
        ("FREQ=WEEKLY;BYDAY=2MO", "cannot have BYDAY=2MO with FREQ=WEEKLY: MONTHLY or YEARLY"),
        ("FREQ=DAILY;BYDAY=-1FR", "cannot have BYDAY=-1FR with FREQ=DAILY"),
        ("FREQ", "cannot have FREQ="),
        ("", "begins with FREQ"),
    ],
)
def test_a_bad_rule_says_what_is_wrong(rule: str, fault: str) -> None:
    """A rule that cannot be meant is refused in words, and quickly."""
    assert fault in rule_fault(rule, None)


@pytest.mark.parametrize(
    ("rule", "since"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", None),
        ("FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1", None),
        ("FREQ=MONTHLY;BYDAY=2TU", None),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", None),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", None),
        ("FREQ=WEEKLY;INTERVAL=2", date(2026, 1, 5)),
        ("FREQ=DAILY;UNTIL=20261231", None),
        ("FREQ=DAILY;COUNT=3", date(2026, 1, 5)),
        ("FREQ=YEARLY;INTERVAL=4", date(2024, 2, 29)),
    ],
)
def test_a_sound_rule_has_no_fault(rule: str, since: date | None) -> None:
    """What RFC 5545 says of days is taken."""
    assert rule_fault(rule, since) == ""


@given(WEEKDAY_SETS, MONTHS, st.integers(2000, 2060))
def test_weekly_rules_are_weekdays(weekdays: set[str], months: set[int], year: int) -> None:
    """A weekly rule means each of its weekdays, in its months where it names some."""
    rule = f"FREQ=WEEKLY;BYDAY={','.join(sorted(weekdays))}"
    if months:
        rule += f";BYMONTH={','.join(map(str, sorted(months)))}"
    expected = {
        day
        for day in days_in(year)
        if WEEKDAYS[day.weekday()] in weekdays and (not months or day.month in months)
    }
    assert days_of_year(rule, None, year) == expected


@given(MONTH_DAYS, st.integers(2000, 2060))
def test_monthly_rules_count_from_both_ends(numbers: set[int], year: int) -> None:
    """A day of the month counts from the first, a negative one back from the last."""
    rule = f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, sorted(numbers)))}"
    expected = {
        day
        for day in days_in(year)
        if day.day in numbers or day.day - monthrange(year, day.month)[1] - 1 in numbers
    }
    assert days_of_year(rule, None, year) == expected


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(1, 9), st.integers(2020, 2030))
def test_intervals_count_from_the_first_day(since: date, every: int, year: int) -> None:
    """Every n-th week means days whose distance from the first is a multiple of n weeks."""
    rule = f"FREQ=WEEKLY;INTERVAL={every}"
    expected = {
        day for day in days_in(year) if day >= since and (day - since).days % (7 * every) == 0
    }
    assert days_of_year(rule, since, year) == expected


def test_the_last_working_day_of_each_month() -> None:
    """A position picks among the days of a month, also in the first month that is looked at."""
    rule = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    expected = set()
    for month in range(1, 13):
        day = date(2026, month, monthrange(2026, month)[1])
        while day.weekday() > 4:
            day -= timedelta(1)
        expected.add(day)
    assert days_of_year(rule, None, 2026) == expected
