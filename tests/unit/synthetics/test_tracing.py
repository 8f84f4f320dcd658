"""Which runs become spans, and what those say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from robots import compiled

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import OutcomeValue, PhaseValue
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.runs import StepResult
from truegreen_synthetics.tracing import Tracing
from truegreen_telemetry.otlp.settings import span_settings, trace_ratio

if TYPE_CHECKING:
    from truegreen_telemetry.otlp.spans import Span

SHOP = compiled()
STEPS = [one.name for one in SHOP.steps]


class Recorder:
    """Counts what is passed on."""

    def __init__(self) -> None:
        self.steps = 0

    def step(self, _journey: object, _result: object) -> None:
        """Count."""
        self.steps += 1


def result(step: str, trace: int, outcome: OutcomeValue = OutcomeValue.SATISFIED) -> StepResult:
    """Return a result of a step that took half a second."""
    failed = outcome is OutcomeValue.FAILED
    return StepResult(
        step=step,
        outcome=outcome,
        service_seconds=0.5,
        intended_seconds=0.5,
        exchange=Exchange(status=200, phases={PhaseValue.DNS: 0.125}),
        reason="assertion" if failed else "",
        detail="status: found 500" if failed else "",
        trace_id=f"{trace:032x}",
        span_id=f"{len(step):016x}",
    )


def traced(ratio: float, *runs: list[StepResult]) -> tuple[list[tuple[Span, ...]], int]:
    """Return (spans of the runs that were kept, steps that were passed on)."""
    kept: list[tuple[Span, ...]] = []
    inner = Recorder()
    times = iter(range(1_000, 9_000))
    tracing = Tracing(inner, kept.append, ratio, "fra", lambda: float(next(times)))  # type: ignore[arg-type]
    for run in runs:
        for one in run:
            tracing.step(SHOP, one)
    return kept, inner.steps


def test_a_failing_or_slow_run_is_always_kept() -> None:
    """With no share to keep, a satisfied run is not, one that failed or was slow is."""
    good = [result(step, 1) for step in STEPS]
    slow = [result(STEPS[0], 2, OutcomeValue.TOLERATED), *(result(s, 2) for s in STEPS[1:])]
    bad = [result(STEPS[0], 3, OutcomeValue.FAILED)]
    kept, passed = traced(0.0, good, slow, bad)
    assert [run[0].trace_id for run in kept] == [f"{2:032x}", f"{3:032x}"]
    assert passed == len(good) + len(slow) + len(bad)
    root, step = kept[1]
    assert (root.fault, step.fault) == (f"{STEPS[0]}: assertion", "status: found 500")
    assert step.parent_id == root.span_id
    assert (step.start, step.end, step.attributes["truegreen.phase.dns"]) == (
        pytest.approx(step.end - 0.5),
        root.end,
        0.125,
    )


def test_the_share_is_by_trace_id() -> None:
    """Of a thousand runs with evenly spread ids a quarter is kept, the same ones every time."""
    runs = [[result(step, n << 46) for step in STEPS] for n in range(1024)]
    kept, _ = traced(0.25, *runs)
    assert [int(run[0].trace_id, 16) >> 46 for run in kept] == list(range(256))
    assert len(traced(1.0, *runs)[0]) == 1024


def test_a_run_that_was_broken_off_is_no_part_of_the_next() -> None:
    """Steps of an aborted run do not become spans of the run after it."""
    kept, _ = traced(1.0, [result(STEPS[0], 7)], [result(step, 8) for step in STEPS])
    assert [one.name for one in kept[0]] == [SHOP.name, *STEPS]
    assert {one.trace_id for one in kept[0]} == {f"{8:032x}"}


def test_grpc_and_senseless_samplers_are_refused() -> None:
    """GRPC says why it cannot be; a sampler that is none and a share above 1 are named."""
    endpoint = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}
    with pytest.raises(TerminalError, match="gRPC would hold up the journeys"):
        span_settings({**endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"})
    with pytest.raises(TerminalError, match="OTEL_TRACES_SAMPLER is 'sometimes'"):
        trace_ratio({"OTEL_TRACES_SAMPLER": "sometimes"})
    ratio = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio"}
    with pytest.raises(TerminalError, match="from 0 to 1"):
        trace_ratio({**ratio, "OTEL_TRACES_SAMPLER_ARG": "1.5"})
    assert trace_ratio({**ratio, "OTEL_TRACES_SAMPLER_ARG": "0.1"}) == 0.1
    assert trace_ratio({"OTEL_TRACES_SAMPLER": "always_off"}) == 0.0
    assert span_settings({**endpoint, "OTEL_TRACES_EXPORTER": "none"}) is None
    settings = span_settings(endpoint)
    assert settings is not None
    assert (settings.path, settings.interval_seconds) == ("/v1/traces", 5.0)
