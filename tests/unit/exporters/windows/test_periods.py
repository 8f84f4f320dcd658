"""Periods of contracts: labels, local turns of the calendar, leap days and changed clocks."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_exporters.windows.periods import before, period_of, periods_between

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
UNITS = st.sampled_from(["month", "quarter", "year"])


@pytest.mark.parametrize(
    ("label", "unit", "zone", "start", "end"),
    [
        ("2026-10", "month", "Europe/Berlin", "2026-09-30T22:00+00:00", "2026-10-31T23:00+00:00"),
        ("2024-02", "month", "UTC", "2024-02-01T00:00+00:00", "2024-03-01T00:00+00:00"),
        (
            "2026-Q1",
            "quarter",
            "America/New_York",
            "2026-01-01T05:00+00:00",
            "2026-04-01T04:00+00:00",
        ),
        ("2026", "year", "Asia/Kathmandu", "2025-12-31T18:15+00:00", "2026-12-31T18:15+00:00"),
    ],
)
def test_a_label_is_a_span(label: str, unit: str, zone: str, start: str, end: str) -> None:
    """A period begins and ends at local midnight, whatever the clocks do in it."""
    period = period_of(label, unit, zone)
    assert (period.start, period.end) == (
        datetime.fromisoformat(start),
        datetime.fromisoformat(end),
    )


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("2026-13", "month"),
        ("2026", "month"),
        ("2026-Q5", "quarter"),
        ("26", "year"),
        ("0000", "year"),
    ],
)
def test_what_is_no_period_is_refused(label: str, unit: str) -> None:
    """The message says what was found and shows what is right."""
    with pytest.raises(ValueError, match=f"{label!r} is no {unit}: write one as 2026"):
        period_of(label, unit, "UTC")


@given(st.integers(1970, 2100), st.integers(1, 12), UNITS, ZONES)
def test_periods_meet(year: int, month: int, unit: str, zone: str) -> None:
    """Periods follow one another without gap or overlap, and their labels lead back to them."""
    labels = {"month": f"{year}-{month:02}", "quarter": f"{year}-Q{(month + 2) // 3}"}
    period = period_of(labels.get(unit, f"{year}"), unit, zone)
    line = list(periods_between(before(period, 3, zone), period, zone))
    assert line[-1] == period
    assert [one.end for one in line[:-1]] == [one.start for one in line[1:]]
    assert [period_of(one.label, unit, zone) for one in line] == line
    assert all(one.start < one.end for one in line)
