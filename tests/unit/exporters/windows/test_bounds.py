"""Windows start and end where a calendar on the wall says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from truegreen_definitions.units import parse_window
from truegreen_exporters.windows.bounds import bounds

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # its clocks changed at midnight
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Pacific/Apia",
    "Africa/Casablanca",
)
QUARTER_HOUR = timedelta(minutes=15)
moments = st.datetimes(datetime(2012, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the strategy adds the zone


def period(unit: str, moment: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Return which period of the wall calendar an instant is in."""
    local = moment.astimezone(zone)
    if unit == "week":
        return local.isocalendar()[:2]
    part = {"month": local.month, "quarter": (local.month - 1) // 3, "year": 0}[unit]
    return local.year, part


def period_start(unit: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """Walk back in quarter hours, on which all these zones' clocks turn, to the period's start."""
    own = period(unit, moment, zone)
    step = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    while period(unit, step - QUARTER_HOUR, zone) == own:
        step -= QUARTER_HOUR
    return step


@settings(max_examples=40, deadline=None)
@given(moments, st.sampled_from(ZONES), st.sampled_from(["week", "month", "quarter"]))
@example(datetime(2016, 3, 27, 1, 0, tzinfo=UTC), "Europe/Berlin", "week")
@example(datetime(2016, 10, 30, 1, 30, tzinfo=UTC), "Europe/Berlin", "month")
@example(datetime(2016, 3, 31, 22, 0, tzinfo=UTC), "Europe/Berlin", "month")
@example(datetime(2016, 3, 31, 21, 59, 59, 999_999, tzinfo=UTC), "Europe/Berlin", "month")
@example(datetime(2018, 11, 5, 2, 0, tzinfo=UTC), "America/Sao_Paulo", "week")
def test_calendar_windows_agree_with_a_walk_over_the_calendar(
    at: datetime, name: str, unit: str
) -> None:
    """The running and the last closed period equal those found by walking the clock back."""
    zone = ZoneInfo(name)
    start = period_start(unit, at, zone)
    assert bounds(parse_window(unit), at, zone) == (start, at)
    before = period_start(unit, start - QUARTER_HOUR, zone)
    assert bounds(parse_window(f"prev_{unit}"), at, zone) == (before, start)


@given(moments, st.sampled_from(ZONES))
def test_years_turn_at_the_local_new_year(at: datetime, name: str) -> None:
    """A year starts at the zone's own midnight of January 1st."""
    start, end = bounds(parse_window("year"), at, ZoneInfo(name))
    assert start is not None
    local = start.astimezone(ZoneInfo(name))
    assert (local.month, local.day, local.hour, local.minute) == (1, 1, 0, 0)
    assert local.year == at.astimezone(ZoneInfo(name)).year
    assert end == at


@given(moments, st.sampled_from(ZONES), st.sampled_from([1, 3, 7, 30, 90]))
def test_rolling_windows_are_exact_seconds(at: datetime, name: str, days: int) -> None:
    """A rolling window is as long over a change of the clocks as on any other day."""
    start, end = bounds(parse_window(f"{days}d"), at, ZoneInfo(name))
    assert (end, end - start) == (at, timedelta(seconds=days * 86_400))  # type: ignore[operator]


@pytest.mark.parametrize(("month", "hours"), [(3, 743), (10, 745), (7, 744)])
def test_a_month_with_a_change_of_clocks_has_its_own_length(month: int, hours: int) -> None:
    """In Berlin March is an hour short and October an hour long."""
    at = datetime(2016, month + 1, 15, tzinfo=UTC)
    start, end = bounds(parse_window("prev_month"), at, ZoneInfo("Europe/Berlin"))
    assert end - start == timedelta(hours=hours)  # type: ignore[operator]


def test_all_has_no_start() -> None:
    """The window `all` is everything before the moment."""
    at = datetime(2016, 3, 1, tzinfo=UTC)
    assert bounds(parse_window("all"), at, ZoneInfo("UTC")) == (None, at)
