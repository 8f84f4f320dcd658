"""Counts of events over a window: from the raw counters, or as sums of recorded counts.

Raw (up to an hour):
    `increase()` loses what happens between the last sample before a range and the first one in
    it, and scales the rest up. A range that begins one scrape earlier holds that sample too:
    first and last sample are then exactly the window apart, the scaling is known, and dividing
    by it leaves the difference of two samples. Neighbouring ranges share a sample, so nothing
    is lost or counted twice. Slices of time are read on their own grid instead, as many as fit.

Gridded (longer):
    Five-minute counts, read on the five-minute grid of absolute time by a subquery that holds
    exactly as many of them as the window has. The result lags by at most five minutes and one
    interval of each group. Many days have a module of their own, `days`.

Absent is not zero, except where it is: while the total is there, a missing good series has
counted nothing, and neither has one that is no number (a share of nothing is 0/0, and no
comparison holds for it). Good never exceeds total, whatever two scrapes say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rules.cadence import half_open
from truegreen_definitions.expressions.promql import over, plain_counter
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from truegreen_definitions.plan import Policy

__all__ = [
    "at_most",
    "gridded_count",
    "raw_count",
]


def raw_count(counted: str, seconds: int, policy: Policy, *, slices: bool = False) -> str:
    """Return what was counted in the last `seconds`, from an expression over `$window`.

    Args:
        counted: Of a plan's `Signal`.
        seconds: Length of the window.
        policy: Of the company.
        slices: Whether slices of time are counted: there is nothing between two of them.
    """
    if slices:
        label, _ = half_open(policy, seconds)
        return over(counted, label)
    label, exact = half_open(policy, seconds + policy.scrape_interval_seconds)
    increase = over(counted, label)
    whole = increase if plain_counter(counted) else f"({increase})"
    return f"{whole} * {number_text(seconds)} / {number_text(exact)}"


def gridded_count(increase_5m: str, seconds: int, policy: Policy) -> str:
    """Return the events of the last `seconds`, a multiple of 5m, from five-minute counts."""
    label, _ = half_open(policy, seconds)
    return f"sum_over_time({increase_5m}[{label}:{duration_label(GRID_SECONDS)}])"


def at_most(good: str, total: str) -> str:
    """Return good: 0 where only the total is there or good is NaN, and never above the total.

    Args:
        good: One series or none; a count, which binds tighter than a comparison.
        total: A selector of one series.
    """
    return f"clamp_max(\n  {total},\n  scalar({good} >= 0 or on () vector(0))\n)"
