"""Whose the overrun of a run is, as the robot timed it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from robots import compiled
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_definitions.names import (
    MethodValue,
    OutcomeValue,
    SlotReasonValue,
    SlotValue,
    TaintValue,
)
from truegreen_definitions.vendor_share import MOST_PLAYERS
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.overruns import NOBODY, RunOverruns
from truegreen_synthetics.runs import StepResult
from truegreen_synthetics.schedule import Slot
from truegreen_telemetry.samples import SampleStore

SECOND = 1_000_000
BOTH = tuple(MethodValue)
SHOP = compiled(replace(JOURNEY, methods=BOTH))
STEPS = tuple(step.name for step in SHOP.steps)
TOLERATED = tuple(round(step.tolerated_seconds * SECOND) for step in SHOP.steps)


def result(place: int, took: int, waited: int = 0, **other: Any) -> StepResult:
    """Return how a step of a run went, by its place; times in microseconds."""
    usual: dict[str, Any] = {"outcome": OutcomeValue.SATISFIED, "trace_id": "t"}
    return StepResult(
        step=STEPS[place],
        service_seconds=took / SECOND,
        intended_seconds=(took + waited) / SECOND,
        exchange=Exchange(),
        reason="",
        detail="",
        span_id="s",
        **(usual | other),
    )


def run(followed: RunOverruns, *steps: tuple[int, int], **last: Any) -> None:
    """Follow a run whose steps took and waited so long; the last one may be different."""
    for place, (took, waited) in enumerate(steps):
        other = last if place == len(steps) - 1 else {}
        followed.step(result(place, took, waited, **other))


def within(seconds: float) -> RunOverruns:
    """Follow the journey with an end-to-end target."""
    return RunOverruns(replace(SHOP, within_seconds=seconds))


_TIMES = st.tuples(st.integers(0, 6 * SECOND), st.sampled_from([0, 0, 0, 1, 700_000]))
_RUNS = st.lists(st.lists(_TIMES, min_size=len(STEPS), max_size=len(STEPS)), max_size=6)


@settings(max_examples=60)
@given(runs=_RUNS, spare=st.integers(0, 3 * SECOND))
def test_shares_are_the_overrun_to_the_microsecond(runs: list[Any], spare: int) -> None:
    """By either method all shares, nobody's too, less what was credited, are the overrun."""
    followed = within((sum(TOLERATED) + spare) / SECOND)
    whole = over = 0
    for times in runs:
        run(followed, *times)
        late = max(0, sum(took + waited for took, waited in times) - sum(TOLERATED) - spare)
        whole, over = whole + late, over + (late > 0)
    tally = followed.tally
    assert (tally.runs, tally.over, tally.whole) == (len(runs), over, whole)
    for method in BOTH:
        told = sum(part for (of, _), part in tally.shares.items() if of is method)
        credited = sum(part for (of, _), part in tally.credits.items() if of is method)
        assert told - credited == whole
    assert not any(method is MethodValue.PROPORTIONAL for method, _ in tally.credits)


@settings(max_examples=60)
@given(times=st.lists(st.integers(0, 6 * SECOND), min_size=len(STEPS), max_size=len(STEPS)))
def test_a_run_is_shared_by_positive_excess(times: list[int]) -> None:
    """The usual share of a step is that of its time above tolerated, to the microsecond."""
    followed = RunOverruns(SHOP)
    run(followed, *((took, 0) for took in times))
    excess = [took - most for took, most in zip(times, TOLERATED, strict=True)]
    positive, late = sum(max(0, one) for one in excess), max(0, sum(excess))
    for step, above in zip(STEPS, excess, strict=True):
        exact = Fraction(late * max(0, above), positive or 1)
        told = followed.tally.shares.get((MethodValue.PROPORTIONAL, step), 0)
        assert abs(told - exact) < 1
        assert followed.tally.steps.get(step, 0) == max(0, above)


def test_a_wait_is_nobodys() -> None:
    """What a customer waited because earlier runs took too long is no step's share."""
    followed = RunOverruns(SHOP)
    run(followed, (TOLERATED[0], 2 * SECOND), *((most, 0) for most in TOLERATED[1:]))
    assert followed.tally.shares == {(method, NOBODY): 2 * SECOND for method in BOTH}


def test_as_many_steps_as_can_be_shared_among() -> None:
    """A run of eleven steps and a wait, and one of twelve without, are split by both methods."""
    first = SHOP.steps[0]
    for many, waited in ((MOST_PLAYERS - 1, SECOND), (MOST_PLAYERS, 0)):
        steps = tuple(replace(first, name=f"step {number}") for number in range(many))
        followed = RunOverruns(replace(SHOP, steps=steps))
        for number in range(many):
            slow = result(0, TOLERATED[0] + number + 1, waited if not number else 0)
            followed.step(slow._replace(step=f"step {number}"))
        late = sum(range(1, many + 1)) + waited
        for method in BOTH:
            parts = [part for (of, _), part in followed.tally.shares.items() if of is method]
            assert sum(parts) == late
            assert followed.tally.shares.get((method, NOBODY), 0) == waited


