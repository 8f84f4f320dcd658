"""What the exporter shows of processes: cases, times and overruns by step, and whose they are."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import CaseValue, MethodValue, StepOutcomeValue, TimeValue
from truegreen_exporters.again import Again
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.process.question import process_questions

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.process.question import ProcessQuestion
    from truegreen_exporters.process.view import StepTally
    from truegreen_telemetry.samples import SampleStore

__all__ = ["ShownProcesses"]

SECOND = 1_000_000


AGAIN_SECONDS = 30.0
"""Cases are followed anew once in so many seconds: each time it is through all of them."""
REST = 20.0
"""So many times as long as a look took, there is none: many cases are looked at more seldom."""


class ShownProcesses:
    """Asks about every process of a plan and shows the answers.

    Args:
        store: Holds the samples.
        plan: Whose processes.
    """

    def __init__(self, store: SampleStore, plan: Plan) -> None:
        self._cases = store.gauge(names.STEP_CASES)
        self._reworked = store.gauge(names.STEP_REWORKED)
        self._time = store.gauge(names.STEP_TIME)
        self._overrun = store.gauge(names.STEP_OVERRUN_SHOWN)
        self._process = store.gauge(names.PROCESS_CASES)
        self._whole = store.gauge(names.PROCESS_OVERRUN_SHOWN)
        self._share = store.gauge(names.OVERRUN_SHARE_SHOWN)
        self._nobody = store.gauge(names.OVERRUN_UNATTRIBUTED_SHOWN)
        self._unknown = store.gauge(names.UNKNOWN_VISITS)
        self._asked = process_questions(plan)
        self._again = Again(AGAIN_SECONDS)
        self._clear()

    def show(self, engine: Engine, at: datetime) -> dict[str, tuple[str, ...]]:
        """Show them as seen from a moment, where that is due; return why some could not be."""
        if not self._again.due(at):
            return {}
        faults: dict[str, tuple[str, ...]] = {}
        begun = time.process_time()
        self._clear()
        for question in self._asked:
            faults[_id(question)] = ()
            try:
                self._show(engine, question, at)
            except CountError as error:
                faults[_id(question)] = (str(error),)
        self._again.hold(max(AGAIN_SECONDS, REST * (time.process_time() - begun)))
        return faults

    @property
    def ids(self) -> frozenset[str]:
        """What each process is called where something is said about it."""
        return frozenset(map(_id, self._asked))

    def _clear(self) -> None:
        for family in (
            *(self._cases, self._reworked, self._time, self._overrun, self._process),
            *(self._whole, self._share, self._nobody, self._unknown),
        ):
            family.clear()

    def _show(self, engine: Engine, question: ProcessQuestion, at: datetime) -> None:
        view = engine.process(question, at)
        spans = question.spans(at)
        steps, cases = view.steps(spans), view.cases(spans)
        overruns = {method: view.overruns(spans, method) for method in question.process.methods}
        unknown = view.unknown_visits()
        # All answers are there: what is shown is whole.
        for step in question.steps:
            for window, tally in steps[step.name].items():
                self._show_step((question.service, step.name, step.vendor), window, tally)
        for window, counts in cases.items():
            for state, count in zip(CaseValue, counts, strict=True):
                self._process.child(question.service, state, window).set(count)
        for method, by_window in overruns.items():
            for window, found in by_window.items():
                self._show_overruns(method, window, found)
        self._unknown.child(question.service).set(unknown)

    def _show_step(self, step: tuple[str, str, str], window: str, tally: StepTally) -> None:
        for outcome in StepOutcomeValue:
            self._cases.child(*step, outcome, window).set(tally.outcomes[outcome])
        self._reworked.child(*step, window).set(tally.reworked)
        self._time.child(*step, TimeValue.WORKING, window).set(tally.worked / SECOND)
        self._time.child(*step, TimeValue.WAITING, window).set(tally.waited / SECOND)
        self._overrun.child(*step, window).set(tally.overrun / SECOND)

    def _show_overruns(self, method: MethodValue, window: str, found: Overruns) -> None:
        self._whole.child(found.service, window).set(found.overrun / SECOND)
        for share in found.shares:
            labels = (found.service, share.step, share.vendor, method, window)
            self._share.child(*labels).set(share.microseconds / SECOND)
        nobody = self._nobody.child(found.service, method, window)
        nobody.set(found.unattributed / SECOND)


def _id(question: ProcessQuestion) -> str:
    return f"process of {question.service}"
