"""The series of overruns of a journey: every one is there at 0 from the start."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions import names
from truegreen_definitions.names import MethodValue, RunValue
from truegreen_synthetics.overruns import MICROSECONDS, NOBODY, RunOverruns

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import StepResult
    from truegreen_telemetry.instruments import Counter
    from truegreen_telemetry.samples import CounterFamily, SampleStore

    Child: TypeAlias = tuple[CounterFamily, tuple[str, ...]]

__all__ = ["OverrunMetrics", "OverrunSeries"]


class OverrunMetrics:
    """The families of all journeys' overruns.

    Args:
        store: Where the series live.
        location: From where the journeys are run.
    """

    def __init__(self, store: SampleStore, location: str) -> None:
        self.location = location
        self.runs = store.counter(names.RUNS)
        self.whole = store.counter(names.RUN_OVERRUN)
        self.shares = store.counter(names.RUN_OVERRUN_SHARE)
        self.credits = store.counter(names.RUN_OVERRUN_CREDIT)
        self.steps = store.counter(names.RUN_STEP_OVERRUN)


class _Onward:
    """A counter that goes on from what it had when a journey, or its new form, was added."""

    __slots__ = ("_before", "_counter")

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._before = counter.read()

    def to(self, total: float) -> None:
        """Add what has come together since.

        Of whole microseconds, and not added up in fractions: parts stay equal to the whole.
        """
        self._counter.advance_to(self._before + total)


class OverrunSeries:
    """The overruns of one journey.

    Args:
        metrics: Where they are shown.
        journey: Whose runs are followed.

    Attributes:
        taken: The series that are its own.
    """

    def __init__(self, metrics: OverrunMetrics, journey: CompiledJourney) -> None:
        self._followed = RunOverruns(journey)
        self.taken: set[Child] = set()
        of, at = journey.service, (journey.name, metrics.location)
        steps = tuple(dict.fromkeys(step.name for step in journey.steps))
        self._runs = {one: self._child(metrics.runs, of, *at, one) for one in RunValue}
        self._whole = self._child(metrics.whole, of, *at)
        self._steps = {one: self._child(metrics.steps, of, one, *at) for one in steps}
        self._shares = {
            (method, one): self._child(metrics.shares, of, one, *at, method)
            for method in journey.methods
            for one in (*steps, NOBODY)
        }
        self._credits: dict[tuple[MethodValue, str], _Onward] = {
            (method, one): self._child(metrics.credits, of, one, *at, method)
            for method in journey.methods
            if method is MethodValue.SHAPLEY
            for one in steps
        }
        self._shown_late = 0

    def step(self, result: StepResult) -> None:
        """Take over a step; count its run where that is over."""
        if self._followed.step(result):
            self._show()

    def gave_up(self, seconds: float) -> None:
        """Count a customer who waited for so long and was never served."""
        self._followed.gave_up(seconds)
        self._show()

    def _show(self) -> None:
        tally = self._followed.tally
        self._runs[RunValue.WITHIN].to(tally.runs - tally.over)
        if tally.late == self._shown_late:
            return
        self._shown_late = tally.late
        self._runs[RunValue.OVER].to(tally.over)
        self._whole.to(tally.whole / MICROSECONDS)
        for step, late in tally.steps.items():
            self._steps[step].to(late / MICROSECONDS)
        for key, part in tally.shares.items():
            self._shares[key].to(part / MICROSECONDS)
        for key, part in tally.credits.items():
            self._credits[key].to(part / MICROSECONDS)

    def _child(self, family: CounterFamily, *labels: str) -> _Onward:
        self.taken.add((family, labels))
        return _Onward(family.child(*labels))
