"""Counts over many days: whole UTC days, recorded once each, and the five-minute counts of today.

The last whole day is recorded all day long, so an outage of Prometheus loses no more than its
own samples: of each day before, the record of 18:00 is read, else that of 12:00, else of 06:00.

    rolling     yesterday + the days before it + today so far - the same part of the first day
    calendar    of these, the days of this period, + today so far

What is of today, or of this period, cannot be asked from inside a subquery, which knows its
own time alone. So the days (periods) are told apart by their number modulo 2 (3), and the sum of
today's (this period's) number is taken: within the range no other one has the same.

Ranges begin just after a bound and end with it. What is recorded at a bound counts to the day
that ends there, hence the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rules.cadence import half_open
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.units import CALENDAR_DAYS, DAY_SECONDS, duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Policy
    from truegreen_definitions.units import Window

__all__ = ["FEWEST_DAYS", "LAST_DAY", "calendar_count", "last_day", "rolling_count", "takes_days"]

LAST_DAY = "prev_day"
FEWEST_DAYS = 7  # fewer are as cheap by five-minute counts

_GRID, _DAY = duration_label(GRID_SECONDS), duration_label(DAY_SECONDS)
_OF_A_DAY = "[23h:6h] offset 30m"  # at a midnight: 18:00, 12:00 and 06:00 of the day that ends
_MIDDLE_SECONDS = DAY_SECONDS * 3 // 2  # from such a midnight to the middle of the recorded day
_WEEK_SECONDS, _MONDAY_SECONDS = 604_800, 259_200  # 1970-01-01 was a Thursday
_PERIODS = 3


def takes_days(window: Window) -> bool:
    """Return whether a window is counted by whole days: a calendar one, or a week and more."""
    return not window.seconds or window.seconds >= FEWEST_DAYS * DAY_SECONDS


def last_day(increase_5m: str, policy: Policy) -> str:
    """Return the count of the last whole UTC day, from recorded five-minute counts."""
    label, _ = half_open(policy, DAY_SECONDS)
    return f"last_over_time(sum_over_time({increase_5m}[{label}:{_GRID}])[{label}:{_DAY}])"


def rolling_count(increase_1d: str, increase_5m: str, seconds: int, policy: Policy) -> str:
    """Return the count of the last `seconds`, a multiple of a day."""
    days = seconds // DAY_SECONDS
    range_label, _ = half_open(policy, seconds - DAY_SECONDS)
    before = f"sum_over_time(last_over_time({increase_1d}{_OF_A_DAY})[{range_label}:{_DAY}])"
    return "\n".join(
        (
            _or_zero(increase_1d),
            f"+ {_or_zero(before)}",
            f"+ {_so_far(increase_5m, 0, policy)}",
            f"- {_so_far(increase_5m, days, policy)}",
        )
    )


def calendar_count(increase_1d: str, increase_5m: str, window: Window, policy: Policy) -> str:
    """Return the count of the running or the last closed calendar period, in UTC."""
    back = 1 if window.previous else 0
    now, yesterday = _number(window.unit, "time()"), "time() - time() % 86400 - 43200"
    ours = f"({now} + {_PERIODS - back}) % {_PERIODS}" if back else now
    last = f"{increase_1d} * scalar({_number(window.unit, yesterday)} == bool {ours})"
    days = CALENDAR_DAYS[window.unit] * (1 + back) - 2  # today is none yet, yesterday is above
    range_label, _ = half_open(policy, days * DAY_SECONDS)
    lines = [_or_zero(last)]
    lines += [f"+ {line}" for line in _by_number(increase_1d, window.unit, ours, range_label)]
    if not window.previous:
        lines.append(f"+ {_so_far(increase_5m, 0, policy)}")
    return "\n".join(lines)


def _by_number(increase_1d: str, unit: str, ours: str, range_label: str) -> Iterator[str]:
    """Yield, per period number, the days before yesterday of that number if it is ours."""
    day = _number(unit, f"time() - {_MIDDLE_SECONDS}")
    for number in range(_PERIODS):
        of_number = f"scalar({day} == bool {number})"
        recorded = f"last_over_time({increase_1d}{_OF_A_DAY}) * {of_number}"
        before = f"sum_over_time(({recorded})[{range_label}:{_DAY}])"
        yield _or_zero(f"{before} * scalar({ours} == bool {number})")


def _number(unit: str, at: str) -> str:
    """Return the number, modulo three, of the period that an instant is in, as a vector."""
    if unit == "week":
        week = f"floor(vector(({at} + {_MONDAY_SECONDS}) / {_WEEK_SECONDS}))"
        return f"{week} % {_PERIODS}"
    if unit == "month":  # twelve is a multiple of three: the year does not matter
        return f"month(vector({at})) % {_PERIODS}"
    if unit == "quarter":  # four a year, which is one more than a multiple of three
        quarter = f"ceil(month(vector({at})) / 3)"
        return f"(year(vector({at})) + {quarter}) % {_PERIODS}"
    return f"year(vector({at})) % {_PERIODS}"


def _so_far(increase_5m: str, days_ago: int, policy: Policy) -> str:
    """Return what today has counted so far, or what the day so many days ago had by then.

    The last day has counts of two days: on odd days, those of odd days are wanted; on even ones
    all less those.
    """
    label, _ = half_open(policy, DAY_SECONDS)
    reach = f"[{label}:{_GRID}]" + (f" offset {days_ago}d" if days_ago else "")
    odd, seen = (
        f"({at} % {2 * DAY_SECONDS} >= bool {DAY_SECONDS})"
        for at in (
            "(time() - 0.001)",
            f"(time() - {days_ago * DAY_SECONDS})" if days_ago else "time()",
        )
    )
    every = f"sum_over_time({increase_5m}{reach}) * (1 - {seen})"
    of_odd = f"sum_over_time(({increase_5m} * {odd}){reach}) * (2 * {seen} - 1)"
    return _or_zero(f"\n  {every}\n  + {of_odd}\n")


def _or_zero(expr: str) -> str:
    return f"(sum({expr}) or vector(0))"
