"""The lag meter: how long the prober itself could not run."""

from __future__ import annotations

import pytest
from robots import Clock

from truegreen_synthetics.lag import LagMeter


def test_late_heartbeats_are_added_up_within_the_sample() -> None:
    """Only what was late after the start of a sample counts, no more than the sample is long."""
    clock = Clock()
    meter = LagMeter(clock, 0.02)
    clock.now += 0.52
    assert meter.beat() == pytest.approx(0.5)
    start = clock.now - 0.1
    assert meter.since(start) == pytest.approx(0.1)
    clock.now += 0.05
    meter.beat()
    assert meter.since(start) == pytest.approx(0.13)
    assert meter.since(clock.now) == 0


def test_a_heartbeat_that_is_overdue_counts_already() -> None:
    """A sample that ends before the heartbeat comes sees the delay all the same."""
    clock = Clock()
    meter = LagMeter(clock, 0.02)
    clock.now += 0.01
    start = clock.now
    clock.now += 0.3
    assert meter.since(start) == pytest.approx(0.29)


def test_a_prober_in_time_has_no_lag() -> None:
    """Heartbeats within a millisecond of their time are noise."""
    clock = Clock()
    meter = LagMeter(clock, 0.02)
    start = clock.now
    for _ in range(100):
        clock.now += 0.0205
        meter.beat()
    assert meter.since(start) == 0
