"""Counts of events over a window: from the raw counters, or as sums of recorded counts.

Raw (up to an hour):
    `increase()` loses what happens between the last sample before a range and the first one in
    it, and scales the rest up. A range that begins one scrape earlier holds that sample too:
    first and last sample are then exactly the window apart, the scaling is known, and dividing
    by it leaves the difference of two samples. Neighbouring ranges share a sample, so nothing
    is lost or counted twice.

Recorded (longer):
    Five-minute counts, read on the five-minute grid of absolute time by a subquery that holds
    exactly as many of them as the window has. The result lags by at most five minutes and one
    interval of each group.

Absent is not zero, except where it is: while the total is there, a missing good series has
counted nothing. Good never exceeds total, whatever two scrapes say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rules.cadence import GRID_SECONDS, half_open
from truegreen_definitions.expressions.promql import over
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from truegreen_definitions.plan import Policy

__all__ = ["RAW_LIMIT_SECONDS", "at_most", "raw_count", "recorded_count"]

RAW_LIMIT_SECONDS = 3_600


def raw_count(counter: str, seconds: int, policy: Policy) -> str:
    """Return the events of the last `seconds`, from an expression over `increase(…[$window])`."""
    label, exact = half_open(policy, seconds + policy.scrape_interval_seconds)
    increase = over(counter, label)
    return f"({increase}) * {number_text(seconds)} / {number_text(exact)}"


def recorded_count(increase_5m: str, seconds: int, policy: Policy) -> str:
    """Return the events of the last `seconds`, from recorded five-minute counts."""
    label, _ = half_open(policy, seconds)
    return f"sum_over_time({increase_5m}[{label}:{duration_label(GRID_SECONDS)}])"


def at_most(good: str, total: str) -> str:
    """Return good: 0 where only the total is there, and never above it.

    Args:
        good: One series or none; a count.
        total: A selector of one series.
    """
    return f"(\n  {good}\n  or on () 0 * {total}\n)\n<= on () {total}\nor on () {total}"
