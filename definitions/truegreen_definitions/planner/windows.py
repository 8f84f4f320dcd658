"""Which windows an agreement is counted over, and what each is for.

Signals: the agreement's own window and those of the burn pairs. Its state is judged over its own
and over the live one, the long window of the fastest pair.

Records: the agreement's own window, the closed period of a running calendar one, and the five
that people and slow burns always ask for. Its state is judged over its own and over its closed
period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import CountedWindow, Signal
from truegreen_definitions.units import CALENDAR_UNITS, Window, parse_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Burn, Records

__all__ = ["ALWAYS_COUNTED", "counted_windows"]

ALWAYS_COUNTED = ("7d", "30d", "month", "prev_month", "all")


def counted_windows(
    own: Window, parts: Signal | Records, burn: Sequence[Burn]
) -> tuple[CountedWindow, ...]:
    """Return all windows of an agreement: its own first, the rest shortest first or by label.

    Args:
        own: The window it is promised over.
        parts: How it is measured.
        burn: Burn pairs, fastest first; at least one.
    """
    found = tuple(_of_signal(own, burn) if isinstance(parts, Signal) else _of_records(own))
    return tuple(sorted(found, key=lambda one: one.window != own))


def _of_signal(own: Window, burn: Sequence[Burn]) -> Iterator[CountedWindow]:
    lengths = {label: seconds for pair in burn for label, seconds in _of_pair(pair)}
    live = burn[0].long
    if own.label not in lengths:
        yield CountedWindow(window=own, judged=True)
    for label, seconds in sorted(lengths.items(), key=lambda item: item[1]):
        yield CountedWindow(
            window=Window(label=label, seconds=seconds),
            judged=label in (own.label, live),
            live=label == live,
            burns=True,
        )


def _of_pair(pair: Burn) -> tuple[tuple[str, int], tuple[str, int]]:
    return (pair.long, pair.long_seconds), (pair.short, pair.short_seconds)


def _of_records(own: Window) -> Iterator[CountedWindow]:
    closed = {f"prev_{own.unit}"} if own.unit in CALENDAR_UNITS else set()
    for label in sorted({*ALWAYS_COUNTED, own.label, *closed}):
        judged = label in {own.label, *closed}
        yield CountedWindow(window=parse_window(label), judged=judged)
