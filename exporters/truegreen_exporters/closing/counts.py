"""Closes periods: freezes the parts of a week, month, quarter or year once it cannot change.

A period freezes when it cannot change any more by what was promised (`turning`), and only when
all sources of its table could be read. It is frozen once; a row that comes or is corrected still
later makes a restatement (`known`), and both numbers stay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_exporters.closing.known import KnownPeriods
from truegreen_exporters.closing.turning import judged_units, settling_seconds, watched
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.store.ledger import Entry, definition_digest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.closing.turning import Turning
    from truegreen_exporters.engines.question import Parts, Question
    from truegreen_exporters.store.ledger import Ledger
    from truegreen_exporters.windows.periods import Period

__all__ = ["Closing", "Closings", "closings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The periods of an agreement that close in a zone.

    Attributes:
        question: What is counted; its windows play no part.
        units: Such as `month`.
        settling_seconds: How long after its end a period is frozen.
        kept_seconds: How long its rows are kept; 0 for ever.
    """

    agreement: str
    question: Question
    zone: str
    units: tuple[str, ...]
    settling_seconds: int
    kept_seconds: int
    definition: str

    @property
    def turning(self) -> Turning:
        """What says which periods are watched: many agreements share it."""
        return self.zone, self.units, self.settling_seconds, self.kept_seconds

    def watched(self, at: datetime) -> tuple[Period, ...]:
        """Return the periods that are closed at a moment, and still watched."""
        return watched(self.turning, at)


def closings(plan: Plan, questions: Sequence[tuple[Agreement, Question]]) -> tuple[Closing, ...]:
    """Return what closes: calendar windows of a service in its zone, and contracts in theirs.

    What one agreement of a service is judged by, all are, so that the service can be.
    """
    by_contract: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for contract in plan.contracts:
        named = {measure.agreement for measure in contract.measures}
        named |= {minimum.agreement for minimum in contract.significant_minimums}
        for service in {agreement.partition("/")[0] for agreement in named}:
            by_contract[service].add((contract.zone, contract.period))
    units = judged_units(plan)
    kept = {table.name: table.keep_seconds for table in plan.tables}
    found: list[Closing] = []
    for agreement, question in questions:
        wanted = {(question.zone, window.unit) for window in question.windows if window.unit}
        wanted |= {(question.zone, unit) for unit in units.get(agreement.service, ())}
        wanted |= by_contract[agreement.service]
        found.extend(
            Closing(
                agreement=agreement.id,
                question=replace(question, windows=()),
                zone=zone,
                units=tuple(sorted(unit for where, unit in wanted if where == zone)),
                settling_seconds=settling_seconds(plan, question.records.mature_after_seconds),
                kept_seconds=kept[question.records.table] or 0,
                definition=definition_digest(question.records),
            )
            for zone in sorted({zone for zone, _ in wanted})
        )
    return tuple(found)


class Closings:
    """Keeps the ledger of a plan's closed periods.

    Attributes:
        known: What the ledger has.

    Args:
        ledger: Where entries stand.
        found: What closes.
    """

    def __init__(self, ledger: Ledger, found: Sequence[Closing]) -> None:
        self._ledger = ledger
        self._closings = tuple(found)
        self.known = KnownPeriods(ledger.entries())
        self._watched: dict[Turning, tuple[Period, ...]] = {}
        self._open: dict[int, dict[str, Parts]] = {}

    def moved(self, at: datetime) -> bool:
        """Return whether other periods are watched than before, and watch them."""
        turning = {one.turning: one for one in self._closings}
        watched = {key: one.watched(at) for key, one in turning.items()}
        if watched == self._watched:
            return False
        self._watched = watched
        self._open.clear()  # what was noted is of other periods
        return True

    @property
    def questions(self) -> list[Question]:
        """What is asked to watch those periods, one question for each closing."""
        spans = {
            key: tuple(
                (period.label, (microseconds(period.start), microseconds(period.end)))
                for period in periods
            )
            for key, periods in self._watched.items()
        }
        return [replace(one.question, fixed=spans[one.turning]) for one in self._closings]

    def note(self, place: int, parts: dict[str, Parts]) -> None:
        """Take the parts of a closing's periods, by its place; the next `settle` looks at them."""
        self._open[place] = parts

    def forget(self, place: int) -> None:
        """Take back what was noted of a closing: it cannot be counted now."""
        self._open.pop(place, None)

    def settle(self, sound: Collection[str], now: datetime) -> frozenset[str]:
        """Freeze and restate what is new; return the agreements of which something is.

        Args:
            sound: Tables whose sources could all be read.
            now: The present.

        Raises:
            StoreError: The ledger cannot be written; nothing was.
        """
        entries: list[Entry] = []
        looked = []
        for place, parts in self._open.items():
            one = self._closings[place]
            if one.question.records.table in sound:
                entries += self._entries(one, parts, microseconds(now))
                looked.append(place)
        self._ledger.write(entries)
        self.known.take(entries)
        for place in looked:
            del self._open[place]
        return frozenset(entry.agreement for entry in entries)

    def _entries(self, one: Closing, parts: dict[str, Parts], known: int) -> Iterator[Entry]:
        periods = sorted(self._watched[one.turning], key=lambda period: period.start)
        counted = [_entry(one, period, parts[period.label], known) for period in periods]
        return self.known.news(counted)


def _entry(one: Closing, period: Period, parts: Parts, known: int) -> Entry:
    return Entry(
        agreement=one.agreement,
        zone=one.zone,
        period=period.label,
        revision=0,
        start=microseconds(period.start),
        end=microseconds(period.end),
        good=parts.good,
        total=parts.total,
        pending=parts.pending,
        excluded=parts.excluded,
        known=known,
        definition=one.definition,
    )
