"""What the probe counts, as a strict OpenMetrics parser reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from robots import compiled
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_definitions.names import OutcomeValue, PhaseValue, SlotValue
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.metrics import ProbeMetrics, step_bounds
from truegreen_synthetics.runs import CleanupResult, StepResult, judge
from truegreen_synthetics.schedule import Slot
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from prometheus_client.samples import Sample

SHOP = compiled()


class Probe:
    """Metrics of the journey at one location."""

    def __init__(self, journey: Any = SHOP) -> None:
        self.store = SampleStore()
        self.metrics = ProbeMetrics(self.store, "fra", (journey,))

    def samples(self) -> list[Sample]:
        """Return all samples, as a strict parser of OpenMetrics reads them."""
        text = Renderer().render(self.store.snapshot(), Format.OPENMETRICS).decode()
        families = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        return [sample for family in families for sample in family.samples]


def value(samples: list[Sample], name: str, **labels: str) -> float:
    """Return the sum of the samples of that name which have the labels."""
    return sum(
        sample.value
        for sample in samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def result(outcome: OutcomeValue, intended: float, service: float | None = None) -> StepResult:
    """Return a result of the step `pay`."""
    return StepResult(
        step="pay",
        outcome=outcome,
        service_seconds=intended if service is None else service,
        intended_seconds=intended,
        exchange=Exchange(phases={PhaseValue.FIRST_BYTE: 0.01, PhaseValue.BODY: 0.001}),
        span_id="b",
        reason="",
        detail="",
        trace_id="",
    )


def slot(state: SlotValue, reason: Any = "", late: float = 0.0) -> Slot:
    """Return a slot."""
    return Slot(number=0, state=state, reason=reason, late_seconds=late, measured_from=0.0)


def test_every_series_of_the_contract_is_there_at_zero() -> None:
    """All label sets are enumerated before the first step, so the first change is seen."""
    samples = Probe().samples()
    assert {sample.value for sample in samples} == {0}
    found = Counter(sample.name for sample in samples)
    assert found[names.STEP_OUTCOMES.name] == 3 * len(OutcomeValue)
    assert found[f"{names.STEP_DURATION.name}_count"] == 3 * 2
    assert found[f"{names.STEP_PHASE.name}_count"] == 3 * 4
    assert found[names.JOURNEY_SLOTS.name] == 6
    assert found[names.ORPHANS.name] == 1
    assert found[names.HUB_LAG.name] == 1


def test_the_probe_emits_all_that_the_names_module_says_it_does() -> None:
    """Boards and rules may count on every metric that is the probe's, and there is no other."""
    probe = Probe()
    probe.metrics.hub_lag(0.25)
    emitted = {family.metric for family in probe.store.snapshot().families}
    assert emitted == {metric for metric in names.ALL if metric.by == "probe"}
    assert value(probe.samples(), names.HUB_LAG.name, location="fra") == 0.25


def test_a_journey_over_tls_has_the_tls_phase() -> None:
    """Only an https target has a handshake to measure."""
    probe = Probe(compiled(replace(JOURNEY, target="https://shop.example")))
    text = Renderer().render(probe.store.snapshot(), Format.TEXT).decode()
    assert text.count('phase="tls"') == text.count('phase="dns"') > 0


def test_the_bounds_hold_the_thresholds_and_the_timeout() -> None:
    """Satisfied, tolerated and timeout are bounds, and the timeout is the last."""
    for step in SHOP.steps:
        bounds = step_bounds(SHOP, step.name)
        assert {step.satisfied_seconds, step.tolerated_seconds, step.timeout_seconds} <= set(bounds)
        assert bounds[-1] == step.timeout_seconds
        assert list(bounds) == sorted(set(bounds))


@settings(deadline=None, max_examples=30)  # the parser is slow, the law is simple
@given(st.lists(st.floats(0, 12) | st.sampled_from([0.7, 2.8, 11.2]), max_size=20))
def test_buckets_at_the_thresholds_count_exactly(seconds: list[float]) -> None:
    """For steps that did not fail, the buckets and the outcomes are the same counts."""
    probe = Probe()
    pay = SHOP.steps[2]
    for one in seconds:
        outcome = judge(one, pay.satisfied_seconds, pay.tolerated_seconds)
        probe.metrics.step(SHOP, result(outcome, one))
    samples = probe.samples()
    bucket = f"{names.STEP_DURATION.name}_bucket"
    for bound in (pay.satisfied_seconds, pay.tolerated_seconds):
        brute = sum(one <= bound for one in seconds)
        labels = {"step": "pay", "clock": "intended", "le": f"{bound}"}
        assert value(samples, bucket, **labels) == brute
    satisfied = value(samples, names.STEP_OUTCOMES.name, step="pay", outcome="satisfied")
    assert satisfied == sum(one <= pay.satisfied_seconds for one in seconds)


