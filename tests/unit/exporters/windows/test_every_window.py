"""Every window of the language, asked instant by instant: is it in, by the local calendar?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from truegreen_definitions.units import CALENDAR_UNITS, ROLLING_DAYS, parse_window
from truegreen_exporters.windows.bounds import bounds

ROLLING = [f"{days}d" for days in ROLLING_DAYS]
CALENDAR = [*CALENDAR_UNITS, *(f"prev_{unit}" for unit in CALENDAR_UNITS)]
ZONES = ["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
LEAP = datetime(2028, 3, 1, 0, 30, tzinfo=UTC)
SPRING = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # Berlin's hour that is not
AUTUMN = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # and the one that is twice
SLOW = (HealthCheck.too_slow,)  # of a busy machine, and not of what is tested


def period(unit: str, day: date) -> tuple[int, int]:
    """Return what two days of one period have in common."""
    if unit == "week":
        return day.isocalendar()[:2]
    if unit == "month":
        return day.year, day.month
    return (day.year, (day.month - 1) // 3) if unit == "quarter" else (day.year, 0)


def before(unit: str, day: date) -> tuple[int, int]:
    """Return the same of the period before: day by day back until it is another."""
    now = period(unit, day)
    while period(unit, day) == now:
        day -= timedelta(days=1)
    return period(unit, day)


def inside(label: str, instant: datetime, at: datetime, zone: str) -> bool:
    """Return whether an instant is in a window seen from a moment."""
    if label == "all":
        return instant < at
    if label in ROLLING:
        return at - timedelta(days=int(label[:-1])) <= instant < at
    unit, place = label.removeprefix("prev_"), ZoneInfo(zone)
    day, today = instant.astimezone(place).date(), at.astimezone(place).date()
    if label == unit:
        return instant < at and period(unit, day) == period(unit, today)
    return period(unit, day) == before(unit, today)


@pytest.mark.parametrize("label", [*ROLLING, *CALENDAR, "all"])
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@example(at=LEAP, minutes=-31 * 24 * 60, zone="Europe/Berlin")
@example(at=LEAP, minutes=-60, zone="UTC")
@example(at=SPRING, minutes=-91, zone="Europe/Berlin")
@example(at=AUTUMN, minutes=-151, zone="Europe/Berlin")
@given(
    at=st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31)).map(  # noqa: DTZ001  made UTC
        lambda found: found.replace(tzinfo=UTC)
    ),
    minutes=st.one_of(st.integers(-2_000, 2_000), st.integers(-800 * 1_440, 0)),
    zone=st.sampled_from(ZONES),
)
def test_an_instant_is_in_a_window_by_the_local_calendar(
    label: str, at: datetime, minutes: int, zone: str
) -> None:
    """Across leap days, changes of the clocks and a zone whose midnight can be left out."""
    instant = at + timedelta(minutes=minutes)
    start, end = bounds(parse_window(label), at, ZoneInfo(zone))
    found = (start is None or start <= instant) and instant < end
    assert found == inside(label, instant, at, zone)
