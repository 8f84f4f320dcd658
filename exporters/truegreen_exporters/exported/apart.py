"""What the exporter shows beside the whole: strata of agreements and measures, and exclusions.

Every cycle asks anew: there are few of them, as the definitions list every value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions import names
from truegreen_exporters.engines.apart import reasons, strata
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.question import Question

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Measurement
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.value_question import ValueQuestion
    from truegreen_telemetry.samples import GaugeFamily, SampleStore

__all__ = ["ShownApart"]

_Asked: TypeAlias = "Question | ValueQuestion"


@dataclass(frozen=True, slots=True)
class _Part:
    """A question about some of the rows.

    Attributes:
        what: Id of the agreement or measure.
        labels: Label values before those that say what is counted.
        money: Currency; None where events are counted.
    """

    what: str
    labels: tuple[str, ...]
    question: _Asked
    money: str | None = None


class ShownApart:
    """Asks for strata and for reasons of exclusion, and shows the answers."""

    def __init__(self, store: SampleStore) -> None:
        self._events = store.gauge(names.STRATUM_EVENTS)
        self._values = store.gauge(names.STRATUM_VALUE)
        self._excluded = store.gauge(names.WINDOW_EXCLUDED)
        self._strata: tuple[_Part, ...] = ()
        self._reasons: tuple[_Part, ...] = ()

    def adopt(
        self,
        agreements: Sequence[tuple[Agreement, Question]],
        measures: Sequence[tuple[Measurement, ValueQuestion]],
    ) -> None:
        """Ask for these from now on, and show nothing of others."""
        for family in (self._events, self._values, self._excluded):
            family.clear()
        self._strata = (*_strata_of_agreements(agreements), *_strata_of_measures(measures))
        self._reasons = (*_reasons_of_agreements(agreements), *_reasons_of_measures(measures))

    def show(self, engine: Engines, at: datetime, without: Collection[str] = ()) -> dict[str, str]:
        """Show them as seen from a moment; return why some could not be, by id.

        Args:
            engine: Answers.
            at: The moment.
            without: Ids of agreements and measures that fail as a whole, and are not asked for.
        """
        failed: dict[str, str] = {}
        for family in (self._events, self._values, self._excluded):
            family.clear()
        for parts, shown in ((self._strata, self._show_stratum), (self._reasons, self._show_out)):
            for one in parts:
                if one.what in without:
                    continue
                try:
                    shown(engine, one, at)
                except CountError as error:
                    failed[one.what] = str(error)
        return failed

    def _show_stratum(self, engine: Engines, one: _Part, at: datetime) -> None:
        if isinstance(one.question, Question):
            for window, parts in engine.parts_at(one.question, at).items():
                for part in names.PartValue:
                    self._events.child(*one.labels, part, window).set(getattr(parts, part))
            return
        for window, found in engine.values_at(one.question, at).items():
            if found.value is not None:
                self._values.child(*one.labels, window, one.money or "").set(found.value)

    def _show_out(self, engine: Engines, one: _Part, at: datetime) -> None:
        family: GaugeFamily = self._excluded
        if isinstance(one.question, Question):
            for window, parts in engine.parts_at(one.question, at).items():
                family.child(*one.labels, window).set(parts.total + parts.pending)
            return
        for window, found in engine.values_at(one.question, at).items():
            family.child(*one.labels, window).set(found.total + found.pending)


def _strata_of_agreements(asked: Sequence[tuple[Agreement, Question]]) -> Iterator[_Part]:
    for agreement, question in asked:
        who = (agreement.service, agreement.name, agreement.kind)
        for column, value, records in strata(question.records):
            only = replace(question, records=records)
            yield _Part(f"agreement {agreement.id}", (*who, column, value), only)


def _strata_of_measures(asked: Sequence[tuple[Measurement, ValueQuestion]]) -> Iterator[_Part]:
    for measurement, question in asked:
        currency = measurement.parts.currency
        for column, value, values in strata(question.values):
            only = replace(question, values=values)
            labels = (*_who(measurement), column, value)
            yield _Part(f"measure {measurement.id}", labels, only, currency)


def _reasons_of_agreements(asked: Sequence[tuple[Agreement, Question]]) -> Iterator[_Part]:
    for agreement, question in asked:
        who = (agreement.service, agreement.name, agreement.kind, "")
        for reason, records in reasons(question.records):
            only = replace(question, records=records)
            yield _Part(f"agreement {agreement.id}", (*who, reason), only)


def _reasons_of_measures(asked: Sequence[tuple[Measurement, ValueQuestion]]) -> Iterator[_Part]:
    for measurement, question in asked:
        for reason, values in reasons(question.values):
            only = replace(question, values=values)
            yield _Part(f"measure {measurement.id}", (*_who(measurement), reason), only)


def _who(measurement: Measurement) -> tuple[str, str, str, str]:
    if measurement.bound is not None:
        return measurement.service, measurement.name, measurement.kind, ""
    return measurement.service, "", "", measurement.name
