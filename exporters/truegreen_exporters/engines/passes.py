"""Many questions as few passes over a table: by event time in slots, all indicators side by side.

Questions about one table, in one zone, by one anchor time are one pass, whatever their services:
services that use an indicator of the library use the same expressions. A pass groups rows by
service and by slot. The slots lie between the edges of all windows, and the instant before which
rows are ripe, so that every count of every window is a sum over slots.

Pure: a pass knows what to count, and what the counts mean; an engine counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, compress
from typing import TYPE_CHECKING, TypeAlias

from truegreen_exporters.engines.question import Parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from truegreen_exporters.engines.question import Question

__all__ = [
    "COUNTS",
    "Asked",
    "Cell",
    "Indicator",
    "Pass",
    "Shape",
    "Slots",
    "passes",
    "shape_of",
]

Cell: TypeAlias = "tuple[str, int, Sequence[int]]"
"""Counts of a service in a slot: (good, total, excluded) of each indicator, one after the other."""

COUNTS = 3  # good, total, excluded


@dataclass(frozen=True, slots=True)
class Indicator:
    """What makes a row one of an agreement, excluded from it, and good; SQL conditions.

    Attributes:
        of: All must hold.
        out: None may hold.
        good: Must hold too.
    """

    of: tuple[str, ...]
    out: tuple[str, ...]
    good: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a pass.

    Attributes:
        place: Where it stands among all questions.
        question: Itself.
        indicator: Which of the pass's indicators it asks for.
    """

    place: int
    question: Question
    indicator: int


@dataclass(frozen=True)
class Pass:
    """What is counted together.

    Attributes:
        services: Those that are asked about; empty where rows of all services may be read.
    """

    table: str
    zone: str
    at: str
    indicators: tuple[Indicator, ...]
    asked: tuple[Asked, ...]
    services: tuple[str, ...]

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Every condition of the indicators, once."""
        found: dict[str, None] = {}
        for one in self.indicators:
            found |= dict.fromkeys((*one.of, *one.out, one.good))
        return tuple(found)

    def counts_of(self, holds: Sequence[bool]) -> list[tuple[int, int, int]]:
        """Return (good, total, excluded) of each indicator for a row.

        Args:
            holds: Whether each of the conditions does.
        """
        held = set(compress(self.conditions, holds))
        found = []
        for one in self.indicators:
            of, out = held.issuperset(one.of), not held.isdisjoint(one.out)
            good = of and not out and one.good in held
            found.append((int(good), int(of and not out), int(of and out)))
        return found

    @cached_property
    def by_service(self) -> dict[str, tuple[Asked, ...]]:
        """The questions by their service."""
        found: dict[str, list[Asked]] = defaultdict(list)
        for one in self.asked:
            found[one.question.service].append(one)
        return {service: tuple(asked) for service, asked in found.items()}

    @cached_property
    def shapes(self) -> dict[tuple[object, ...], Question]:
        """One question of each shape: windows and maturity, which its edges follow from."""
        return {shape_of(one.question): one.question for one in self.asked}

    def slots(self, at: datetime) -> Slots:
        """Return the slots in which rows are counted, as seen from a moment."""
        return Slots(
            {
                key: Shape(tuple(question.spans(at).items()), question.ripe_before(at))
                for key, question in self.shapes.items()
            }
        )


def shape_of(question: Question) -> tuple[object, ...]:
    """Return what the edges of a question depend on, within a zone."""
    return question.windows, question.fixed, question.records.mature_after_seconds


@dataclass(frozen=True)
class Shape:
    """Windows as (label, (start, end)), and when rows are ripe; microseconds since 1970."""

    windows: tuple[tuple[str, tuple[int, int]], ...]
    ripe: int


@dataclass(frozen=True)
class Slots:
    """The slots between edges: slot n is from edge n to the next, the latter not included."""

    shapes: dict[tuple[object, ...], Shape]

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """All edges, in order."""
        found: set[int] = set()
        for shape in self.shapes.values():
            for _, span in shape.windows:
                found.update(span)
            found.add(shape.ripe)
        return tuple(sorted(found))

    @cached_property
    def places(self) -> dict[tuple[object, ...], tuple[tuple[str, int, int, int], ...]]:
        """By shape, of each window: its label, and the edges it starts, is ripe and ends at."""
        found = {}
        for key, shape in self.shapes.items():
            windows = []
            for label, (start, end) in shape.windows:
                low, high = self._place(start), self._place(max(start, end))
                windows.append((label, low, min(max(self._place(shape.ripe), low), high), high))
            found[key] = tuple(windows)
        return found

    def parts(
        self,
        windows: tuple[tuple[str, int, int, int], ...],
        indicator: int,
        cells: Sequence[Sequence[int]],
    ) -> dict[str, Parts]:
        """Return the parts of a question's windows.

        Args:
            windows: The windows of its shape, out of `places`.
            indicator: Which one of the pass it asks for.
            cells: Running counts before each edge, for each count of the service's indicators.
        """
        good, total, out = cells[indicator * COUNTS : indicator * COUNTS + COUNTS]
        return {
            label: Parts(
                good[ripe] - good[low],
                total[ripe] - total[low],
                total[high] - total[ripe],
                out[high] - out[low],
            )
            for label, low, ripe, high in windows
        }

    def running(self, cells: Iterable[Cell], width: int) -> dict[str, list[list[int]]]:
        """Return, by service, the running counts before each edge of each of its counts."""
        slots = len(self.edges)
        found: dict[str, list[Sequence[int] | None]] = {}
        for service, slot, counts in cells:
            if service not in found:
                found[service] = [None] * slots
            found[service][slot] = counts
        nothing = (0,) * width
        return {
            service: [
                list(accumulate(column, initial=0))
                for column in zip(*(row or nothing for row in rows), strict=True)
            ]
            for service, rows in found.items()
        }

    def _place(self, edge: int) -> int:
        return bisect_left(self.edges, edge)


def passes(questions: Sequence[Question]) -> tuple[Pass, ...]:
    """Return the passes that answer the questions; what is not additive is in none of them."""
    grouped: dict[tuple[str, str, str], list[tuple[int, Question]]] = defaultdict(list)
    zones: dict[str, set[str]] = defaultdict(set)
    for place, question in enumerate(questions):
        if not question.additive:
            continue
        records = question.records
        grouped[records.table, question.zone, records.at].append((place, question))
        zones[records.table].add(question.zone)
    return tuple(
        _pass(table, zone, at, members, alone=len(zones[table]) == 1)
        for (table, zone, at), members in grouped.items()
    )


def _pass(
    table: str, zone: str, at: str, members: list[tuple[int, Question]], *, alone: bool
) -> Pass:
    places: dict[Indicator, int] = {}
    asked = []
    for place, question in members:
        indicator = _indicator(question)
        places.setdefault(indicator, len(places))
        asked.append(Asked(place, question, places[indicator]))
    services = () if alone else tuple(sorted({question.service for _, question in members}))
    return Pass(table, zone, at, tuple(places), tuple(asked), services)


def _indicator(question: Question) -> Indicator:
    records = question.records
    of = tuple(filter(None, (records.where, records.total)))
    return Indicator(of, tuple(one.sql for one in records.exclusions), records.good)
