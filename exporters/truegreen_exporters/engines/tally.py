"""Counts that are kept up to date: a cycle costs what has changed, not what there is.

The first counting, and the one after anything unusual, goes over all rows, in one pass for all
questions about a table. From then on a count changes in two ways only, and both are counted
exactly:

- a row came, went or was corrected: `Changes` has it as it was and as it is, and it counts by
  the windows as they were seen before;
- time went on: the rows over which an edge of a window, or of ripeness, has moved since.

So there are no buckets to go stale, no edge of an hour to count twice, and nothing to lose: the
sums are in memory, are built again at the next start, and at any time equal a full count.

Source: incremental view maintenance by signed deltas (Gupta and Mumick, 1993).
"""

from __future__ import annotations

import gc
from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from truegreen_exporters.engines.advance import Advance
from truegreen_exporters.engines.ahead import AHEAD_SECONDS, MOST_AHEAD, Ahead, NearRow
from truegreen_exporters.engines.arrivals import Arrivals
from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.pass_sql import counted, moved, near
from truegreen_exporters.engines.pass_sql import failing as failing_of
from truegreen_exporters.engines.passes import COUNTS, Asked, passes
from truegreen_exporters.engines.strips import effects_of, strips_of
from truegreen_exporters.engines.sums import Choice, Sums, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.advance import Block
    from truegreen_exporters.engines.passes import Pass, Slots
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.sql_engine import SqlEngine
    from truegreen_exporters.engines.strips import Effects
    from truegreen_exporters.engines.sums import Addend
    from truegreen_exporters.store.changes import Changes

__all__ = ["Tally"]


class Tally:
    """Answers many questions again and again.

    Args:
        engine: Counts rows.
        changes: Tells what came and went; None where nobody does, so that all is always counted.
        questions: What is asked.
    """

    def __init__(
        self, engine: SqlEngine, changes: Changes | None, questions: Sequence[Question]
    ) -> None:
        self._engine = engine
        self._changes = changes
        self._kept = [_Kept(engine, one) for one in passes(questions)]
        self._apart = [
            Asked(place, one, 0) for place, one in enumerate(questions) if not one.additive
        ]
        self._tables = tuple(sorted({kept.one.table for kept in self._kept}))
        if changes is not None:
            changes.watch(self._tables)

    def advance(self, at: datetime) -> Advance:
        """Return what is new since the last time, as seen from a moment.

        Raises:
            Interrupted: Another thread asked for it; the next counting is a full one.
        """
        found = Advance()
        arrivals = None
        if self._changes is not None:
            kept_passes = [kept.one for kept in self._kept]
            arrivals = Arrivals(self._engine, self._changes, kept_passes)
        collecting = gc.isenabled()
        gc.disable()  # what is made here is kept: walking it again and again would find nothing
        try:
            for kept in tuple(self._kept):
                try:
                    found.blocks.extend(kept.advance(at, arrivals))
                except UnreachableError:
                    raise
                except CountError:
                    self._kept.remove(kept)
                    found.blocks.extend(self._without_the_failing(kept.one, at))
            self._ask_apart(at, found)
        except BaseException:
            for kept in self._kept:
                kept.forget()
            raise
        finally:
            if collecting:
                gc.enable()
        if self._changes is not None:
            for table in self._tables:
                self._changes.clear(table)
        return found

    def _without_the_failing(self, one: Pass, at: datetime) -> list[Block]:
        """Go on without the services on whose rows an expression fails; each is asked alone."""
        try:
            failing = {service for (service,) in self._engine.fetch(one.zone, failing_of(one))}
        except CountError:
            failing = set()
        sound = tuple(asked for asked in one.asked if asked.question.service not in failing)
        if failing and sound:
            services = tuple(sorted({asked.question.service for asked in sound}))
            kept = _Kept(self._engine, replace(one, asked=sound, services=services))
            try:
                found = kept.advance(at, None)
            except CountError:
                sound = ()
            else:
                self._kept.append(kept)
                self._apart += [asked for asked in one.asked if asked not in sound]
                return found
        self._apart += one.asked
        return []

    def _ask_apart(self, at: datetime, found: Advance) -> None:
        for asked in self._apart:
            try:
                found.alone[asked.place] = self._engine.parts_at(asked.question, at)
            except UnreachableError:
                raise
            except CountError as error:
                found.failed[asked.place] = str(error)


