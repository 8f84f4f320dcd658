"""Counts over many days: whole UTC days, and today so far, each recorded once.

The last whole day is recorded all day long, so an outage of Prometheus loses no more than its
own samples: of each day before, the record of 18:00 is read, else that of 12:00, else of 06:00.

    rolling     yesterday + the days before it + today so far - the same part of the first day
    calendar    of these, the days of this period, + today so far

The same part of the first day is what was recorded then as its "today so far": sums of five
minutes are read once. A group ticks at the same places of every day, so that is the count
of just that instant. Where Prometheus did not run then, the day's last count before is taken, to
half an hour. In the first five minutes of a day nothing has been counted of it, and what is seen
is the end of the day before, if the group's ticks have been moved.

What is of today, or of this period, cannot be asked from inside a subquery, which knows its
own time alone. So the days (periods) are told apart by their number modulo 2 (3), and the sum of
today's (this period's) number is taken: within the range no other one has the same.

Ranges begin just after a bound and end with it. What is recorded at a bound counts to the day
that ends there, hence the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import half_open
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.units import CALENDAR_DAYS, DAY_SECONDS, duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Policy
    from truegreen_definitions.units import Window

__all__ = [
    "FEWEST_DAYS",
    "LAST_DAY",
    "TODAY",
    "calendar_count",
    "last_day",
    "rolling_count",
    "takes_days",
    "today",
]

LAST_DAY, TODAY = "prev_day", "day"
FEWEST_DAYS = 7  # fewer are as cheap by five-minute counts

_GRID, _DAY = duration_label(GRID_SECONDS), duration_label(DAY_SECONDS)
_OF_A_DAY = "[23h:6h] offset 30m"  # at a midnight: 18:00, 12:00 and 06:00 of the day that ends
_BEFORE_AN_OUTAGE = "[23h:30m]"
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


def today(increase_5m: str, policy: Policy, last_24h: str = "") -> str:
    """Return the count of the running UTC day, from recorded five-minute counts.

    The last 24 hours have counts of two days: on odd days, those of odd days are wanted; on even
    ones all less those.

    Args:
        increase_5m: The counts.
        policy: Of the company.
        last_24h: Their sum over 24 hours, if it has just been recorded.
    """
    label, _ = half_open(policy, DAY_SECONDS)
    every = f"sum_over_time({increase_5m}[{label}:{_GRID}])"
    if last_24h:
        every = f"sum without ({names.WINDOW}) ({last_24h})"
    of_odd = f"sum_over_time(({increase_5m} * {_odd('(time() - 0.001)')})[{label}:{_GRID}])"
    now = _odd("time()")
    return f"{every} * (1 - {now})\n+ {of_odd} * (2 * {now} - 1)"


def rolling_count(whole_day: str, so_far: str, seconds: int, policy: Policy) -> str:
    """Return the count of the last `seconds`, a multiple of a day.

    Args:
        whole_day: The recorded counts of the last whole day.
        so_far: Those of the running day.
        seconds: Length of the window.
        policy: Of the company.
    """
    range_label, _ = half_open(policy, seconds - DAY_SECONDS)
    before = f"sum_over_time(last_over_time({whole_day}{_OF_A_DAY})[{range_label}:{_DAY}])"
    return "\n".join(
        (
            _or_zero(whole_day),
            f"+ {_or_zero(before)}",
            f"+ {_or_zero(so_far)}",
            f"- {_so_far_then(so_far, seconds // DAY_SECONDS)}",
        )
    )


def calendar_count(whole_day: str, so_far: str, window: Window, policy: Policy) -> str:
    """Return the count of the running or the last closed calendar period, in UTC.

    Args:
        whole_day: The recorded counts of the last whole day.
        so_far: Those of the running day.
        window: A calendar one.
        policy: Of the company.
    """
    back = 1 if window.previous else 0
    now, yesterday = _number(window.unit, "time()"), "time() - time() % 86400 - 43200"
    ours = f"({now} + {_PERIODS - back}) % {_PERIODS}" if back else now
    last = f"{whole_day} * scalar({_number(window.unit, yesterday)} == bool {ours})"
    days = CALENDAR_DAYS[window.unit] * (1 + back) - 2  # today is none yet, yesterday is above
    range_label, _ = half_open(policy, days * DAY_SECONDS)
    lines = [_or_zero(last)]
    lines += [f"+ {line}" for line in _by_number(whole_day, window.unit, ours, range_label)]
    if not window.previous:
        lines.append(f"+ {_or_zero(so_far)}")
    return "\n".join(lines)


def _by_number(whole_day: str, unit: str, ours: str, range_label: str) -> Iterator[str]:
    """Yield, per period number, the days before yesterday of that number if it is ours."""
    day = _number(unit, f"time() - {_MIDDLE_SECONDS}")
    for number in range(_PERIODS):
        of_number = f"scalar({day} == bool {number})"
        recorded = f"last_over_time({whole_day}{_OF_A_DAY}) * {of_number}"
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


def _so_far_then(so_far: str, days_ago: int) -> str:
    """Return what the day so many days ago had counted by this time of day.

    What is older than an outage is told by its sign to be of that day, or of the one before.
    """
    ago = f"offset {days_ago}d"
    then = f"{so_far} {ago} * (time() % {DAY_SECONDS} >= bool {GRID_SECONDS})"
    signed = f"({so_far} * (2 * {_odd('(time() - 0.001)')} - 1)){_BEFORE_AN_OUTAGE} {ago}"
    sign = f"(2 * {_odd(f'(time() - {days_ago * DAY_SECONDS})')} - 1)"
    return _or_zero(f"\n  {then}\n  or clamp_min(last_over_time({signed}) * {sign}, 0)\n")


def _odd(at: str) -> str:
    """Return 1 on odd days since 1970, and 0 on even ones."""
    return f"({at} % {2 * DAY_SECONDS} >= bool {DAY_SECONDS})"


def _or_zero(expr: str) -> str:
    return f"(sum({expr}) or vector(0))"
