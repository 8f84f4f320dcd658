"""The instants between which a window counts, seen from a moment.

Rolling windows are exact seconds; calendar ones turn at local midnight in a zone, so a day with
a change of the clocks has 23 or 25 hours. Weeks start on Monday (ISO 8601).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from truegreen_definitions.units import Window

__all__ = ["bounds", "midnight"]


def bounds(window: Window, at: datetime, zone: ZoneInfo) -> tuple[datetime | None, datetime]:
    """Return (start, end) of a window in UTC, half open: start ≤ event < end.

    A running window ends at `at`; a `prev_` one is the last closed period. `all` has no start.

    Args:
        window: Which one.
        at: The moment from which it is seen, with a zone.
        zone: Where its calendar turns.
    """
    moment = at.astimezone(UTC)
    if window.seconds:
        return moment - timedelta(seconds=window.seconds), moment
    if not window.unit:
        return None, moment
    first = _first_day(window.unit, moment.astimezone(zone).date())
    start = midnight(first, zone)
    if not window.previous:
        return start, moment
    before = _first_day(window.unit, first - timedelta(days=1))
    return midnight(before, zone), start


def _first_day(unit: str, day: date) -> date:
    """Return the first day of the period a day is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day; where midnight is skipped, the next that is not."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
