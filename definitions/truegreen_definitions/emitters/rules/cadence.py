"""How often rules run, and where a range begins, for the declared server.

Intervals:
    Base counts are recorded at every second scrape, once a minute at least, at an interval that
    divides five minutes: then the records that a five-minute grid picks all have the same
    distance from it. What is counted on that grid or judged over a long window may lag: it
    changes every five minutes anyway. So may both windows of a burn pair whose long one is above
    an hour: nothing is gained when the short one is ahead of it.

Ranges:
    Prometheus 2.x counts both ends of a range, 3.x leaves the older one out. So on 2.x a range
    is a millisecond (the resolution of timestamps) short.

Source: Prometheus documentation, "Range vector selectors"; migration guide to 3.0.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.grid import GRID_SECONDS, UNLAGGED_SECONDS
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from truegreen_definitions.plan import Policy
    from truegreen_definitions.units import Window

__all__ = ["base_interval", "half_open", "period_interval", "unlagged"]

LONGEST_SECONDS = 150  # a record older than five minutes is none, and an evaluation may be missed
USUAL_BASE_SECONDS = 60
SCRAPES_PER_BASE = 2
PERIOD_PER_BASE = 5
MILLISECOND = Decimal("0.001")
LEFT_OPEN_SINCE = 3


def base_interval(policy: Policy) -> int:
    """Return the interval in seconds of base counts, short burn windows and their alerts."""
    scrape = policy.scrape_interval_seconds
    least = max(scrape, min(USUAL_BASE_SECONDS, SCRAPES_PER_BASE * scrape))
    fitting = (
        seconds
        for seconds in range(1, LONGEST_SECONDS)
        if GRID_SECONDS % seconds == 0 and seconds >= least
    )
    return next(fitting, LONGEST_SECONDS)


def period_interval(policy: Policy) -> int:
    """Return the interval in seconds of long burn windows, and of what is judged."""
    return min(LONGEST_SECONDS, PERIOD_PER_BASE * base_interval(policy))


def unlagged(policy: Policy, window: Window) -> bool:
    """Return whether a burn window is counted anew whenever base counts are, not on their grid."""
    return any(
        window.seconds in (pair.long_seconds, pair.short_seconds)
        for pair in policy.burn
        if pair.long_seconds <= UNLAGGED_SECONDS
    )


def half_open(policy: Policy, seconds: int) -> tuple[str, Decimal]:
    """Return a range that counts one of its two ends, as a label and in seconds."""
    left_open = int(policy.prometheus_version.partition(".")[0]) >= LEFT_OPEN_SINCE
    exact = Decimal(seconds) if left_open else seconds - MILLISECOND
    return duration_label(exact), exact
