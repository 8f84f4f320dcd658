"""Closes the periods of measures: freezes their values, and shows what corrections make of them.

A measure's period freezes as an agreement's does (see `closing`): once, `max(lateness, maturity)`
after its end, when all its sources could be read. Values do not add up, so they are not kept up
row by row: the watched periods of a measure are measured again when rows of its tables came,
went or were corrected, once a minute at most, and otherwise now and then, for rows that stand
where nobody tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_exporters.closing.known import KnownPeriods
from truegreen_exporters.closing.turning import judged_units, settling_seconds, watched
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store import StoreError
from truegreen_exporters.store.value_ledger import ValueEntry, values_digest
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Measurement, Plan
    from truegreen_exporters.closing.turning import Turning
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion
    from truegreen_exporters.store.changes import Changes
    from truegreen_exporters.store.value_ledger import ValueLedger
    from truegreen_exporters.windows.periods import Period

__all__ = ["ClosedValues"]

MINUTE_SECONDS = 60.0
AGAIN_SECONDS = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closing:
    """The periods of a measure that close.

    Attributes:
        question: What is measured; its windows play no part.
        tables: Whose rows it is made of.
    """

    measure: str
    question: ValueQuestion
    turning: Turning
    tables: frozenset[str]
    definition: str


@dataclass(frozen=True, slots=True)
class _Look:
    """When the periods of a measure were measured last, and what of.

    Attributes:
        at: In Unix seconds.
        turns: How often its tables had changed.
        periods: Those that were watched.
    """

    at: float
    turns: int
    periods: tuple[Period, ...]

    def holds(self, now: _Look) -> bool:
        """Return whether what was measured then needs no other look."""
        wait = AGAIN_SECONDS if self.turns == now.turns else MINUTE_SECONDS
        return self.periods == now.periods and 0 <= now.at - self.at < wait


class ClosedValues:
    """The closed periods of a plan's measures.

    Attributes:
        frozen: The frozen value of each period.
        latest: Its newest revision.
        restated: How many restatements each measure has had.

    Args:
        plan: Its policy says when periods close.
        measures: Its measures, with what to ask.
        engine: Measures.
        changes: Tells how often tables have changed; None where nothing closes.
        ledger: Where entries stand.
    """

    def __init__(
        self,
        plan: Plan,
        measures: Sequence[tuple[Measurement, ValueQuestion]],
        *,
        engine: Engine,
        changes: Changes | None,
        ledger: ValueLedger,
    ) -> None:
        self._engine = engine
        self._changes = changes
        self._ledger = ledger
        self._closings = tuple(_closings(plan, measures))
        self._looks: dict[str, _Look] = {}
        self._known = KnownPeriods(ledger.entries())
        self.restated = self._known.restatements()

    def settle(self, sound: Collection[str], now: datetime) -> dict[str, tuple[str, ...]]:
        """Freeze and restate what is new; return what failed, by what it is about.

        Args:
            sound: Tables whose sources could all be read.
            now: The present.
        """
        faults: dict[str, tuple[str, ...]] = {}
        entries: list[ValueEntry] = []
        for one in self._closings:
            if self._changes is None or not one.tables <= frozenset(sound):
                continue
            periods = watched(one.turning, now)
            look = _Look(now.timestamp(), self._changes.turns(one.tables), periods)
            before = self._looks.get(one.measure)
            if before is not None and before.holds(look):
                continue
            what = f"closed periods of measure {one.measure}"
            try:
                entries += self._entries(one, periods, now)
            except CountError as error:
                faults[what] = (str(error),)
            else:
                faults[what] = ()
                self._looks[one.measure] = look
        try:
            self._ledger.write(entries)
        except StoreError as error:
            self._looks.clear()  # they are measured again
            return faults | {"closed periods of measures": (str(error),)}
        if entries:
            self._known.take(entries)
            self.restated = self._known.restatements()
        return faults | {"closed periods of measures": ()}

    def shown(
        self, measurement: Measurement, zone: str, at: datetime
    ) -> Iterator[tuple[str, ValueEntry | None, ValueEntry | None]]:
        """Yield (window, its frozen value, its newest) of each closed window seen from a moment."""
        known = self._known
        for counted in measurement.windows:
            if counted.window.previous:
                (period,) = closed_before(at, counted.window.unit, zone, 1)
                key = (measurement.id, zone, period.label)
                yield counted.window.label, known.frozen.get(key), known.latest.get(key)

    def _entries(self, one: _Closing, periods: Sequence[Period], now: datetime) -> list[ValueEntry]:
        if not periods:
            return []
        spans = tuple((p.label, (microseconds(p.start), microseconds(p.end))) for p in periods)
        found = self._engine.values_at(replace(one.question, fixed=spans), now)
        measured = [
            _entry(one, period, found[period.label], microseconds(now))
            for period in sorted(periods, key=lambda period: period.start)
        ]
        return list(self._known.news(measured))


def _closings(
    plan: Plan, measures: Sequence[tuple[Measurement, ValueQuestion]]
) -> Iterator[_Closing]:
    units = judged_units(plan)
    kept = {table.name: table.keep_seconds for table in plan.tables}
    for measurement, question in measures:
        wanted = {window.unit for window in question.windows if window.unit}
        wanted |= set(units.get(measurement.service, ()))
        values = question.values
        tables = {values.table}
        if values.over is not None:
            tables.add(values.over.table)
        if values.elapsed is not None and values.elapsed.pauses is not None:
            tables.add(values.elapsed.pauses.table)
        settling = settling_seconds(plan, values.mature_after_seconds)
        keeping = min((seconds for table in tables if (seconds := kept[table])), default=0)
        if wanted:
            yield _Closing(
                measure=measurement.id,
                question=replace(question, windows=()),
                turning=(question.zone, tuple(sorted(wanted)), settling, keeping),
                tables=frozenset(tables),
                definition=values_digest(values),
            )


def _entry(one: _Closing, period: Period, valued: Valued, known: int) -> ValueEntry:
    numerator, denominator = valued.numerator, valued.denominator
    return ValueEntry(
        measure=one.measure,
        zone=one.turning[0],
        period=period.label,
        revision=0,
        start=microseconds(period.start),
        end=microseconds(period.end),
        value=valued.value,
        lower=valued.lower,
        upper=valued.upper,
        total=valued.total,
        pending=valued.pending,
        excluded=valued.excluded,
        numerator=None if numerator is None else str(numerator),
        denominator=None if denominator is None else str(denominator),
        known=known,
        definition=one.definition,
    )
