"""Time that an agreement does not count: what happens in it is counted apart, and never silent.

A count of five minutes is left out whole when an excluded calendar was active at any moment
strictly inside them: so nothing of a maintenance reaches an alert, and counts that end just where
it begins stay. A calendar that nobody exports excludes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording
    from truegreen_definitions.plan import Signal

__all__ = [
    "BASE_WINDOW",
    "excluded_count",
    "excluded_series",
    "record_excluded",
    "without_excluded",
]

BASE_WINDOW = duration_label(GRID_SECONDS)
_INSIDE = f"[{duration_label(GRID_SECONDS - 2)}] offset 1s"


def without_excluded(counted: str, signal: Signal) -> str:
    """Return a count that is 0 in excluded time."""
    return f"({counted}) * (1 - {_active(signal)})" if signal.exclusions else counted


def excluded_count(counted: str, signal: Signal) -> str:
    """Return a count that is 0 but in excluded time."""
    return f"({counted}) * {_active(signal)}"


def excluded_series(promise: Promise, window: str) -> str:
    """Return the selector of what an agreement excluded in a window."""
    return promise.series(names.WINDOW_EVENTS, part=PartValue.EXCLUDED, window=window)


def record_excluded(promise: Promise, window: str, expr: str) -> Recording:
    """Return the rule that records what an agreement excluded in a window."""
    return promise.record(names.WINDOW_EVENTS, expr, part=PartValue.EXCLUDED, window=window)


def _active(signal: Signal) -> str:
    calendars = sorted({one.calendar for one in signal.exclusions})
    if len(calendars) == 1:
        active = series(names.CALENDAR_ACTIVE, calendar=calendars[0])
    else:
        active = any_of(names.CALENDAR_ACTIVE, names.CALENDAR, calendars)
    return f"(max(max_over_time({active}{_INSIDE})) or vector(0))"
