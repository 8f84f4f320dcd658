"""What is shown is looked at again in time, and not before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from truegreen_exporters.again import Again

AT = datetime(2026, 11, 22, tzinfo=UTC)


def test_it_is_due_at_first_in_time_and_when_time_goes_back() -> None:
    """Seconds count from the last look, and a moment before it is another view."""
    again = Again(30)
    moments = [0, 0, 29.9, 30, 59.9, 10, 20]
    due = [again.due(AT + timedelta(seconds=moment)) for moment in moments]
    assert due == [True, False, False, True, False, True, False]


def test_another_number_is_a_reason() -> None:
    """What grew is looked at at once."""
    again = Again(30)
    assert [again.due(AT, held) for held in (1, 1, 2, 2, 1)] == [True, False, True, False, True]
