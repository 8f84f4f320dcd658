"""What the probe counts, on the sample store: every series is there at 0 from the start.

The bounds of a step's duration hold its satisfied and tolerated thresholds and its timeout, so
those counts are exact. Both clocks see every attempted step, failed ones too: the count of the
intended clock is the sum of the outcomes. Good and bad are read from the outcomes: a step that
failed fast is in a low bucket, but never satisfied.

A slot that was missed because runs before it took too long (`overrun`) is a customer who gave up
waiting: its first step counts as failed, with the time waited on the intended clock alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import (
    ClockValue,
    OutcomeValue,
    PhaseValue,
    SlotReasonValue,
)

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot
    from truegreen_telemetry.samples import Counter, Histogram, SampleStore

from truegreen_synthetics.schedule import ENDINGS

__all__ = ["ProbeMetrics", "step_bounds"]

USUAL_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
PHASE_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def step_bounds(journey: CompiledJourney, step: str) -> tuple[float, ...]:
    """Return the bounds of a step's duration: its thresholds and timeout, and usual ones below."""
    requests = [one for one in journey.steps if one.name == step]
    own = {one.timeout_seconds for one in requests}
    usual = {bound for bound in USUAL_BOUNDS if bound < max(own)}
    for one in requests:
        own |= {one.satisfied_seconds, one.tolerated_seconds}
    return tuple(sorted(own | usual))


@dataclass(frozen=True, slots=True)
class _StepSeries:
    outcomes: dict[OutcomeValue, Counter]
    service: Histogram
    intended: Histogram
    phases: dict[PhaseValue, Histogram]


class ProbeMetrics:
    """Observes robots and counts; see `RobotObserver`.

    Args:
        store: Where the series live.
        location: From where the journeys are run.
        journeys: All that will be run, each once.
    """

    def __init__(
        self, store: SampleStore, location: str, journeys: tuple[CompiledJourney, ...]
    ) -> None:
        self._steps: dict[tuple[str, str], _StepSeries] = {}
        self._slots: dict[tuple[str, str, str], Counter] = {}
        self._orphans: dict[str, Counter] = {}
        slots, orphans = store.counter(names.JOURNEY_SLOTS), store.counter(names.ORPHANS)
        for journey in journeys:
            for step in journey.steps:
                self._steps[journey.name, step.name] = _series(store, location, journey, step.name)
            for state, reason in ENDINGS:
                child = slots.child(journey.name, location, state, reason)
                self._slots[journey.name, state, reason] = child
            self._orphans[journey.name] = orphans.child(journey.name, location)
        self._lag = store.gauge(names.HUB_LAG).child(location)

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Count a step."""
        series = self._steps[journey.name, result.step]
        series.outcomes[result.outcome].inc()
        series.service.observe(result.service_seconds)
        series.intended.observe(result.intended_seconds)
        for phase, seconds in result.phases.items():
            series.phases[phase].observe(seconds)

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Count a cleanup that failed."""
        if result.failed:
            self._orphans[journey.name].inc()

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Count a slot, and the failed step of a customer who gave up waiting."""
        self._slots[journey.name, slot.state, slot.reason].inc()
        if slot.reason == SlotReasonValue.OVERRUN:
            series = self._steps[journey.name, journey.steps[0].name]
            series.outcomes[OutcomeValue.FAILED].inc()
            series.intended.observe(slot.late_seconds)

    def hub_lag(self, seconds: float) -> None:
        """Take over how late the event loop woke."""
        self._lag.set(seconds)


def _series(store: SampleStore, location: str, journey: CompiledJourney, step: str) -> _StepSeries:
    labels = (journey.service, step, journey.name, location)
    outcomes = store.counter(names.STEP_OUTCOMES)
    durations = store.histogram(names.STEP_DURATION)
    phases = store.histogram(names.STEP_PHASE)
    bounds = step_bounds(journey, step)
    return _StepSeries(
        {outcome: outcomes.child(*labels, outcome) for outcome in OutcomeValue},
        durations.child(*labels, ClockValue.SERVICE, bounds=bounds),
        durations.child(*labels, ClockValue.INTENDED, bounds=bounds),
        {
            phase: phases.child(*labels, phase, bounds=PHASE_BOUNDS)
            for phase in PhaseValue
            if phase is not PhaseValue.TLS or journey.target.tls
        },
    )
