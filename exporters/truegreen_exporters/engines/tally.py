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
from itertools import chain
from typing import TYPE_CHECKING

from truegreen_exporters.engines.advance import Advance
from truegreen_exporters.engines.ahead import AHEAD_SECONDS, MOST_AHEAD, Ahead, NearRow
from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.pass_sql import counted, moved, near
from truegreen_exporters.engines.pass_sql import failing as failing_of
from truegreen_exporters.engines.passes import COUNTS, Asked, passes
from truegreen_exporters.engines.strips import effects_of, strips_of
from truegreen_exporters.engines.sums import Choice, Sums, grouped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.advance import Block
    from truegreen_exporters.engines.passes import Pass, Slots
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.sql_engine import SqlEngine
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
        collecting = gc.isenabled()
        gc.disable()  # what is made here is kept: walking it again and again would find nothing
        try:
            for kept in tuple(self._kept):
                try:
                    found.blocks.extend(kept.advance(at, self._changes))
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

    def advance(self, at: datetime, changes: Changes | None) -> list[Block]:
        """Return the sums of which something is new."""
        slots = self.one.slots(at)
        before, self._slots = self._slots, None  # if it fails, nothing is known
        if before is None or changes is None or not changes.known(self.one.table):
            found = self._count(slots)
        else:
            found = self._follow(before, slots, changes, at)
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

    def _follow(self, before: Slots, now: Slots, changes: Changes, at: datetime) -> list[Block]:
        one = self.one
        strips, unchanged = strips_of(before, now), changes.empty(one.table)
        if not strips and unchanged:
            return []
        fresh = bool(strips) and (self._ahead is None or not self._ahead.lasts(at))
        if fresh:
            self._ahead = self._read_ahead(before, at)
        ahead = self._ahead or Ahead((), (), at, at)
        edges = sorted({*before.edges, *now.edges, *chain.from_iterable(ahead.spans)})
        counts = _Counting(self._sums, before, now, edges)
        asked = [strip for strip in strips if not ahead.knows(strip)]
        if asked or not unchanged:
            query = moved(one, changes.relation(one.table), asked, edges, ahead.spans)
            news = []
            for kind, service, slot, time, rows, *masks in self._engine.fetch(one.zone, query):
                held = tuple(masks)
                counts.take(kind, service, slot, rows, held)
                if time is not None:
                    news.append(NearRow(time, service, rows, held))
            if news and not fresh:  # what was read just now has them
                ahead.note(news)
        for strip in strips:
            if ahead.knows(strip):
                for row in ahead.passed(strip):
                    slot = bisect_right(edges, row.time) - 1
                    counts.take(1, row.service, slot, row.rows, row.masks)
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
            spans, (NearRow(time, who, n, tuple(held)) for time, who, n, *held in rows), at, until
        )


class _Counting:
    """Adds rows to the sums they count in, between two looks at a pass."""

    def __init__(
        self,
        sums: Mapping[str, Sequence[Sums]],
        before: Slots,
        now: Slots,
        edges: Sequence[int],
    ) -> None:
        self.changed: dict[Sums, None] = {}
        self._sums = sums
        self._effects = [
            effects_of(shape, now.shapes[key], edges) for key, shape in before.shapes.items()
        ]

    def take(self, kind: int, service: str, slot: int, rows: int, masks: tuple[int, ...]) -> None:
        """Count rows of a kind in a slot; see `effects_of`."""
        for sums in self._sums.get(service, ()):
            matters = self._effects[sums.turn][kind][slot]
            if rows and (matters[0] or matters[1]):
                counted = sums.choice.counted(masks)
                if counted.touched:
                    sums.add(matters, rows, counted)
                    self.changed[sums] = None