OUTCOMES = st.sampled_from(list(OutcomeValue))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(OUTCOMES, st.floats(0, 20)), max_size=20), st.integers(0, 5))
def test_outcomes_are_as_many_as_intended_durations(
    steps: list[tuple[OutcomeValue, float]], overruns: int
) -> None:
    """Every attempted step is in both clocks; who gave up waiting is in the intended one alone."""
    probe = Probe()
    for outcome, seconds in steps:
        probe.metrics.step(SHOP, result(outcome, seconds))
    for _ in range(overruns):
        probe.metrics.slot(SHOP, slot(SlotValue.MISSED, "overrun", 5.0))
    samples = probe.samples()
    count = f"{names.STEP_DURATION.name}_count"
    assert value(samples, names.STEP_OUTCOMES.name) == len(steps) + overruns
    assert value(samples, count, clock="intended") == len(steps) + overruns
    assert value(samples, count, clock="service") == len(steps)
    first = {"step": "browse", "outcome": "failed"}
    assert value(samples, names.STEP_OUTCOMES.name, **first) == overruns


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (SlotValue.STARTED, ""),
        (SlotValue.MISSED, "prober"),
        (SlotValue.MISSED, "overrun"),
        (SlotValue.WINDOWED, ""),
    ],
)
def test_slots_are_counted_by_ending_and_reason(state: SlotValue, reason: str) -> None:
    """Each ending has its own counter; what the prober lost touches no outcome."""
    probe = Probe()
    probe.metrics.slot(SHOP, slot(state, reason))
    labels = {"state": state.value, "reason": reason} if reason else {"state": state.value}
    assert value(probe.samples(), names.JOURNEY_SLOTS.name, **labels) == 1
    assert value(probe.samples(), names.JOURNEY_SLOTS.name) == 1
    assert value(probe.samples(), names.STEP_OUTCOMES.name) == (reason == "overrun")


def test_failed_cleanups_are_orphans() -> None:
    """A cleanup that worked is not counted, one that failed is."""
    probe = Probe()
    for failed in (True, False):
        probe.metrics.cleanup(SHOP, CleanupResult(when="order", failed=failed, detail=""))
    assert value(probe.samples(), names.ORPHANS.name, journey="buy-something") == 1


def test_two_requests_of_one_step_share_its_series() -> None:
    """A journey may make two requests for a step: bounds hold both timeouts."""
    browse = JOURNEY.steps[0]
    twice = replace(JOURNEY, steps=(browse, replace(browse, timeout_seconds=9), *JOURNEY.steps[1:]))
    journey = compiled(twice)
    assert {4.0, 9.0} <= set(step_bounds(journey, "browse"))
    probe = Probe(journey)
    probe.metrics.step(journey, result(OutcomeValue.SATISFIED, 0.1)._replace(step="browse"))
    assert value(probe.samples(), names.STEP_OUTCOMES.name, step="browse") == 1


def test_slow_and_failed_steps_leave_the_way_to_their_trace() -> None:
    """Both clocks keep trace and span of a step that did not satisfy, and of no other."""
    for outcome, kept in ((OutcomeValue.SATISFIED, 0), (OutcomeValue.TOLERATED, 1)):
        journey, store = compiled(), SampleStore()
        metrics = ProbeMetrics(store, "fra", (journey,), lambda: 1_700_000_000.0)
        metrics.step(journey, result(outcome, 0.5))
        durations = next(
            one for one in store.snapshot().families if one.metric == names.STEP_DURATION
        )
        found = [one for value in durations.values for one in value.exemplars]  # type: ignore[union-attr]
        assert len(found) == 2 * kept
        assert all(one.at == 1_700_000_000.0 for _, one in found)


def test_bytes_and_the_end_of_a_certificate_are_shown() -> None:
    """Bytes add up by step; a certificate's end is there once seen, and leaves with its journey."""
    probe = Probe()
    good = result(OutcomeValue.SATISFIED, 0.1)
    probe.metrics.step(SHOP, good._replace(exchange=Exchange(received_bytes=700)))
    assert value(probe.samples(), names.RECEIVED_BYTES.name, step="pay") == 700
    assert names.CERTIFICATE_EXPIRY.name not in {one.name for one in probe.samples()}
    seen = Exchange(received_bytes=300, certificate_expiry=1_800_000_000.0)
    probe.metrics.step(SHOP, good._replace(exchange=seen))
    samples = probe.samples()
    assert value(samples, names.RECEIVED_BYTES.name, step="pay") == 1_000
    assert value(samples, names.CERTIFICATE_EXPIRY.name, location="fra") == 1_800_000_000
    probe.metrics.remove(SHOP.name)
    assert names.CERTIFICATE_EXPIRY.name not in {one.name for one in probe.samples()}
