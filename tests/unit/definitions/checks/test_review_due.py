"""The day on which a review is due."""

from __future__ import annotations

import datetime as dt

import pytest

from truegreen_definitions.models.service import Review


@pytest.mark.parametrize(
    ("every", "last", "due"),
    [
        ("month", "2026-01-31", "2026-02-28"),
        ("month", "2024-01-31", "2024-02-29"),
        ("quarter", "2026-11-30", "2027-02-28"),
        ("half_year", "2026-08-31", "2027-02-28"),
        ("year", "2024-02-29", "2025-02-28"),
        ("month", "2026-12-15", "2027-01-15"),
    ],
)
def test_the_same_day_of_a_later_month(every: str, last: str, due: str) -> None:
    """A period ends on the same day of the month, or on its last where it has no such day."""
    review = Review.model_validate({"every": every, "last": last})
    assert review.due == dt.date.fromisoformat(due)
