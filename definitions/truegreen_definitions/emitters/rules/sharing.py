"""Agreements of one service over one total: the raw counters behind it are read once.

Availability and two thresholds of latency often count the same requests. The first of them reads
the counters, the others take what it has just recorded. So they stand in one group: a record of
another group may be one interval old, and a total that is older than its good gives errors that
never were. Only what comes from raw counters is taken over, never a longer sum: a promise made
today must not be held against a total that began before its good did.

A group is evaluated one rule after the other, within its interval. So no more than `MOST` stand
together, and each further group reads the counters once more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.units import Window

__all__ = ["MOST", "Counted", "counted_together"]

MOST = 10  # some 350 rules and 200 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An agreement over counters, and the one before it in its group that has its total.

    Attributes:
        sharer: Its total and its excluded events are the same; None for who reads the counters.
    """

    promise: Promise
    signal: Signal
    sharer: Promise | None = None

    def sharer_over(self, window: Window) -> Promise | None:
        """Return the sharer if it records the sums of this window, too."""
        if self.sharer is None:
            return None
        windows = self.sharer.agreement.windows
        there = any(one.burns and one.window == window for one in windows)
        return self.sharer if there else None


def counted_together(
    promises: Sequence[Promise], *, shared: bool
) -> tuple[tuple[Counted, ...], ...]:
    """Return the agreements over counters in their groups, the first one's place deciding.

    Args:
        promises: Of one service.
        shared: Whether totals are shared; else everybody is alone.
    """
    found: list[list[Counted]] = []
    open_groups: dict[tuple[object, ...], list[Counted]] = {}
    for promise in promises:
        signal = promise.agreement.parts
        if not isinstance(signal, Signal):
            continue
        group = open_groups.get(_total_of(signal))
        if group is None or not shared or len(group) == MOST:
            group = open_groups[_total_of(signal)] = []
            found.append(group)
        sharer = group[0].promise if group else None
        group.append(Counted(promise=promise, signal=signal, sharer=sharer))
    return tuple(tuple(group) for group in found)


def _total_of(signal: Signal) -> tuple[object, ...]:
    """Return what makes two totals the same: what is counted, and when it does not count."""
    calendars = frozenset(one.calendar for one in signal.exclusions)
    return signal.total, signal.slice_seconds, calendars
