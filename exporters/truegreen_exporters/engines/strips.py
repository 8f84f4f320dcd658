"""What the passing of time changes: the spans that edges of windows move over, and how rows count.

Pure: instants in, instants out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from truegreen_exporters.engines.advance import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_exporters.engines.passes import Shape, Slots

__all__ = ["Effects", "Span", "effects_of", "strips_of"]

Effect: TypeAlias = tuple[int, int, int]
"""A column of the sums, the column of what a row counts that is added to it, and the sign."""

Effects: TypeAlias = tuple[Effect, ...]

_GOOD, _TOTAL, _OUT = range(3)  # the columns of what a row counts

Span: TypeAlias = tuple[int, int]
"""Start, and end, which is not included; microseconds since 1970."""


def effects_of(before: Shape, now: Shape, edge: int) -> tuple[Effects, Effects]:
    """Return which windows a count in the slot behind an edge belongs to, and its sign, by kind.

    A change (kind 0) counts in the windows as they were; a row over which time went on (kind 1)
    leaves those it was in, and enters those it is in now.
    """
    was, is_ = set(_columns(before, edge)), set(_columns(now, edge))
    moves = [(*one, -1) for one in was - is_] + [(*one, 1) for one in is_ - was]
    return tuple(sorted((*one, 1) for one in was)), tuple(sorted(moves))


def _columns(shape: Shape, edge: int) -> Iterator[tuple[int, int]]:
    """Yield (column of the sums, column of a row's counts) of the windows a slot lies in."""
    good, total, pending, excluded = range(len(PARTS))
    for window, (_, (start, end)) in enumerate(shape.windows):
        first = window * len(PARTS)
        if start <= edge < end:
            if edge < shape.ripe:
                yield first + good, _GOOD
                yield first + total, _TOTAL
            else:
                yield first + pending, _TOTAL
            yield first + excluded, _OUT


def strips_of(before: Slots, now: Slots) -> list[Span]:
    """Return the spans of time over which an edge has moved, none of which meets another."""
    moves: set[Span] = set()
    for key, was in before.shapes.items():
        is_ = now.shapes[key]
        pairs = [(was.ripe, is_.ripe)]
        for (_, old), (_, new) in zip(was.windows, is_.windows, strict=True):
            pairs += zip(old, new, strict=True)
        moves.update((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])
    found: list[Span] = []
    for start, end in sorted(moves):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
