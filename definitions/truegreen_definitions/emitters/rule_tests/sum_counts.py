"""Counts of agreements that add several counters up: free forms, and composites with weights.

Every counter counts at a pace of its own, so one that is left out, counted twice or given
another's weight is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, missing, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer
from truegreen_definitions.emitters.rule_tests.counters import Counter, counters_of
from truegreen_definitions.emitters.rule_tests.counting import Phase, count_up, events_in
from truegreen_definitions.emitters.rule_tests.counts import step_seconds
from truegreen_definitions.emitters.rule_tests.promised import silence_seconds
from truegreen_definitions.emitters.rule_tests.sums import sums_of
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rule_tests.sums import Sums
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["sum_cases"]

OTHER = 2 * GRID_SECONDS


def sum_cases(promise: Promise) -> Iterator[Case]:
    """Yield the tests of an agreement over several counters for which there are examples."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal) or counters_of(parts):
        return
    sums = sums_of(promise)
    if sums is not None:
        story = _Story(promise, sums, step_seconds(promise))
        yield story.counted()
        yield from story.silence()


@dataclass(frozen=True, slots=True)
class _Story:
    promise: Promise
    sums: Sums
    step: int

    def counted(self) -> Case:
        """Ask when all is usual, and in the middle of what is not."""
        begins = max((GRID_SECONDS, *self._windows.values())) + GRID_SECONDS + self._ago
        phases = tuple(
            (self._phase(begins, usual), self._phase(OTHER, other))
            for usual, other in zip(self.sums.usual, self.sums.other, strict=True)
        )
        checks = (*self._checks(phases, begins), *self._checks(phases, begins + OTHER))
        return self._case("every counter is added up, as often as it is named", phases, checks)

    def silence(self) -> Iterator[Case]:
        if not self.sums.may_be_missing:
            return
        begins = 2 * GRID_SECONDS
        waits = -(-silence_seconds(self.promise) // GRID_SECONDS) * GRID_SECONDS
        lasts = 2 * GRID_SECONDS + waits + self._ago
        phases = tuple(
            (self._phase(begins, usual), Phase(lasts // self.step, None, None))
            for usual in self.sums.usual
        )
        usual = self.promise.policy.burn[0].severity
        severity = self.promise.agreement.alerting.severity("absent", usual)
        told = alert_labels(self.promise, severity)
        checks = (
            missing(begins + lasts, self.promise, names.GOOD_5M),
            missing(begins + lasts, self.promise, names.TOTAL_5M),
            alert(begins + GRID_SECONDS, AlertName.ABSENT, told, fires=False),
            alert(begins + lasts, AlertName.ABSENT, told, fires=bool(severity)),
        )
        yield self._case("silence of all counters is no count, and is told", phases, checks)

    @property
    def _windows(self) -> dict[str, int]:
        return {one.label: one.window.seconds for one in self.promise.burn_windows(lagging=False)}

    @property
    def _ago(self) -> int:
        """Return how long ago windows end, in seconds, up to the grid."""
        return -(-self.sums.ago_seconds // GRID_SECONDS) * GRID_SECONDS

    def _phase(self, seconds: int, events: int) -> Phase:
        return Phase(seconds // self.step, events, None)

    def _checks(self, phases: tuple[tuple[Phase, ...], ...], at: int) -> Iterator[Check]:
        yield from self._counts((names.GOOD_5M, names.TOTAL_5M), phases, at, GRID_SECONDS)
        for label, seconds in self._windows.items():
            sums = (names.GOOD_SUM, names.TOTAL_SUM)
            yield from self._counts(sums, phases, at, seconds, window=label)

    def _counts(
        self,
        metrics: tuple[names.Metric, names.Metric],
        phases: tuple[tuple[Phase, ...], ...],
        at: int,
        seconds: int,
        **labels: str,
    ) -> Iterator[Check]:
        good = total = Decimal(0)
        for one, lived in zip(self.sums.examples, phases, strict=True):
            end = at - self.sums.ago_seconds
            events, _ = events_in(lived, (end - seconds) // self.step, end // self.step)
            good += one.good * events
            total += one.total * events
        for metric, counted in zip(metrics, (good, total), strict=True):
            yield value_of(at, self.promise, metric, counted, **labels)

    def _case(
        self, claim: str, phases: tuple[tuple[Phase, ...], ...], checks: tuple[Check, ...]
    ) -> Case:
        agreement = self.promise.agreement
        return Case(
            about=agreement.id,
            origin=agreement.origin,
            claim=claim,
            layer=Layer.COUNTS,
            step_seconds=self.step,
            series=tuple(
                shown
                for one, lived in zip(self.sums.examples, phases, strict=True)
                for shown in count_up((Counter(one.series, good=True, bad=False),), lived)
            ),
            checks=checks,
        )
