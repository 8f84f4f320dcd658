"""What the probe counts, on the sample store: every series is there at 0 from the start.

The bounds of a step's duration hold its satisfied and tolerated thresholds and its timeout, so
those counts are exact. Both clocks see every attempted step, failed ones too: the count of the
intended clock is the sum of the outcomes. Good and bad are read from the outcomes: a step that
failed fast is in a low bucket, but never satisfied.

A slot that was missed because runs before it took too long (`overrun`) is a customer who gave up
waiting: its first step counts as failed, with the time waited on the intended clock alone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions import names
from truegreen_definitions.names import (
    ClockValue,
    ConfirmationValue,
    OutcomeValue,
    PhaseValue,
    SlotReasonValue,
    TaintValue,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot
    from truegreen_telemetry.instruments import Counter, Histogram
    from truegreen_telemetry.samples import (
        CounterFamily,
        GaugeFamily,
        HistogramFamily,
        SampleStore,
    )

    Family: TypeAlias = CounterFamily | GaugeFamily | HistogramFamily

from truegreen_synthetics.overrun_metrics import OverrunMetrics, OverrunSeries
from truegreen_synthetics.schedule import ENDINGS
from truegreen_telemetry.instruments import Exemplar

__all__ = ["ProbeMetrics", "step_bounds"]

USUAL_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# Source: web.dev, "Largest Contentful Paint": good up to 2.5 s, poor above 4 s.
PAGE_BOUNDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 20.0, 30.0, 60.0)
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
    tainted: dict[TaintValue, Counter]
    received: Counter
    service: Histogram
    intended: Histogram
    phases: dict[PhaseValue, Histogram]
    page_load: Histogram | None
    largest_paint: Histogram | None


class _Series:
    """Every series of one journey, so that they can be taken out again."""

    def __init__(self) -> None:
        self.taken: set[tuple[Family, tuple[str, ...]]] = set()
        self.steps: dict[str, _StepSeries] = {}
        self.slots: dict[tuple[str, str], Counter] = {}
        self.orphans: Counter
        self.scheduled: Counter
        self.last_slot: int | None = None
        self.confirmations: dict[ConfirmationValue, Counter] = {}
        self.overruns: OverrunSeries

    def counter(self, family: CounterFamily, *labels: str) -> Counter:
        self.taken.add((family, labels))
        return family.child(*labels)

    def histogram(
        self, family: HistogramFamily, *labels: str, bounds: tuple[float, ...]
    ) -> Histogram:
        self.taken.add((family, labels))
        found = family.child(*labels, bounds=bounds)
        if found.read().bounds == bounds:
            return found
        family.remove(*labels)  # other thresholds: what was counted by the old ones says nothing
        return family.child(*labels, bounds=bounds)


class ProbeMetrics:
    """Observes robots and counts; see `RobotObserver`.

    Args:
        store: Where the series live.
        location: From where the journeys are run.
        journeys: All that will be run, each once.
        wall: Unix time, of exemplars.
    """

    def __init__(
        self,
        store: SampleStore,
        location: str,
        journeys: tuple[CompiledJourney, ...],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._wall = wall
        self._location = location
        self._slots = store.counter(names.JOURNEY_SLOTS)
        self._orphans = store.counter(names.ORPHANS)
        self._outcomes = store.counter(names.STEP_OUTCOMES)
        self._scheduled = store.counter(names.SCHEDULED_SLOTS)
        self._tainted = store.counter(names.TAINTED_SAMPLES)
        self._received = store.counter(names.RECEIVED_BYTES)
        self._expiry = store.gauge(names.CERTIFICATE_EXPIRY)
        self._confirmations = store.counter(names.CONFIRMATIONS)
        self._open = store.gauge(names.OPEN_COMPENSATIONS)
        self._age = store.gauge(names.ORPHAN_AGE)
        self._durations = store.histogram(names.STEP_DURATION)
        self._phases = store.histogram(names.STEP_PHASE)
        self._page_loads = store.histogram(names.PAGE_LOAD)
        self._paints = store.histogram(names.LARGEST_PAINT)
        self._overruns = OverrunMetrics(store, location)
        self._lag = store.gauge(names.HUB_LAG).child(location)
        self._journeys: dict[str, _Series] = {}
        for journey in journeys:
            self.add(journey)

    def add(self, journey: CompiledJourney) -> None:
        """Show a journey, or its new form: series that stay go on counting."""
        series, name = _Series(), journey.name
        for state, reason in ENDINGS:
            counter = series.counter(self._slots, name, self._location, state, reason)
            series.slots[state, reason] = counter
        series.orphans = series.counter(self._orphans, name, self._location)
        series.scheduled = series.counter(self._scheduled, name, self._location)
        for result in ConfirmationValue:
            counter = series.counter(self._confirmations, name, self._location, result)
            series.confirmations[result] = counter
        for gauge in (self._open, self._age):
            series.taken.add((gauge, (name, self._location)))
            gauge.child(name, self._location).set(0)
        for step in journey.steps:
            series.steps[step.name] = self._step(series, journey, step.name)
        series.overruns = OverrunSeries(self._overruns, journey)
        series.taken |= series.overruns.taken
        before = self._journeys.get(name)
        self._journeys[name] = series
        if before is not None:
            _take_out(before.taken - series.taken)

    def remove(self, journey: str) -> None:
        """Show nothing of a journey any more."""
        _take_out(self._journeys.pop(journey).taken)

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Count a step."""
        of_journey, exchange = self._journeys[journey.name], result.exchange
        of_journey.overruns.step(result)
        series = of_journey.steps[result.step]
        if result.tainted:
            series.tainted[result.tainted].inc()
            return
        series.received.inc(exchange.received_bytes)
        if exchange.certificate_expiry is not None:
            self._show_expiry(of_journey, journey.name, exchange.certificate_expiry)
        series.outcomes[result.outcome].inc()
        series.service.observe(result.service_seconds)
        series.intended.observe(result.intended_seconds)
        if result.outcome is not OutcomeValue.SATISFIED and result.span_id:
            self._exemplify(series, result)
        for phase, seconds in exchange.phases.items():
            if phase in series.phases:  # a redirect from http to https has a TLS that is not ours
                series.phases[phase].observe(seconds)
        if series.page_load is not None and exchange.page_load_seconds is not None:
            series.page_load.observe(exchange.page_load_seconds)
        if series.largest_paint is not None and exchange.largest_paint_seconds is not None:
            series.largest_paint.observe(exchange.largest_paint_seconds)

    def _show_expiry(self, series: _Series, journey: str, expiry: float) -> None:
        labels = (journey, self._location)
        series.taken.add((self._expiry, labels))
        self._expiry.child(*labels).set(expiry)

    def _exemplify(self, series: _StepSeries, result: StepResult) -> None:
        """Keep the trace of a step that was slow or failed beside the buckets it fell into."""
        clocks = (
            (series.service, result.service_seconds),
            (series.intended, result.intended_seconds),
        )
        for histogram, seconds in clocks:
            histogram.keep(Exemplar(result.trace_id, result.span_id, seconds, self._wall()))

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Count a cleanup that failed."""
        if result.failed:
            self._journeys[journey.name].orphans.inc()

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Count a slot, and the failed step of a customer who gave up waiting."""
        of_journey = self._journeys[journey.name]
        of_journey.slots[slot.state, slot.reason].inc()
        # From the slot's number and not one by one: a slot that nobody told of is in it.
        last = slot.number - 1 if of_journey.last_slot is None else of_journey.last_slot
        of_journey.scheduled.inc(slot.number - last)
        of_journey.last_slot = slot.number
        if slot.reason == SlotReasonValue.OVERRUN:
            series = of_journey.steps[journey.steps[0].name]
            series.outcomes[OutcomeValue.FAILED].inc()
            series.intended.observe(slot.late_seconds)
            of_journey.overruns.gave_up(slot.late_seconds)

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Count a failed run that was done again."""
        self._journeys[journey.name].confirmations[result].inc()

    def orphans(self, ages: Mapping[str, Sequence[float]]) -> None:
        """Show the ages of what is left behind, in seconds, by journey; none for the others."""
        for name in self._journeys.keys() | ages.keys():
            found = ages.get(name, ())
            self._open.child(name, self._location).set(len(found))
            self._age.child(name, self._location).set(max(found, default=0.0))

    def hub_lag(self, seconds: float) -> None:
        """Take over how late the event loop woke."""
        self._lag.set(seconds)

    def _step(self, series: _Series, journey: CompiledJourney, step: str) -> _StepSeries:
        labels = (journey.service, step, journey.name, self._location)
        bounds = step_bounds(journey, step)
        browses = any(one.browses for one in journey.steps if one.name == step)
        taints = (TaintValue.HUB_LAG, *((TaintValue.BROWSER,) if browses else ()))
        pages = [
            series.histogram(family, *labels, bounds=PAGE_BOUNDS) if browses else None
            for family in (self._page_loads, self._paints)
        ]
        return _StepSeries(
            {outcome: series.counter(self._outcomes, *labels, outcome) for outcome in OutcomeValue},
            {taint: series.counter(self._tainted, *labels, taint) for taint in taints},
            series.counter(self._received, *labels),
            series.histogram(self._durations, *labels, ClockValue.SERVICE, bounds=bounds),
            series.histogram(self._durations, *labels, ClockValue.INTENDED, bounds=bounds),
            {
                phase: series.histogram(self._phases, *labels, phase, bounds=PHASE_BOUNDS)
                for phase in PhaseValue
                if phase is not PhaseValue.TLS or journey.target.tls
            },
            *pages,
        )


def _take_out(
    series: Iterable[tuple[Family, tuple[str, ...]]],
) -> None:
    for family, labels in series:
        family.remove(*labels)
