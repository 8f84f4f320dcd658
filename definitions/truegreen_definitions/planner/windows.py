"""Which windows an agreement is counted over, and what each is for.

Signals: the agreement's own window, the closed period of a running calendar one as far as
Prometheus keeps samples, and those of the burn pairs. Its state is judged over its own, its
closed period and the live one, the long window of the fastest pair. Prometheus counts calendar
periods of UTC alone, and does not look back over two years for one that is closed.

Records: the agreement's own window, the closed period of a running calendar one, and the five
that people and slow burns always ask for, as far as their rows are kept. Its state is judged over
its own and over its closed period.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.plan import CountedWindow, Signal
from truegreen_definitions.units import CALENDAR_UNITS, Window, parse_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.plan import Burn, Records

__all__ = ["ALWAYS_COUNTED", "counted_windows", "is_kept", "measured_windows", "why_not_counted"]

ALWAYS_COUNTED = ("7d", "30d", "month", "prev_month", "all")
_UTC = {"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Etc/Universal", "UCT", "Zulu", "Universal"}
_UTC |= {"GMT", "Etc/GMT", "Etc/Greenwich", "Greenwich", "Etc/GMT0", "GMT0", "Etc/GMT+0"}
_TOO_LONG_AGO = "year"


def counted_windows(
    own: Window, parts: Signal | Records, burn: Sequence[Burn], *, kept_seconds: int
) -> tuple[CountedWindow, ...]:
    """Return all windows of an agreement: its own first, the rest shortest first or by label.

    Args:
        own: The window it is promised over.
        parts: How it is measured.
        burn: Burn pairs, fastest first; at least one.
        kept_seconds: How long what is counted is kept, samples or rows; 0 for ever.
    """
    if isinstance(parts, Signal):
        found = tuple(_of_signal(own, burn, kept_seconds))
    else:
        found = tuple(_of_records(own, kept_seconds))
    return tuple(sorted(found, key=lambda one: one.window != own))


def measured_windows(own: Window, *, judged: bool, kept_seconds: int) -> tuple[CountedWindow, ...]:
    """Return all windows of a measure: its own first, then those of records.

    Args:
        own: The one it is promised over, or looked at first.
        judged: Whether anything is promised.
        kept_seconds: How long its rows are kept; 0 for ever.
    """
    found = (replace(one, judged=one.judged and judged) for one in _of_records(own, kept_seconds))
    return tuple(sorted(found, key=lambda one: one.window != own))


def is_kept(window: Window, kept_seconds: int) -> bool:
    """Return whether all that a window can hold is kept; for 0 seconds everything is, for ever."""
    return not kept_seconds or 0 < window.reach_seconds <= kept_seconds


def why_not_counted(own: Window, zone: str) -> str:
    """Return why Prometheus cannot count an agreement over a window; empty when it can.

    Args:
        own: The window it is promised over.
        zone: Of the service, in which its calendar windows turn.
    """
    if own.seconds:
        return ""
    if not own.unit:
        return "Prometheus keeps no samples for ever"
    if own.previous and own.unit == _TOO_LONG_AGO:
        return "it takes samples of two years"
    if zone not in _UTC:
        return f"Prometheus knows no days but those of UTC, and the service's zone is {zone}"
    return ""


def _of_signal(own: Window, burn: Sequence[Burn], kept_seconds: int) -> Iterator[CountedWindow]:
    lengths = {label: seconds for pair in burn for label, seconds in _of_pair(pair)}
    live = burn[0].long
    if own.label not in lengths:
        yield CountedWindow(window=own, judged=True)
    if own.unit and not own.previous and own.unit != _TOO_LONG_AGO:
        closed = parse_window(f"prev_{own.unit}")
        if closed.reach_seconds <= kept_seconds:
            yield CountedWindow(window=closed, judged=True)
    for label, seconds in sorted(lengths.items(), key=lambda item: item[1]):
        yield CountedWindow(
            window=Window(label=label, seconds=seconds),
            judged=label in (own.label, live),
            live=label == live,
            burns=True,
        )


def _of_pair(pair: Burn) -> tuple[tuple[str, int], tuple[str, int]]:
    return (pair.long, pair.long_seconds), (pair.short, pair.short_seconds)


def _of_records(own: Window, kept_seconds: int) -> Iterator[CountedWindow]:
    closed = {f"prev_{own.unit}"} if own.unit in CALENDAR_UNITS else set()
    for label in sorted({*ALWAYS_COUNTED, own.label, *closed}):
        window = parse_window(label)
        if window == own or is_kept(window, kept_seconds):
            yield CountedWindow(window=window, judged=label in {own.label, *closed})