def test_slack_is_honoured() -> None:
    """A step may take the time that the end-to-end target leaves beyond all tolerances."""
    followed = within((sum(TOLERATED) + 2 * SECOND) / SECOND)
    late = (TOLERATED[-1] + 2 * SECOND, 0)
    run(followed, *((most, 0) for most in TOLERATED[:-1]), late)
    assert (followed.tally.over, followed.tally.steps) == (0, {STEPS[-1]: 2 * SECOND})


def test_an_error_at_once_is_no_merit() -> None:
    """A step that failed fast sets nothing against the step before it that was slow."""
    followed = RunOverruns(SHOP)
    run(followed, (TOLERATED[0] + SECOND, 0), (1, 0), outcome=OutcomeValue.FAILED)
    assert followed.tally.shares == {(method, STEPS[0]): SECOND for method in BOTH}


def test_a_timeout_is_a_share() -> None:
    """A step that failed by its timeout overran by what it took above tolerated."""
    followed = RunOverruns(SHOP)
    run(followed, (TOLERATED[0] + 3 * SECOND, 0), outcome=OutcomeValue.FAILED)
    assert (followed.tally.runs, followed.tally.whole) == (1, 3 * SECOND)


def test_what_the_prober_held_up_is_left_out() -> None:
    """A run with a step that nobody can vouch for is no run, and the next one is whole again."""
    followed = RunOverruns(SHOP)
    slow = [(9 * SECOND, 0)] * len(STEPS)
    run(followed, *slow, tainted=TaintValue.HUB_LAG)
    assert followed.tally.runs == 0
    run(followed, *slow)
    assert (followed.tally.runs, followed.tally.over) == (1, 1)


def test_a_run_that_was_broken_off_is_no_part_of_the_next() -> None:
    """The steps of a run that never ended are forgotten with it, and so is the rest of one."""
    followed = RunOverruns(SHOP)
    followed.step(result(0, 9 * SECOND, trace_id="stopped"))
    run(followed, *((1, 0) for _ in STEPS))
    followed.step(result(1, 9 * SECOND, trace_id="of the journey's earlier form"))
    assert (followed.tally.runs, followed.tally.over) == (1, 0)


def test_who_gave_up_waited_for_nobodys_step() -> None:
    """A customer who was never served is over by the wait above what the first step may take."""
    followed = RunOverruns(SHOP)
    followed.gave_up((TOLERATED[0] + SECOND) / SECOND)
    assert followed.tally.shares == {(method, NOBODY): SECOND for method in BOTH}


def _values(store: SampleStore, metric: names.Metric) -> dict[tuple[str, ...], Any]:
    (family,) = (one for one in store.snapshot().families if one.metric is metric)
    return dict(zip(family.keys, family.values, strict=True))


@pytest.fixture
def shown() -> tuple[SampleStore, ProbeMetrics]:
    """The probe's metrics of the journey at one location."""
    store = SampleStore()
    return store, ProbeMetrics(store, "fra", (SHOP,))


def test_series_are_the_tally(shown: tuple[SampleStore, ProbeMetrics]) -> None:
    """Every series is there at 0, and after 1,000 runs the shares are the whole to a nanosecond."""
    store, metrics = shown
    every = (len(STEPS) + 1) * len(BOTH)
    assert set(_values(store, names.RUN_OVERRUN_SHARE).values()) == {0.0}
    assert len(_values(store, names.RUN_OVERRUN_SHARE)) == every
    for number in range(1_000):
        for place in range(len(STEPS)):
            metrics.step(SHOP, result(place, number * 3_001 * (place + 1), trace_id=str(number)))
    slot = Slot(
        number=0,
        state=SlotValue.MISSED,
        reason=SlotReasonValue.OVERRUN,
        late_seconds=4.000001,
        measured_from=0.0,
    )
    metrics.slot(SHOP, slot)
    whole = sum(_values(store, names.RUN_OVERRUN).values())
    shares, credited = (
        _values(store, one) for one in (names.RUN_OVERRUN_SHARE, names.RUN_OVERRUN_CREDIT)
    )
    assert whole > 0
    for method in BOTH:
        of = [value for labels, value in shares.items() if method in labels]
        less = [value for labels, value in credited.items() if method in labels]
        assert sum(of) - sum(less) == pytest.approx(whole, abs=1e-9)
    assert sum(_values(store, names.RUNS).values()) == 1_001


def test_a_new_form_goes_on_counting(shown: tuple[SampleStore, ProbeMetrics]) -> None:
    """A journey that changes keeps what it counted, and counts by its new target."""
    store, metrics = shown
    for place in range(len(STEPS)):
        metrics.step(SHOP, result(place, TOLERATED[place] + SECOND))
    wider = replace(SHOP, within_seconds=1000.0)
    metrics.add(wider)
    for place in range(len(STEPS)):
        metrics.step(wider, result(place, TOLERATED[place] + SECOND, trace_id="u"))
    assert sum(_values(store, names.RUN_OVERRUN).values()) == pytest.approx(len(STEPS))
    assert sorted(_values(store, names.RUNS).values()) == [1.0, 1.0]
    metrics.remove(SHOP.name)
    assert not _values(store, names.RUNS)
