"""Capacity and knee of usability curves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_synthetics.stress.usability import Point, apdex, capacity, knee


def curve(*values: float | None) -> tuple[Point, ...]:
    """Return a baseline and points at 10, 20, … a second with those Apdexes."""
    return tuple(
        Point(
            rate=10.0 * number,
            offered=10.0 * number,
            arrivals=1_000,
            dropped=0,
            outcomes={}
            if value is None
            else {"satisfied": round(1_000 * value), "failed": round(1_000 * (1 - value))},
            median_seconds=None,
            slow_seconds=None,
            probe={},
        )
        for number, value in enumerate((None, *values))
    )


def test_apdex_counts_halves_and_what_found_no_room() -> None:
    """Tolerated is half; frustrated, failed and dropped are nothing; nothing at all is None."""
    outcomes = {"satisfied": 6, "tolerated": 2, "frustrated": 1, "failed": 1}
    assert apdex(outcomes, 0) == 0.7
    assert apdex(outcomes, 10) == 0.35
    assert apdex({"satisfied": 0}, 0) is None


@pytest.mark.parametrize(
    ("values", "expected_capacity", "expected_knee"),
    [
        ((1.0, 1.0, 1.0, 0.5, 0.2), 30, 30),
        ((1.0, 0.9, 0.8, 0.96), 20, None),
        ((0.5, 0.4, 0.1), None, 20),
        ((1.0, 1.0, 1.0), 30, None),
        ((1.0, 0.2), 10, None),
        ((1.0, 0.99, 0.98, 0.97), 40, None),
    ],
)
def test_the_two_rates_of_a_curve(
    values: tuple[float, ...], expected_capacity: float | None, expected_knee: float | None
) -> None:
    """A curve that holds and then falls bends where it begins to; one that holds has no knee."""
    assert (capacity(curve(*values)), knee(curve(*values))) == (expected_capacity, expected_knee)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0, 1))
def test_capacity_is_never_above_a_stage_that_missed(values: list[float], goal: float) -> None:
    """Every stage up to the capacity reached the goal, and the next one did not."""
    points = curve(*values)
    found = capacity(points, goal)
    below = [p for p in points if p.apdex is not None and found is not None and p.rate <= found]
    assert all(p.apdex is not None and p.apdex >= goal for p in below)
    beyond = [p for p in points if p.apdex is not None and p.rate > (found or 0)]
    assert not beyond or (beyond[0].apdex is not None and beyond[0].apdex < goal)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_knee_is_one_of_the_stages(values: list[float]) -> None:
    """Whatever the curve, the knee is a rate that was run, or none."""
    points = curve(*values)
    assert knee(points) in {None, *(point.rate for point in points)}
