"""Time that an agreement does not count: what happens in it is counted apart, and never silent.

A count is left out whole when an excluded calendar was active while anything happened that it may
hold: so nothing of a maintenance reaches an alert, and counts that end just where it begins stay.
A count of five minutes holds what has happened since a scrape before them, and the calendar is
scraped too: what was active last may be shown for one scrape less. A slice of time of which other
agreements are asked ends on the grid, at which the mask is asked, and they counted up to an
interval before. So up to two counts after the end are left out, too.

A calendar is known when it is first scraped as active. One that nobody exports excludes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import base_interval, half_open
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording
    from truegreen_definitions.plan import Policy, Signal

__all__ = [
    "BASE_WINDOW",
    "excluded_count",
    "excluded_series",
    "record_excluded",
    "without_excluded",
]

BASE_WINDOW = duration_label(GRID_SECONDS)
_BEFORE_SECONDS = 1


def without_excluded(counted: str, signal: Signal, policy: Policy) -> str:
    """Return a count that is 0 in excluded time."""
    return f"({counted}) * (1 - {_active(signal, policy)})" if signal.exclusions else counted


def excluded_count(counted: str, signal: Signal, policy: Policy) -> str:
    """Return a count that is 0 but in excluded time."""
    return f"({counted}) * {_active(signal, policy)}"


def excluded_series(promise: Promise, window: str) -> str:
    """Return the selector of what an agreement excluded in a window."""
    return promise.series(names.WINDOW_EVENTS, part=PartValue.EXCLUDED, window=window)


def record_excluded(promise: Promise, window: str, expr: str) -> Recording:
    """Return the rule that records what an agreement excluded in a window."""
    return promise.record(names.WINDOW_EVENTS, expr, part=PartValue.EXCLUDED, window=window)


def _active(signal: Signal, policy: Policy) -> str:
    calendars = sorted({one.calendar for one in signal.exclusions})
    if len(calendars) == 1:
        active = series(names.CALENDAR_ACTIVE, calendar=calendars[0])
    else:
        active = any_of(names.CALENDAR_ACTIVE, names.CALENDAR, calendars)
    reach = GRID_SECONDS + 2 * policy.scrape_interval_seconds
    if signal.components and signal.slice_seconds:
        inside = _max_over(active, reach + base_interval(policy))
        label, _ = half_open(policy, GRID_SECONDS)
        inside = f"max_over_time({inside}[{label}:{BASE_WINDOW}])"
    else:
        inside = _max_over(active, reach)
    return f"({inside} or vector(0))"


def _max_over(active: str, seconds: int) -> str:
    label = duration_label(seconds - _BEFORE_SECONDS)
    return f"max(max_over_time({active}[{label}] offset {duration_label(_BEFORE_SECONDS)}))"
