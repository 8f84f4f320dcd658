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
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.pass_sql import counted, moved
from truegreen_exporters.engines.pass_sql import failing as failing_of
from truegreen_exporters.engines.passes import COUNTS, Asked, passes, shape_of
from truegreen_exporters.engines.question import Parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.duckdb import DuckDbEngine
    from truegreen_exporters.engines.passes import Pass, Shape, Slots
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.store.changes import Changes

__all__ = ["Advance", "Tally"]

_PARTS = partial(tuple.__new__, Parts)  # half the time of `Parts._make`

_Effects: TypeAlias = "tuple[tuple[int, bool, int], ...]"


@dataclass(frozen=True, slots=True)
class Advance:
    """What a counting found.

    Attributes:
        parts: The parts of each question that have changed, by its place; all of them after a
            count of all rows.
        failed: Why a question cannot be counted, by its place.
    """

    parts: dict[int, dict[str, Parts]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


class Tally:
    """Answers many questions again and again.

    Args:
        engine: Counts rows.
        changes: Tells what came and went; None where nobody does, so that all is always counted.
        questions: What is asked.
    """

    def __init__(
        self, engine: DuckDbEngine, changes: Changes | None, questions: Sequence[Question]
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
                    found.parts.update(kept.advance(at, self._changes))
                except CountError:
                    self._kept.remove(kept)
                    found.parts.update(self._without_the_failing(kept.one, at))
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

    def _without_the_failing(self, one: Pass, at: datetime) -> dict[int, dict[str, Parts]]:
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
        return {}

    def _ask_apart(self, at: datetime, found: Advance) -> None:
        for asked in self._apart:
            try:
                found.parts[asked.place] = self._engine.parts_at(asked.question, at)
            except CountError as error:
                found.failed[asked.place] = str(error)


@dataclass(slots=True)
class _Sums:
    """A question of a pass, and its sums: (good, total, pending, excluded) of each window."""

    place: int
    indicator: int
    shape: tuple[object, ...]
    labels: tuple[str, ...]
    counts: list[list[int]] = field(default_factory=list)


class _Kept:
    """A pass and the sums of its questions."""

    def __init__(self, engine: DuckDbEngine, one: Pass) -> None:
        self._engine = engine
        self.one = one
        self._slots: Slots | None = None
        shapes: dict[tuple[object, ...], tuple[tuple[object, ...], tuple[str, ...]]] = {}
        self._sums: dict[str, list[_Sums]] = {}
        for service, questions in one.by_service.items():
            self._sums[service] = sums = []
            for asked in questions:
                key = shape_of(asked.question)
                # One object for each shape, so that the cycles compare no windows.
                shape, labels = shapes.setdefault(key, (key, asked.question.labels))
                sums.append(_Sums(asked.place, asked.indicator, shape, labels))

    def forget(self) -> None:
        """Count all rows the next time."""
        self._slots = None

    def advance(self, at: datetime, changes: Changes | None) -> dict[int, dict[str, Parts]]:
        """Return the parts that are new, by the place of their question."""
        slots = self.one.slots(at)
        before, self._slots = self._slots, None  # if it fails, nothing is known
        if before is None or changes is None or not changes.known(self.one.table):
            found = self._count(slots)
        else:
            found = self._follow(before, slots, changes)
        self._slots = slots
        return found

    def _count(self, slots: Slots) -> dict[int, dict[str, Parts]]:
        one = self.one
        found: dict[int, dict[str, Parts]] = {}
        query = counted(one, self._engine.relation(one.table), slots.edges)
        cells = ((row[0], row[1], row[2:]) for row in self._engine.fetch(one.zone, query))
        width = COUNTS * len(one.indicators)
        running = slots.running(cells, width)
        nothing = [[0] * (len(slots.edges) + 1)] * width
        windows = {id(key): places for key, places in slots.places.items()}
        for service, questions in self._sums.items():
            counts = running.get(service, nothing)
            for sums in questions:
                places = windows.get(id(sums.shape)) or slots.places[sums.shape]
                windows[id(sums.shape)] = places
                parts = found[sums.place] = slots.parts(places, sums.indicator, counts)
                sums.counts = [list(of) for of in parts.values()]
        return found

    def _follow(self, before: Slots, now: Slots, changes: Changes) -> dict[int, dict[str, Parts]]:
        one = self.one
        changed: dict[int, _Sums] = {}
        strips = _strips(before, now)
        if not strips and changes.empty(one.table):
            return {}
        edges = sorted({*before.edges, *now.edges})
        effects = {
            key: _effects(shape, now.shapes[key], edges) for key, shape in before.shapes.items()
        }
        by_object: dict[int, list[list[_Effects]]] = {}
        query = moved(one, changes.relation(one.table), strips, edges)
        for row in self._engine.fetch(one.zone, query):
            kind, service, slot = row[:3]
            for sums in self._sums.get(service, ()):
                start = 3 + sums.indicator * COUNTS
                good, total, out = row[start : start + COUNTS]
                if total or out or good:
                    matters = by_object.get(id(sums.shape))
                    if matters is None:
                        matters = by_object[id(sums.shape)] = effects[sums.shape]
                    if matters[kind][slot]:
                        _add(sums.counts, matters[kind][slot], good, total, out)
                        changed[sums.place] = sums
        return {
            place: dict(zip(sums.labels, map(_PARTS, sums.counts), strict=True))
            for place, sums in changed.items()
        }


def _add(counts: list[list[int]], effects: _Effects, good: int, total: int, out: int) -> None:
    for window, ripe, sign in effects:
        of = counts[window]
        if ripe:
            of[0] += sign * good
            of[1] += sign * total
        else:
            of[2] += sign * total
        of[3] += sign * out


def _effects(before: Shape, now: Shape, edges: Sequence[int]) -> list[list[_Effects]]:
    """Return, by kind and slot, which windows of a question a count belongs to, and its sign.

    A change (kind 0) counts in the windows as they were; a row over which time went on (kind 1)
    leaves those it was in, and enters those it is in now.
    """
    by_kind: list[list[_Effects]] = [[], []]
    for edge in edges:
        was, is_ = tuple(_inside(before, edge)), tuple(_inside(now, edge))
        by_kind[0].append(tuple((window, ripe, 1) for window, ripe in was))
        left = tuple((window, ripe, -1) for window, ripe in was if (window, ripe) not in is_)
        entered = tuple((window, ripe, 1) for window, ripe in is_ if (window, ripe) not in was)
        by_kind[1].append(left + entered)
    return by_kind


def _inside(shape: Shape, edge: int) -> Iterator[tuple[int, bool]]:
    """Yield (place, whether rows are ripe) of each window a slot lies in."""
    for window, (_, (start, end)) in enumerate(shape.windows):
        if start <= edge < end:
            yield window, edge < shape.ripe


def _strips(before: Slots, now: Slots) -> list[tuple[int, int]]:
    """Return the spans of time over which an edge has moved, none of which meets another."""
    moves: set[tuple[int, int]] = set()
    for key, was in before.shapes.items():
        is_ = now.shapes[key]
        pairs = [(was.ripe, is_.ripe)]
        for (_, old), (_, new) in zip(was.windows, is_.windows, strict=True):
            pairs += zip(old, new, strict=True)
        moves.update((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])
    found: list[tuple[int, int]] = []
    for start, end in sorted(moves):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
