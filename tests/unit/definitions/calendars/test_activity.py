"""Calendars against the clock on the wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.calendars.activity import intervals, is_active, is_day
from truegreen_definitions.calendars.rule import WEEKDAYS
from truegreen_definitions.plan import Calendar, Origin, Period, Span

MINUTE = timedelta(minutes=1)
ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
    *("America/Santiago", "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu"),
)


def calendar(zone: str = "Europe/Berlin", **fields: object) -> Calendar:
    """Return a calendar, every day and all day but for these fields."""
    plain: dict[str, object] = {
        "name": "hours",
        "title": "hours",
        "zone": zone,
        "recurs": True,
        "rule": "",
        "since": None,
        "times": (),
        "holidays": "",
        "days": (),
        "skipped": (),
        "periods": (),
        "origin": Origin(path="shop.yaml", line=1),
    }
    return Calendar(**(plain | fields))  # type: ignore[arg-type]


def span(start: int, end: int) -> Span:
    """Return a span from minute to minute."""
    return Span(start_minute=start, end_minute=end)


def by_the_clock(one: Calendar, weekdays: set[int], instant: datetime) -> bool:
    """Return whether the wall clock shows a time of a calendar of weekdays: the oracle."""
    local = instant.astimezone(ZoneInfo(one.zone))
    minute = local.hour * 60 + local.minute
    yesterday = (local.weekday() - 1) % 7
    return any(
        (local.weekday() in weekdays and part.start_minute <= minute < part.end_minute)
        or (yesterday in weekdays and minute < part.end_minute - 1440)
        for part in one.times
    )


def _spans() -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(
        lambda pair: span(pair[0], pair[0] + pair[1])
    )


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(_spans(), min_size=1, max_size=3),
    st.integers(0, 4 * 365 * 96).map(lambda n: datetime(2024, 1, 1, tzinfo=UTC) + n * 15 * MINUTE),
)
def test_intervals_are_what_the_wall_clock_shows(
    zone: str, weekdays: set[int], spans: list[Span], begin: datetime
) -> None:
    """Over two days, every minute inside an interval is active and every other is not."""
    rule = f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[day] for day in sorted(weekdays))}"
    one = calendar(zone, rule=rule, times=tuple(spans))
    found = intervals(one, begin, begin + timedelta(days=2))
    assert all(a < b for a, b in found)
    assert all(b < c for (_, b), (c, _) in pairwise(found))
    for n in range(2880):
        instant = begin + n * MINUTE
        expected = by_the_clock(one, weekdays, instant)
        assert is_active(one, instant) == expected, instant
        assert any(a <= instant < b for a, b in found) == expected, instant


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_clock_changes(zone: str) -> None:
    """Through every change of the clock of two years, intervals and instants agree each 10 min."""
    one = calendar(zone, times=(span(90, 150), span(23 * 60, 25 * 60)))
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    edges = [edge for pair in intervals(one, begin, end) for edge in pair]
    changes, instant = [], begin
    zone_info = ZoneInfo(zone)
    while instant < end:
        if instant.astimezone(zone_info).utcoffset() != (
            (instant + timedelta(hours=1)).astimezone(zone_info).utcoffset()
        ):
            changes.append(instant)
        instant += timedelta(hours=1)
    for change in changes or [begin + timedelta(days=90)]:
        for n in range(-180, 181):
            moment = change + n * 10 * MINUTE
            inside = sum(edge <= moment for edge in edges) % 2 == 1
            assert inside == is_active(one, moment), moment
            assert inside == by_the_clock(one, set(range(7)), moment), moment


def test_the_repeated_hour_counts_twice_and_the_missing_one_never() -> None:
    """02:00-03:00 in Berlin lasts two hours when winter time begins and none when summer does."""
    one = calendar(times=(span(120, 180),))
    autumn = datetime(2026, 10, 25, tzinfo=UTC)
    spring = datetime(2026, 3, 29, tzinfo=UTC)
    (night,) = intervals(one, autumn, autumn + timedelta(hours=12))
    assert night == (autumn, autumn + timedelta(hours=2))
    assert intervals(one, spring, spring + timedelta(hours=12)) == ()


def test_ends_are_half_open() -> None:
    """A calendar is active at its first instant and not at its last."""
    one = calendar("UTC", times=(span(480, 1080),))
    day = datetime(2026, 11, 23, tzinfo=UTC)
    assert not is_active(one, day + timedelta(hours=8) - timedelta(microseconds=1))
    assert is_active(one, day + timedelta(hours=8))
    assert is_active(one, day + timedelta(hours=18) - timedelta(microseconds=1))
    assert not is_active(one, day + timedelta(hours=18))


def test_a_night_belongs_to_the_evening_it_begins() -> None:
    """Saturday 22:00-02:00 ends on Sunday, and Friday's night is none of it."""
    one = calendar("UTC", rule="FREQ=WEEKLY;BYDAY=SA", times=(span(22 * 60, 26 * 60),))
    saturday = datetime(2026, 11, 21, tzinfo=UTC)
    assert intervals(one, saturday - timedelta(days=3), saturday + timedelta(days=3)) == (
        (saturday + timedelta(hours=22), saturday + timedelta(hours=26)),
    )


def test_holidays_exceptions_and_further_days() -> None:
    """Holidays and exceptions are left out, further days hold even on a holiday."""
    one = calendar(
        rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        holidays="DE-BY",
        days=(date(2026, 12, 25), date(2026, 12, 27)),
        skipped=(date(2026, 12, 24),),
        since=date(2026, 1, 2),
    )
    held = {day for n in range(31) if is_day(one, day := date(2026, 12, 1) + timedelta(n))}
    working = {date(2026, 12, n) for n in range(1, 32) if date(2026, 12, n).weekday() < 5}
    assert held == (working - {date(2026, 12, 24)}) | {date(2026, 12, 25), date(2026, 12, 27)}
    assert not is_day(one, date(2025, 12, 30))


def test_periods_are_stretches_of_real_time() -> None:
    """A period through the repeated hour lasts an hour longer than its clock times say."""
    period = Period(
        start=datetime.fromisoformat("2026-10-24 22:00"),
        end=datetime.fromisoformat("2026-10-25 04:00"),
    )
    one = calendar(recurs=False, periods=(period,))
    ((start, end),) = intervals(
        one, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert end - start == timedelta(hours=7)
    assert is_active(one, start)
    assert not is_active(one, end)


def test_nothing_recurs_where_only_days_are_given() -> None:
    """Explicit days alone do not make every day active."""
    one = calendar("UTC", recurs=False, days=(date(2026, 11, 28),))
    found = intervals(one, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert found == ((datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 11, 29, tzinfo=UTC)),)


def test_a_calendar_without_fields_is_always_active() -> None:
    """Every day and the whole day is one interval, also through changes of the clock."""
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert intervals(calendar(), begin, end) == ((begin, end),)
