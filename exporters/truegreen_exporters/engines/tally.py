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
from itertools import chain, compress
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from truegreen_exporters.engines.engine import CountError, UnreachableError
from truegreen_exporters.engines.pass_sql import counted, moved
from truegreen_exporters.engines.pass_sql import failing as failing_of
from truegreen_exporters.engines.passes import COUNTS, Asked, passes, shape_of
from truegreen_exporters.engines.question import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.passes import Pass, Shape, Slots
    from truegreen_exporters.engines.question import Question
    from truegreen_exporters.engines.sql_engine import SqlEngine
    from truegreen_exporters.store.changes import Changes

__all__ = ["Advance", "Tally"]

_PARTS = partial(tuple.__new__, Parts)  # half the time of `Parts._make`

_Effects: TypeAlias = "tuple[tuple[int, bool, int], ...]"
_Cells: TypeAlias = "Sequence[Sequence[int]]"


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
                    found.parts.update(kept.advance(at, self._changes))
                except UnreachableError:
                    raise
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
            except UnreachableError:
                raise
            except CountError as error:
                found.failed[asked.place] = str(error)


class _Choice:
    """Indicators of a pass, in order, and what a row counts for each; services share it."""

    def __init__(self, one: Pass, indicators: tuple[int, ...]) -> None:
        self._one = one
        self.indicators = indicators
        self._known: dict[tuple[int, ...], _Counted] = {}

    def counted(self, masks: tuple[int, ...]) -> _Counted:
        """Return what a row that holds some conditions counts."""
        found = self._known.get(masks)
        if found is None:
            counts = self._one.counts_of(masks)
            columns = zip(*(counts[indicator] for indicator in self.indicators), strict=True)
            good, total, out = columns
            touched = sum(1 << n for n, of in enumerate(zip(total, out, strict=True)) if any(of))
            found = self._known[masks] = _Counted(good, total, out, touched)
        return found


class _Counted(NamedTuple):
    """What a row counts for each indicator of a choice; `touched` has a bit for those it does."""

    good: tuple[int, ...]
    total: tuple[int, ...]
    out: tuple[int, ...]
    touched: int


class _Sums:
    """The questions of a service with windows in common, and their sums.

    Attributes:
        counts: By window: good, total, pending and excluded, each of all questions in order.
        touched: A bit for each question of which something is new.
    """

    __slots__ = ("choice", "counts", "labels", "places", "shape", "touched")

    def __init__(
        self,
        choice: _Choice,
        shape: tuple[object, ...],
        labels: tuple[str, ...],
        places: tuple[int, ...],
    ) -> None:
        self.choice, self.shape, self.labels, self.places = choice, shape, labels, places
        self.counts: list[list[list[int]]] = []
        self.touched = 0

    def count(self, places: Sequence[tuple[str, int, int, int]], cells: _Cells) -> None:
        """Take the sums of all rows out of the running counts of the service."""
        columns = [
            [cells[indicator * COUNTS + which] for indicator in self.choice.indicators]
            for which in range(COUNTS)
        ]
        good, total, out = columns
        self.touched = (1 << len(self.places)) - 1
        self.counts = [
            [
                [of[ripe] - of[low] for of in good],
                [of[ripe] - of[low] for of in total],
                [of[high] - of[ripe] for of in total],
                [of[high] - of[low] for of in out],
            ]
            for _, low, ripe, high in places
        ]

    def add(self, effects: _Effects, rows: int, counted: _Counted) -> None:
        """Count some rows that hold the same in some windows."""
        for window, ripe, sign in effects:
            of, times = self.counts[window], sign * rows
            if ripe:
                of[0] = _plus(of[0], counted.good, times)
                of[1] = _plus(of[1], counted.total, times)
            else:
                of[2] = _plus(of[2], counted.total, times)
            if any(counted.out):
                of[3] = _plus(of[3], counted.out, times)
        self.touched |= counted.touched

    def parts(self) -> Iterable[tuple[int, dict[str, Parts]]]:
        """Return (place, parts by window) of each question of which something is new."""
        # All of it runs outside of the interpreter: this is what a cycle of many changes costs.
        windows = [map(_PARTS, zip(*of, strict=True)) for of in self.counts]
        by_window = map(dict, map(partial(zip, self.labels), zip(*windows, strict=True)))
        found = zip(self.places, by_window, strict=True)
        touched, self.touched = self.touched, 0
        if touched.bit_count() == len(self.places):
            return found
        return compress(found, (touched >> n & 1 for n in range(len(self.places))))


class _Kept:
    """A pass and the sums of its questions."""

    def __init__(self, engine: SqlEngine, one: Pass) -> None:
        self._engine = engine
        self.one = one
        self._slots: Slots | None = None
        choices: dict[tuple[int, ...], _Choice] = {}
        self._sums = {
            service: _grouped(one, asked, choices) for service, asked in one.by_service.items()
        }

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
        rows = self._engine.within(one.table, one.at, (slots.edges[0], slots.edges[-1]))
        query = counted(one, rows, slots.edges)
        cells = ((row[0], row[1], row[2:]) for row in self._engine.fetch(one.zone, query))
        width = COUNTS * len(one.indicators)
        running = slots.running(cells, width)
        nothing = [[0] * (len(slots.edges) + 1)] * width
        for service, groups in self._sums.items():
            counts = running.get(service, nothing)
            for sums in groups:
                sums.count(slots.places[sums.shape], counts)
                found.update(sums.parts())
        return found

    def _follow(self, before: Slots, now: Slots, changes: Changes) -> dict[int, dict[str, Parts]]:
        one = self.one
        strips = _strips(before, now)
        if not strips and changes.empty(one.table):
            return {}
        edges = sorted({*before.edges, *now.edges})
        effects = {
            key: _effects(shape, now.shapes[key], edges) for key, shape in before.shapes.items()
        }
        query = moved(one, changes.relation(one.table), strips, edges)
        changed: dict[_Sums, None] = {}
        for kind, service, slot, rows, *masks in self._engine.fetch(one.zone, query):
            for sums in self._sums.get(service, ()):
                matters = effects[sums.shape][kind][slot]
                if matters and rows:
                    counted = sums.choice.counted(tuple(masks))
                    if counted.touched:
                        sums.add(matters, rows, counted)
                        changed[sums] = None
        return dict(chain.from_iterable(sums.parts() for sums in changed))


def _grouped(
    one: Pass, asked: Sequence[Asked], choices: dict[tuple[int, ...], _Choice]
) -> tuple[_Sums, ...]:
    """Return the sums of a service's questions, those with windows in common together."""
    by_shape: dict[tuple[object, ...], list[Asked]] = {}
    for question in asked:
        by_shape.setdefault(shape_of(question.question), []).append(question)
    found = []
    for shape, of in by_shape.items():
        indicators = tuple(each.indicator for each in of)
        choice = choices.setdefault(indicators, _Choice(one, indicators))
        places = tuple(each.place for each in of)
        found.append(_Sums(choice, shape, of[0].question.labels, places))
    return tuple(found)


def _plus(sums: list[int], of: tuple[int, ...], times: int) -> list[int]:
    if times == 1:
        return list(map(add, sums, of))
    return [have + times * more for have, more in zip(sums, of, strict=True)]


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
