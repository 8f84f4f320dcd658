"""Counts every agreement of a plan, closes its periods, and shows both.

A `prev_` window shows its running count until the period is frozen, and from then on the frozen
number, whatever comes later: what was reported stays what is shown. What is known now stands
beside it in a series of its own, and equals it until somebody corrects a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.closing.counts import Closings, closings
from truegreen_exporters.engines.question import Parts
from truegreen_exporters.engines.tallies import Tallies
from truegreen_exporters.store import StoreError
from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.engines.engines import Engines
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.exported.parts import Exported
    from truegreen_exporters.store.changes import Changes
    from truegreen_exporters.store.ledger import Entry, Key, Ledger

__all__ = ["Counting"]

Faults = dict[str, tuple[str, ...]]


class Counting:
    """What is counted of a plan.

    Args:
        plan: Its policy and contracts say when periods close.
        questions: Its agreements, with what to count.
        engine: Counts.
        changes: What came and went in the store; None to count all rows every time.
        ledger: The closed periods.
        exported: What is shown.
    """

    def __init__(
        self,
        plan: Plan,
        questions: Sequence[tuple[Agreement, Question]],
        *,
        engine: Engines,
        changes: Changes | None,
        ledger: Ledger,
        exported: Exported,
    ) -> None:
        self._questions = tuple(questions)
        self._engine = engine
        self._changes = changes
        self._exported = exported
        found = closings(plan, questions)
        self._closings = Closings(ledger, found)
        self._closing_ids = frozenset(one.agreement for one in found)
        self._tally: Tallies | None = None
        self._last: dict[tuple[str, str], str] = {}
        self._parts: dict[int, dict[str, Parts]] = {}
        self._with_previous = tuple(
            place
            for place, (_, question) in enumerate(self._questions)
            if any(window.previous for window in question.windows)
        )
        self._kept = frozenset(self._with_previous)
        self._agreements = tuple(agreement for agreement, _ in self._questions)
        self._failing = set(range(len(self._agreements)))  # as far as is known
        self._show_restatements(self._closing_ids)

    @property
    def frozen(self) -> Mapping[Key, Entry]:
        """The frozen number of each closed period; it grows as periods close."""
        return self._closings.known.frozen

    def show(self, at: datetime, now: datetime, sound: Collection[str]) -> Faults:
        """Count as seen from a moment, close what is due, show both; return what failed.

        Args:
            at: The moment.
            now: The present, or that moment where it is earlier: nothing closes before its time.
            sound: Tables all of whose sources have been read; periods of others do not close.
        """
        if self._closings.moved(now) or self._tally is None:
            asked = [question for _, question in self._questions]
            self._tally = Tallies(self._engine, self._changes, asked + self._closings.questions)
        found = self._tally.advance(at)
        told: set[int] = set(found.alone)
        again: set[int] = set()
        for block in found.blocks:
            if not self._failing.isdisjoint(block.places):
                told.update(block.places)
            if block.places[0] < len(self._questions) and block.places[0] not in self._kept:
                self._exported.counts(block, self._agreements)
            else:
                self._take(block.parts(), again)
        self._take(found.alone.items(), again)
        works = told & self._failing
        faults: Faults = {f"agreement {self._agreements[place].id}": () for place in works}
        self._failing -= works
        for place, why in found.failed.items():
            if place >= len(self._questions):
                self._closings.forget(place - len(self._questions))
                continue
            agreement, question = self._questions[place]
            self._exported.no_parts(agreement, question.labels)
            self._parts.pop(place, None)
            faults[f"agreement {agreement.id}"] = (why,)
            self._failing.add(place)
        faults |= self._settle(sound, now, again)
        self._show_previous(at, again)
        return faults

    def _take(self, counted: Iterable[tuple[int, dict[str, Parts]]], again: set[int]) -> None:
        """Show the parts of questions, or keep them to be shown with closed periods."""
        for place, parts in counted:
            if place >= len(self._questions):
                self._closings.note(place - len(self._questions), parts)
            elif place in self._kept:
                self._parts[place] = parts
                again.add(place)
            else:
                self._exported.parts(self._agreements[place], parts)

    def _settle(self, sound: Collection[str], now: datetime, again: set[int]) -> Faults:
        """Close what is due; add the places to show again."""
        try:
            touched = self._closings.settle(sound, now)
        except StoreError as error:
            return {"closed periods": (str(error),)}
        if touched:
            places = self._with_previous
            again.update(place for place in places if self._questions[place][0].id in touched)
            self._show_restatements(touched)
        return {"closed periods": ()}

    def _show_previous(self, at: datetime, again: set[int]) -> None:
        """Show the agreements that have a closed window, where anything of it is new."""
        last = {
            (question.zone, window.unit): ""
            for _, question in (self._questions[place] for place in self._with_previous)
            for window in question.windows
            if window.previous
        }
        for zone, unit in last:
            (period,) = closed_before(at, unit, zone, 1)
            last[zone, unit] = period.label
        if last != self._last:
            self._last = last
            again.update(self._with_previous)
        for place in again & self._parts.keys():
            agreement, question = self._questions[place]
            parts = dict(self._parts[place])
            for window in question.windows:
                if window.previous:
                    key = (agreement.id, question.zone, last[question.zone, window.unit])
                    frozen = self._closings.known.frozen.get(key)
                    if frozen is not None:
                        parts[window.label] = _parts(frozen)
                    latest = self._closings.known.latest.get(key)
                    restated = None if latest is None else _parts(latest)
                    self._exported.period(agreement, window.label, restated)
            self._exported.parts(agreement, parts)

    def _show_restatements(self, touched: Collection[str]) -> None:
        counts = self._closings.known.restatements()
        for agreement, _ in self._questions:
            if agreement.id in touched:
                self._exported.restatements(agreement, counts.get(agreement.id, 0))


def _parts(entry: Entry) -> Parts:
    good, total, pending, excluded = entry.counts
    return Parts(good=good, total=total, pending=pending, excluded=excluded)
