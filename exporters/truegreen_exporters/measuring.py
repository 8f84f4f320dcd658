"""Measures every measure of a plan, closes its periods, and shows both.

As with counts (`counting`), a `prev_` window shows its running value until the period is frozen,
and from then on the frozen one; what is known now stands beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.closing.values import ClosedValues
from truegreen_exporters.engines.engine import CountError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Measurement, Plan
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.value_question import ValueQuestion
    from truegreen_exporters.exported.parts import Exported
    from truegreen_exporters.store.changes import Changes
    from truegreen_exporters.store.value_ledger import ValueLedger

__all__ = ["Measuring"]

Faults = dict[str, tuple[str, ...]]


class Measuring:
    """What is measured of a plan.

    Args:
        plan: Its policy says when periods close.
        measures: Its measures, with what to ask.
        engine: Measures.
        changes: Tells how often tables have changed; None where nothing closes.
        ledger: The closed periods.
        exported: What is shown.
    """

    def __init__(
        self,
        plan: Plan,
        measures: Sequence[tuple[Measurement, ValueQuestion]],
        *,
        engine: Engines,
        changes: Changes | None,
        ledger: ValueLedger,
        exported: Exported,
    ) -> None:
        self._measures = measures
        self._engine = engine
        self._exported = exported
        self._closed = ClosedValues(plan, measures, engine=engine, changes=changes, ledger=ledger)

    def show(self, at: datetime, now: datetime, sound: Collection[str]) -> Faults:
        """Close what is due, measure as seen from a moment, show both; return what failed.

        Args:
            at: The moment.
            now: The present, or that moment where it is earlier: nothing closes before its time.
            sound: Tables all of whose sources have been read; periods of others do not close.
        """
        faults = self._closed.settle(sound, now)
        for measurement, question in self._measures:
            faults[f"measure {measurement.id}"] = self._show(measurement, question, at)
        return faults

    def _show(
        self, measurement: Measurement, question: ValueQuestion, at: datetime
    ) -> tuple[str, ...]:
        """Show a measure; return why it cannot be."""
        try:
            found = self._engine.values_at(question, at)
        except CountError as error:
            self._exported.no_values(measurement, question.labels)
            return (str(error),)
        for window, frozen, latest in self._closed.shown(measurement, question.zone, at):
            if frozen is not None:
                found[window] = frozen.valued
            restated = None if latest is None else latest.valued
            self._exported.value_period(measurement, window, restated)
        total = self._closed.restated.get(measurement.id, 0)
        self._exported.value_restatements(measurement, total)
        self._exported.values(measurement, found)
        return ()
