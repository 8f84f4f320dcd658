"""Values of a database as places in the order of a cursor."""

from __future__ import annotations

import datetime as dt

import pytest

from truegreen_exporters.sources.sql_values import earlier

NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NEW_YEAR, dt.datetime(2025, 12, 31, 23, 55, tzinfo=dt.UTC)),
        (NEW_YEAR.date(), dt.date(2025, 12, 31)),
        (FIRST + dt.timedelta(seconds=299), FIRST),
        (dt.date(1, 1, 1), dt.date(1, 1, 1)),
        (7, 7),
        ("a", "a"),
    ],
)
def test_nothing_is_earlier_than_the_first_of_all_days(value: object, expected: object) -> None:
    """Five minutes before, at the start of the year 1 as much as there is."""
    assert earlier(value, 300) == expected