class _Kept:
    """A pass and the sums of its questions."""

    def __init__(self, engine: SqlEngine, one: Pass) -> None:
        self._engine = engine
        self.one = one
        self._slots: Slots | None = None
        self._ahead: Ahead | None = None
        choices: dict[tuple[int, ...], Choice] = {}
        self._sums = {
            service: grouped(one, asked, choices) for service, asked in one.by_service.items()
        }

    def forget(self) -> None:
        """Count all rows the next time."""
        self._slots = None

    def advance(self, at: datetime, arrivals: Arrivals | None) -> list[Block]:
        """Return the sums of which something is new."""
        slots = self.one.slots(at)
        before, self._slots = self._slots, None  # if it fails, nothing is known
        if before is None or arrivals is None or not arrivals.known(self.one):
            found = self._count(slots)
        else:
            found = self._follow(before, slots, arrivals.of(self.one), at)
        self._slots = slots
        return found

    def _count(self, slots: Slots) -> list[Block]:
        one, self._ahead = self.one, None
        rows = self._engine.within(one.table, one.at, (slots.edges[0], slots.edges[-1]))
        query = counted(one, rows, slots.edges)
        cells = ((row[0], row[1], row[2:]) for row in self._engine.fetch(one.zone, query))
        width = COUNTS * len(one.indicators)
        running = slots.running(cells, width)
        nothing = [[0] * (len(slots.edges) + 1)] * width
        found = []
        for service, groups in self._sums.items():
            counts = running.get(service, nothing)
            for sums in groups:
                sums.count(slots.places[sums.shape], counts)
                found.append(sums.news())
        return found

    def _follow(
        self, before: Slots, now: Slots, arrived: Sequence[NearRow], at: datetime
    ) -> list[Block]:
        one, strips = self.one, strips_of(before, now)
        if not strips and not arrived:
            return []
        fresh = bool(strips) and (self._ahead is None or not self._ahead.lasts(at))
        if fresh:
            self._ahead = self._read_ahead(before, at)
        ahead = self._ahead or Ahead((), (), at, at)
        if not fresh:  # what was read just now has them
            ahead.note(arrived)
        counts = _Counting(self._sums, before, now)
        counts.take(0, arrived)
        asked = [strip for strip in strips if not ahead.knows(strip)]
        if asked:
            query = moved(one, asked, counts.edges)
            for service, slot, rows, *holds in self._engine.fetch(one.zone, query):
                counts.add(1, service, slot, rows, tuple(holds))
        for strip in strips:
            if ahead.knows(strip):
                counts.take(1, ahead.passed(strip))
        return [sums.news() for sums in counts.changed]

    def _read_ahead(self, before: Slots, at: datetime) -> Ahead:
        """Return the rows near the edges, but those of a calendar's edge that leaps."""
        one, until = self.one, at + timedelta(seconds=AHEAD_SECONDS)
        longest = 2 * AHEAD_SECONDS * 1_000_000
        passed = strips_of(before, one.slots(until))
        spans = tuple(span for span in passed if span[1] - span[0] <= longest)
        rows = self._engine.fetch(one.zone, near(one, spans, MOST_AHEAD + 1)) if spans else []
        if len(rows) > MOST_AHEAD:
            return Ahead((), (), at, until)
        return Ahead(
            spans, (NearRow(time, who, 1, tuple(holds)) for time, who, *holds in rows), at, until
        )


class _Counting:
    """Adds rows to the sums they count in, between two looks at a pass.

    Attributes:
        edges: Of the windows as they were and as they are.
        changed: The sums that are no longer what they were, in the order in which that came about.
    """

    def __init__(self, sums: Mapping[str, Sequence[Sums]], before: Slots, now: Slots) -> None:
        self.edges = sorted({*before.edges, *now.edges})
        self.changed: dict[Sums, None] = {}
        self._sums = sums
        self._shapes = [(shape, now.shapes[key]) for key, shape in before.shapes.items()]
        self._effects: dict[tuple[int, int], list[Effects]] = {}
        self._known: dict[tuple[object, ...], Addend] = {}

    def take(self, kind: int, rows: Iterable[NearRow]) -> None:
        """Count rows of a kind; see `effects_of`."""
        edges = self.edges
        for time, service, number, holds in rows:
            self.add(kind, service, bisect_right(edges, time) - 1, number, holds)

    def add(self, kind: int, service: str, slot: int, rows: int, holds: tuple[bool, ...]) -> None:
        """Count rows of a kind in a slot."""
        effects = self._effects.get((kind, slot))
        if effects is None:
            effects = self._effects[kind, slot] = self._effects_in(kind, slot)
        if not effects:
            return
        for sums in self._sums.get(service, ()):
            key = sums.choice, sums.turn, kind, slot, holds
            addend = self._known.get(key)
            if addend is None:
                addend = self._known[key] = sums.choice.addend(effects[sums.turn], holds)
            if addend.cells:
                sums.add(addend, rows)
                self.changed[sums] = None

    def _effects_in(self, kind: int, slot: int) -> list[Effects]:
        """Return the effects by shape; nothing where there are none, as before all edges."""
        if slot < 0:
            return []
        found = [effects_of(was, now, self.edges[slot])[kind] for was, now in self._shapes]
        return found if any(found) else []
