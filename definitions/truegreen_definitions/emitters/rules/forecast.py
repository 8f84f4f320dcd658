"""Forecast: when the error budget will be spent if things go on as they do.

The pace is the burn rate B over the longest burn window that is at most a 28th of the agreement's
window, so that a day of a month decides and not a minute of it. Let L be what is left of the
budget, W the window.

rolling   What is old leaves the window as evenly as it came: after a time x the window holds
          1 - x / W of what it holds now. Nothing is left at x = L W / (B - 1 + L).
calendar  Of T events so far, and of those to come at the pace's r events a second in the time e
          that the period still has, a share may be bad: that is the period's budget. What is
          left of it is spent at x = (L T / r + e) / B, if that is before the end.

It is a series of its own, `xla:budget_exhaustion:seconds`, and absent while the budget will not
be spent within the window, or is spent already. The alert looks a tenth of the window ahead: at a
pace that spends the budget within three days of thirty somebody should know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.burn import enough_bad
from truegreen_definitions.emitters.rules.raised import SAME, raised
from truegreen_definitions.units import CALENDAR_DAYS, DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Alert, Recording

__all__ = ["AHEAD", "budget_exhaustion", "forecast", "pace_window"]

WEEK_SECONDS, MONDAY_SECONDS = 604_800, 259_200  # 1970 began three days after a Monday
AHEAD = 10  # the alert looks a tenth of the window ahead
PACE = 28  # the pace is taken over at most a 28th of the window
_SAME = f"on ({names.SERVICE}, {names.AGREEMENT})"
_NOW = "vector(time())"
_MONTH_ENDS = f"days_in_month({_NOW}) - day_of_month({_NOW}) + 1"
_LEAP = f"(year({_NOW}) % 4 == bool 0)"  # until 2099
_QUARTER = f"90 + 91 * (month({_NOW}) > bool 3) + 92 * (month({_NOW}) > bool 6)"
_QUARTER += f" + 92 * (month({_NOW}) > bool 9)"  # its last day of the year, but for leap years
_DAYS_LEFT = {
    "month": _MONTH_ENDS,
    "quarter": f"{_QUARTER} + {_LEAP} - day_of_year({_NOW}) + 1",
    "year": f"365 + {_LEAP} - day_of_year({_NOW}) + 1",
}


def pace_window(promise: Promise) -> str:
    """Return the label of the burn window that tells the present pace; empty for none."""
    own = _span_seconds(promise)
    fitting = [
        (pair.long_seconds, pair.long)
        for pair in promise.policy.burn
        if pair.long_seconds * PACE <= own
    ]
    return max(fitting)[1] if fitting else ""


def budget_exhaustion(promise: Promise) -> Recording | None:
    """Return the rule of the time that is left; None for a window without a forecast."""
    pace, window = pace_window(promise), promise.agreement.window
    if not pace:
        return None
    left = promise.series(names.BUDGET_REMAINING, window=promise.window)
    burn = promise.series(names.BURN_RATE, over=pace)
    if window.unit:
        expr = _in_period(promise, left, burn)
    else:
        expr = (
            f"{window.seconds} * ({left} > 0)\n"
            f"/ {_SAME} (\n  ({burn} > 1) - 1\n  + {_SAME} {left}\n)"
        )
    return promise.record(names.BUDGET_EXHAUSTION, expr, window=promise.window)


def _in_period(promise: Promise, left: str, burn: str) -> str:
    """Return when the budget of a calendar period will be spent."""
    pace = pace_window(promise)
    seconds = next(one.long_seconds for one in promise.policy.burn if one.long == pace)
    so_far = promise.series(names.TOTAL_SUM, window=promise.window)
    recent = promise.series(names.TOTAL_SUM, window=pace)
    ends = _seconds_left(promise.agreement.window.unit)
    return (
        f"(\n  {seconds} * ({left} > 0)\n"
        f"  * {_SAME} {so_far}\n  / {_SAME} ({recent} > 0)\n"
        f"  + {ends}\n) / {_SAME} ({burn} > 1)\n< {ends}"
    )


def _seconds_left(unit: str) -> str:
    """Return the seconds until the present period ends, as a scalar."""
    if unit == "week":
        return f"({WEEK_SECONDS} - (time() + {MONDAY_SECONDS}) % {WEEK_SECONDS})"
    return f"({DAY_SECONDS} * scalar({_DAYS_LEFT[unit]}) - time() % {DAY_SECONDS})"


def _span_seconds(promise: Promise) -> int:
    """Return the length of the agreement's window; of a calendar one the longest there is."""
    window = promise.agreement.window
    return window.seconds or CALENDAR_DAYS[window.unit] * DAY_SECONDS


def forecast(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that the budget will soon be spent."""
    window, pace = promise.window, pace_window(promise)
    soon = _span_seconds(promise) // AHEAD
    expr = (
        f"{promise.series(names.BUDGET_EXHAUSTION, window=window)} < {soon}\n"
        f"{SAME} {enough_bad(promise, pace)}"
    )
    return raised(
        promise,
        names.AlertName.FORECAST,
        "forecast",
        expr,
        f"at the pace of the last {pace} the error budget of {promise.words} "
        "is spent in {{ $value | humanizeDuration }}",
    )
