"""Counts of events from raw counters: of five minutes, and of the windows taken from them.

incident   good and bad are told apart, in the middle of an incident
restart    counters that begin anew lose nothing
gap        a pause of the scrapes is no count, and leaves the windows behind it whole
no errors  an error series that does not exist yet has counted nothing
no good    a good series that does not exist has counted nothing, it is not missing data
silence    without counters there is no count, and somebody is told
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, missing, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer
from truegreen_definitions.emitters.rule_tests.counters import counters_of
from truegreen_definitions.emitters.rule_tests.counting import Phase, count_up, events_in
from truegreen_definitions.emitters.rule_tests.promised import silence_seconds
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rule_tests.counters import Counter
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["count_cases", "step_seconds"]

EVENTS = 1_000  # per step
MINUTE = 60
INCIDENT = 10 * MINUTE
GAP = 20 * MINUTE


def count_cases(promise: Promise) -> Iterator[Case]:
    """Yield the tests of an agreement over counters for which there are example series."""
    parts = promise.agreement.parts
    counters = counters_of(parts) if isinstance(parts, Signal) else ()
    if counters:
        story = _Story(promise, counters, step_seconds(promise))
        yield story.incident()
        yield story.restart()
        yield story.gap()
        yield story.no_errors()
        yield story.no_good()
        yield story.silence()


@dataclass(frozen=True, slots=True)
class _Story:
    promise: Promise
    counters: tuple[Counter, ...]
    step: int

    def incident(self) -> Case:
        phases = (self._well(self._longest), self._phase(INCIDENT, EVENTS // 4))
        at = self._longest + INCIDENT
        asked = (*self._counted(phases, at - INCIDENT), *self._counted(phases, at))
        return self._case("good and bad are counted apart, in the middle of it", phases, asked)

    def restart(self) -> Case:
        """Restart just before the last sample, so that every window holds it."""
        again = self._phase(self.step, EVENTS // 2, restarts=True)
        phases = (self._well(self._longest - self.step), again)
        asked = self._counted(phases, self._longest)
        return self._case("counters that restart lose nothing", phases, asked)

    def gap(self) -> Case:
        """Ask in the gap, and when no window holds it any more."""
        phases = (
            self._well(self._longest),
            self._phase(GAP, EVENTS // 2, scraped=False),
            self._phase(self._longest, EVENTS // 4),
        )
        begins = self._longest
        asked = (
            *self._none(begins + GAP // 2),
            *self._counted(phases, begins + GAP + self._longest),
        )
        return self._case("a pause of the scrapes is no count, and is over with it", phases, asked)

    def no_errors(self) -> Case:
        phases = (Phase(self._steps(self._longest), EVENTS, None),)
        asked = self._counted(phases, self._longest)
        return self._case("a missing error series has counted nothing", phases, asked)

    def no_good(self) -> Case:
        phases = (Phase(self._steps(self._longest), None, EVENTS),)
        asked = (
            *self._counted(phases, self._longest),
            alert(self._longest, AlertName.ABSENT, self._told, fires=False),
        )
        return self._case("a missing good series has counted nothing", phases, asked)

    def silence(self) -> Case:
        begins = 2 * GRID_SECONDS
        waits = -(-silence_seconds(self.promise) // GRID_SECONDS) * GRID_SECONDS
        lasts = 2 * GRID_SECONDS + waits
        phases = (
            self._well(begins),
            Phase(self._steps(lasts), None, None),
            self._well(2 * GRID_SECONDS),
        )
        severity, told = self._severity, self._told
        over = begins + lasts + 2 * GRID_SECONDS
        asked = (
            *self._none(begins + lasts),
            alert(begins + GRID_SECONDS, AlertName.ABSENT, told, fires=False),
            alert(begins + lasts, AlertName.ABSENT, told, fires=bool(severity)),
            alert(over, AlertName.ABSENT, told, fires=False),
        )
        return self._case("silence is no count, and is told", phases, asked)

    @property
    def _longest(self) -> int:
        """Return seconds after which every window that lags by nothing is full."""
        return max((GRID_SECONDS, *self._windows.values())) + GRID_SECONDS

    @property
    def _windows(self) -> dict[str, int]:
        return {one.label: one.window.seconds for one in self.promise.burn_windows(lagging=False)}

    @property
    def _severity(self) -> str:
        """Return how severe silence is; empty where nobody is told."""
        usual = self.promise.policy.burn[0].severity
        return self.promise.agreement.alerting.severity("absent", usual)

    @property
    def _told(self) -> dict[str, str]:
        return alert_labels(self.promise, self._severity)

    def _steps(self, seconds: int) -> int:
        return seconds // self.step

    def _well(self, seconds: int) -> Phase:
        return self._phase(seconds, 0)

    def _phase(
        self, seconds: int, bad: int, *, scraped: bool = True, restarts: bool = False
    ) -> Phase:
        return Phase(self._steps(seconds), EVENTS - bad, bad, scraped=scraped, restarts=restarts)

    def _counted(self, phases: Sequence[Phase], at: int) -> Iterator[Check]:
        """Yield checks of the counts over all windows."""
        yield from self._checks((names.GOOD_5M, names.TOTAL_5M), phases, at, GRID_SECONDS)
        for label, seconds in self._windows.items():
            sums = (names.GOOD_SUM, names.TOTAL_SUM)
            yield from self._checks(sums, phases, at, seconds, window=label)

    def _checks(
        self,
        metrics: tuple[names.Metric, names.Metric],
        phases: Sequence[Phase],
        at: int,
        seconds: int,
        **labels: str,
    ) -> Iterator[Check]:
        counted = events_in(phases, self._steps(at - seconds), self._steps(at))
        for metric, events in zip(metrics, counted, strict=True):
            yield value_of(at, self.promise, metric, Decimal(events), **labels)

    def _none(self, at: int) -> Iterator[Check]:
        for metric in (names.GOOD_5M, names.TOTAL_5M):
            yield missing(at, self.promise, metric)
        for label, seconds in self._windows.items():
            if seconds <= GRID_SECONDS:
                for metric in (names.GOOD_SUM, names.TOTAL_SUM):
                    yield missing(at, self.promise, metric, window=label)

    def _case(self, claim: str, phases: Sequence[Phase], checks: Iterable[Check]) -> Case:
        agreement = self.promise.agreement
        return Case(
            about=agreement.id,
            origin=agreement.origin,
            claim=claim,
            layer=Layer.COUNTS,
            step_seconds=self.step,
            series=count_up(self.counters, phases),
            checks=tuple(checks),
        )


def step_seconds(promise: Promise) -> int:
    """Return the interval of the samples: on the minute, two at least in the shortest window."""
    shortest = min(burn.short_seconds for burn in promise.policy.burn)
    return max(step for step in range(1, MINUTE + 1) if MINUTE % step == 0 and step * 2 <= shortest)
