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

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.names import PartValue
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

PARTS = len(PartValue)

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


class _Kept:
    """A pass and its sums: (good, total, pending, excluded) of each window of each question."""

    def __init__(self, engine: DuckDbEngine, one: Pass) -> None:
        self._engine = engine
        self.one = one
        self._slots: Slots | None = None
        self._sums: dict[int, list[int]] = {}

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
        one, found = self.one, {}
        query = counted(one, self._engine.relation(one.table), slots.edges)
        cells = ((row[0], row[1], row[2:]) for row in self._engine.fetch(one.zone, query))
        width = COUNTS * len(one.indicators)
        running = slots.running(cells, width)
        nothing = [[0] * (len(slots.edges) + 1)] * width
        for service, questions in one.by_service.items():
            counts = running.get(service, nothing)
            for asked in questions:
                parts = found[asked.place] = slots.parts(asked, counts)
                self._sums[asked.place] = [
                    count
                    for of in parts.values()
                    for count in (of.good, of.total, of.pending, of.excluded)
                ]
        return found

    def _follow(self, before: Slots, now: Slots, changes: Changes) -> dict[int, dict[str, Parts]]:
        one = self.one
        changed: dict[int, Asked] = {}
        strips = _strips(before, now)
        if not strips and changes.empty(one.table):
            return {}
        edges = sorted({*before.edges, *now.edges})
        effects = {
            key: _effects(shape, now.shapes[key], edges) for key, shape in before.shapes.items()
        }
        query = moved(one, changes.relation(one.table), strips, edges)
        for kind, service, slot, *counts in self._engine.fetch(one.zone, query):
            for asked in one.by_service.get(service, ()):
                start = asked.indicator * COUNTS
                good, total, out = counts[start : start + COUNTS]
                if total or out or good:
                    matters = effects[shape_of(asked.question)][kind][slot]
                    if matters:
                        _add(self._sums[asked.place], matters, good, total, out)
                        changed[asked.place] = asked
        return {place: self._parts(asked) for place, asked in changed.items()}

    def _parts(self, asked: Asked) -> dict[str, Parts]:
        counts = iter(self._sums[asked.place])
        return {
            label: Parts(
                good=next(counts), total=next(counts), pending=next(counts), excluded=next(counts)
            )
            for label in asked.question.labels
        }


def _add(sums: list[int], effects: _Effects, good: int, total: int, out: int) -> None:
    for base, ripe, sign in effects:
        if ripe:
            sums[base] += sign * good
            sums[base + 1] += sign * total
        else:
            sums[base + 2] += sign * total
        sums[base + 3] += sign * out


def _effects(before: Shape, now: Shape, edges: Sequence[int]) -> list[list[_Effects]]:
    """Return, by kind and slot, which sums of a question a count belongs to, and its sign.

    A change (kind 0) counts in the windows as they were; a row over which time went on (kind 1)
    leaves those it was in, and enters those it is in now.
    """
    by_kind: list[list[_Effects]] = [[], []]
    for edge in edges:
        was, is_ = tuple(_inside(before, edge)), tuple(_inside(now, edge))
        by_kind[0].append(tuple((base, ripe, 1) for base, ripe in was))
        left = tuple((base, ripe, -1) for base, ripe in was if (base, ripe) not in is_)
        entered = tuple((base, ripe, 1) for base, ripe in is_ if (base, ripe) not in was)
        by_kind[1].append(left + entered)
    return by_kind


def _inside(shape: Shape, edge: int) -> Iterator[tuple[int, bool]]:
    """Yield (first of the sums, whether rows are ripe) of each window a slot lies in."""
    for place, (_, (start, end)) in enumerate(shape.windows):
        if start <= edge < end:
            yield place * PARTS, edge < shape.ripe


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
