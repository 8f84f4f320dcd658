"""Spans of runs: one of the journey, one of each step below it.

A step's span is the parent that its requests named in `traceparent`, so the spans of the system
under test hang below it. Whether a run is kept is known at its end: one with a step that failed
or was slow always is, of the others a share by their trace id, which every location decides alike.
Source: OpenTelemetry specification, "TraceIdRatioBased": the last 56 bits of the id, W3C level 2;
semantic conventions, `user_agent.synthetic.type`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.names import OutcomeValue
from truegreen_synthetics.identifiers import new_id
from truegreen_telemetry.otlp.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.names import ConfirmationValue
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot

__all__ = ["Tracing"]

RANDOM_BITS = 56  # of a trace id


class Tracing:
    """Passes everything on to another observer and makes spans of runs.

    Args:
        inner: Is told everything.
        take: Takes the spans of a run that is kept.
        ratio: The share of runs kept in which nothing failed or was slow.
        location: From where journeys are run.
        wall: Unix time.
    """

    def __init__(
        self,
        inner: RobotObserver,
        take: Callable[[tuple[Span, ...]], object],
        ratio: float,
        location: str,
        wall: Callable[[], float],
    ) -> None:
        self._inner = inner
        self._take = take
        self._most = ratio * (1 << RANDOM_BITS)
        self._location = location
        self._wall = wall
        self._running: dict[str, list[tuple[StepResult, float]]] = {}

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Pass a step on; make spans of its run when it was the last one."""
        self._inner.step(journey, result)
        steps = self._running.setdefault(journey.name, [])
        if steps and steps[0][0].trace_id != result.trace_id:
            steps.clear()  # the run of before was broken off
        steps.append((result, self._wall()))
        if result.outcome is OutcomeValue.FAILED or len(steps) == len(journey.steps):
            del self._running[journey.name]
            if self._keeps(steps):
                self._take(_spans(journey, self._location, steps))

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Pass a cleanup on."""
        self._inner.cleanup(journey, result)

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Pass it on."""
        self._inner.confirmation(journey, result)

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Pass a slot on."""
        self._inner.slot(journey, slot)

    def _keeps(self, steps: list[tuple[StepResult, float]]) -> bool:
        if any(result.outcome is not OutcomeValue.SATISFIED for result, _ in steps):
            return True
        return int(steps[0][0].trace_id[-RANDOM_BITS // 4 :], 16) < self._most


def _spans(
    journey: CompiledJourney, location: str, steps: list[tuple[StepResult, float]]
) -> tuple[Span, ...]:
    root = new_id(8)
    common = {"user_agent.synthetic.type": "test", "truegreen.journey": journey.name}
    first, last = steps[0], steps[-1]
    whole = Span(
        name=journey.name,
        trace_id=first[0].trace_id,
        span_id=root,
        parent_id="",
        client=False,
        start=first[1] - first[0].service_seconds,
        end=last[1],
        attributes={
            **common,
            "truegreen.service": journey.service,
            "truegreen.location": location,
        },
        fault=f"{last[0].step}: {last[0].reason}" if last[0].reason else None,
    )
    return (whole, *(_span(result, end, root, common) for result, end in steps))


def _span(result: StepResult, end: float, root: str, common: dict[str, str]) -> Span:
    exchange = result.exchange
    told: dict[str, str | int | float] = {
        **common,
        "truegreen.step": result.step,
        "truegreen.outcome": str(result.outcome),
        "truegreen.intended_seconds": result.intended_seconds,
    }
    if exchange.status:
        told["http.response.status_code"] = exchange.status
    if result.reason:
        told["error.type"] = result.reason
    if exchange.page_load_seconds is not None:
        told["truegreen.page_load_seconds"] = exchange.page_load_seconds
    if exchange.largest_paint_seconds is not None:
        told["truegreen.largest_contentful_paint_seconds"] = exchange.largest_paint_seconds
    told |= {f"truegreen.phase.{phase}": took for phase, took in result.phases.items()}
    return Span(
        name=result.step,
        trace_id=result.trace_id,
        span_id=result.span_id,
        parent_id=root,
        client=True,
        start=end - result.service_seconds,
        end=end,
        attributes=told,
        fault=result.detail or result.reason if result.reason else None,
    )
