"""Stretches of time as whole seconds since 1970: half open, in order, apart from each other.

A set of minutes is kept as its stretches, so that weeks of minutes are a handful of pairs.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import ZoneInfo

from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["WEEK", "Span", "Spans", "aligned", "minus", "moved", "overlap", "seconds", "union"]
__all__ += ["weeks_back"]

Span: TypeAlias = tuple[int, int]
"""(start, end): the end is no longer part of it."""
Spans: TypeAlias = tuple[Span, ...]

WEEK = 7 * DAY_SECONDS


def union(spans: Iterable[Span]) -> Spans:
    """Return the time that lies in any of them."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def overlap(these: Spans, those: Spans) -> Spans:
    """Return the time that lies in both."""
    found: list[Span] = []
    place = 0
    for start, end in these:
        while place and those[place - 1][1] > start:
            place -= 1
        while place < len(those) and those[place][1] <= start:
            place += 1
        while place < len(those) and those[place][0] < end:
            found.append((max(start, those[place][0]), min(end, those[place][1])))
            place += 1
    return tuple(found)


def minus(these: Spans, those: Spans) -> Spans:
    """Return the time that lies in the first and not in the second."""
    if not these:
        return ()
    low, high = these[0][0], these[-1][1]
    edges = [low, *(edge for span in those for edge in span), high]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return overlap(these, union((max(start, low), min(end, high)) for start, end in gaps))


def seconds(spans: Spans) -> int:
    """Return how long they are together."""
    return sum(end - start for start, end in spans)


def moved(spans: Spans, by: int) -> Spans:
    """Return them moved by seconds; a negative number moves them to the past."""
    return tuple((start + by, end + by) for start, end in spans)


def aligned(spans: Iterable[Span], step: int) -> Spans:
    """Return them widened to whole buckets of so many seconds."""
    return union((start // step * step, -(-end // step) * step) for start, end in spans)


def weeks_back(instant: int, weeks: int, zone: str) -> int:
    """Return how far to move so that a zone's clock shows the same so many weeks before.

    It is negative, and an hour off whole weeks where the clocks have changed in between.
    """
    there = instant - weeks * WEEK
    return there - instant + _offset(instant, zone) - _offset(there, zone)


def _offset(instant: int, zone: str) -> int:
    local = datetime.fromtimestamp(instant, UTC).astimezone(ZoneInfo(zone))
    return (local.utcoffset() or timedelta(0)) // timedelta(seconds=1)
