"""Forecast: when the error budget will be spent if things go on as they do.

The pace is the burn rate B over the longest burn window that is at most a 28th of the agreement's
window, so that a day of a month decides and not a minute of it. Let L be what is left of the
budget, W the window.

rolling   What is old leaves the window as evenly as it came: after a time x the window holds
          1 - x / W of what it holds now. Nothing is left at x = L W / (B - 1 + L).

It is a series of its own, `xla:budget_exhaustion:seconds`, and absent while the budget will not
be spent within the window, or is spent already. The alert looks a tenth of the window ahead: at a
pace that spends the budget within three days of thirty somebody should know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.burn import bad_events
from truegreen_definitions.emitters.rules.raised import SAME, raised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Alert, Recording

__all__ = ["AHEAD", "budget_exhaustion", "forecast", "pace_window"]

AHEAD = 10  # the alert looks a tenth of the window ahead
PACE = 28  # the pace is taken over at most a 28th of the window


def pace_window(promise: Promise) -> str:
    """Return the label of the burn window that tells the present pace; empty for none."""
    own = promise.agreement.window.seconds
    fitting = [
        (pair.long_seconds, pair.long)
        for pair in promise.policy.burn
        if pair.long_seconds * PACE <= own
    ]
    return max(fitting)[1] if fitting else ""


def budget_exhaustion(promise: Promise) -> Recording | None:
    """Return the rule of the time that is left; None for a window without a forecast."""
    pace, seconds = pace_window(promise), promise.agreement.window.seconds
    if not pace:
        return None
    left = promise.series(names.BUDGET_REMAINING, window=promise.window)
    burn = promise.series(names.BURN_RATE, over=pace)
    same = f"on ({names.SERVICE}, {names.AGREEMENT})"
    expr = f"{seconds} * ({left} > 0) / {same} (({burn} > 1) - 1 + {same} {left})"
    return promise.record(names.BUDGET_EXHAUSTION, expr, window=promise.window)


def forecast(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that the budget will soon be spent."""
    window, pace = promise.window, pace_window(promise)
    soon = promise.agreement.window.seconds // AHEAD
    expr = (
        f"{promise.series(names.BUDGET_EXHAUSTION, window=window)} < {soon}\n"
        f"{SAME} ({bad_events(promise, pace)}) >= {promise.agreement.alerting.min_bad}"
    )
    return raised(
        promise,
        names.AlertName.FORECAST,
        "forecast",
        expr,
        f"at the pace of the last {pace} the error budget of {promise.words} "
        "is spent in {{ $value | humanizeDuration }}",
    )
