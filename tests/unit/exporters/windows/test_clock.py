"""The steps of a business clock add up to its calendar, whatever year they are in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import plans

from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.windows.clock import clock_between


def test_steps_are_in_order_and_add_up() -> None:
    """Each step begins after the one before it ended, and knows how long all of those were."""
    low, high = datetime(2025, 12, 29, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    clock = clock_between(plans.OFFICE_HOURS, microseconds(low), microseconds(high))
    for place, (first, second) in enumerate(pairwise(clock.starts)):
        assert first + clock.lengths[place] <= second
        assert clock.before[place + 1] - clock.before[place] == clock.lengths[place]
    assert clock.before[0] == 0


def test_the_clock_stands_still_where_dates_are_mistakes() -> None:
    """A row of the year 1 or 9000 costs no walk through its centuries."""
    wide = clock_between(
        plans.OFFICE_HOURS,
        microseconds(datetime(1, 1, 2, tzinfo=UTC)),
        microseconds(datetime(1971, 1, 1, tzinfo=UTC)),
    )
    assert wide.starts[0] >= 0
    late = microseconds(datetime(9000, 1, 1, tzinfo=UTC))
    last = clock_between(plans.OFFICE_HOURS, late, late).starts[-1]
    assert last < microseconds(datetime(2101, 1, 1, tzinfo=UTC) + timedelta(days=1))


def test_instants_that_no_datetime_has_are_no_reason_to_fail() -> None:
    """The last moment of 9999 in New York is of UTC's year 10000; the first of year 1 of year 0."""
    day = 24 * 3600 * 1_000_000
    first = microseconds(datetime(1, 1, 1, tzinfo=UTC))
    last = microseconds(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    office = plans.OFFICE_HOURS
    assert clock_between(office, last + day, last + day) == clock_between(office, last, last)
    assert clock_between(office, first - day, 0) == clock_between(office, 0, 0)
