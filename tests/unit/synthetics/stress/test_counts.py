"""Counts of stages survive their way from workers to the master."""

from __future__ import annotations

import json
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robots import CART, GONE, PAID, PRODUCTS, Clock, Script, answer, compiled

from truegreen_synthetics.runs import Run
from truegreen_synthetics.stress.counts import BOUNDS, StageObserver, StressCounts, quantile


def test_workers_add_up() -> None:
    """Two workers' counts, sent as plain data, are what one process would have counted."""
    whole, master = StressCounts(), StressCounts()
    for number in (1, 1, 2):
        worker = StressCounts()
        for counts in (worker, whole):
            clock = Clock()
            script = Script(
                clock, [(0.1, PRODUCTS), (0.2, CART), (0.1, PAID), (0.1, answer({}, 500))]
            )
            counts.stage(number)["arrivals"] += 1
            Run(compiled(), script, StageObserver(counts, number), clock).go(clock.now)
        master.add(json.loads(json.dumps(worker.take())))
        assert worker.take() == {}
    assert master.stages == whole.stages
    assert master.stages[1]["arrivals"] == 2
    assert master.stages[1]["outcomes"] == {"satisfied": 6}
    assert master.stages[1]["orphans"] == 2


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=50), st.sampled_from([0.5, 0.95]))
def test_quantiles_are_right_to_a_twelfth(values: list[float], share: float) -> None:
    """A quantile from counts is at most 8 % above the value of that rank."""
    durations: dict[int, int] = {}
    for value in values:
        place = bisect_left(BOUNDS, value)
        durations[place] = durations.get(place, 0) + 1
    rank = next(n for n in range(1, len(values) + 1) if n >= share * len(values))
    exact = sorted(values)[rank - 1]
    found = quantile(durations, share)
    assert found is not None
    assert exact <= found <= exact * 1.08 + 1e-9
    assert quantile({}, share) is None


def test_a_good_run_leaves_nothing() -> None:
    """A cleanup that works is no orphan."""
    counts, clock = StressCounts(), Clock()
    script = Script(clock, [(0.1, PRODUCTS), (0.2, CART), (9.0, PAID), (0.1, GONE)])
    Run(compiled(), script, StageObserver(counts, 0), clock).go(clock.now)
    stage = counts.stage(0)
    assert stage["orphans"] == 0
    assert sum(stage["outcomes"].values()) == 3
    assert sum(stage["durations"].values()) == 3
    assert quantile(stage["durations"], 1.0) == pytest.approx(9.0, rel=0.08)
