"""Counts of an agreement over counters: of five minutes, of a day, and the sums of its windows.

The total is taken from who shares it (see `sharing`), else from the raw counters; good always is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.days import (
    LAST_DAY,
    TODAY,
    calendar_count,
    last_day,
    rolling_count,
    takes_days,
    today,
)
from truegreen_definitions.emitters.rules.excluded import (
    BASE_WINDOW,
    excluded_count,
    excluded_series,
    record_excluded,
    without_excluded,
)
from truegreen_definitions.emitters.rules.windows import (
    at_most,
    gridded_count,
    raw_count,
)
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording
    from truegreen_definitions.emitters.rules.sharing import Counted
    from truegreen_definitions.plan import Policy, Signal
    from truegreen_definitions.units import Window

__all__ = ["base_counts", "day_counts", "excluded_sums", "long_sums", "period_sums", "short_sums"]

_PARTS = ((names.TOTAL_SUM, names.TOTAL_5M), (names.GOOD_SUM, names.GOOD_5M))
_DAYS = (LAST_DAY, TODAY)


def base_counts(one: Counted) -> Iterator[Recording]:
    """Yield the counts of five minutes: total, good, and what is excluded."""
    promise, signal, sharer = one.promise, one.signal, one.sharer
    counted = (
        sharer.series(names.TOTAL_5M)
        if sharer
        else _raw(promise, signal, signal.total, GRID_SECONDS)
    )
    yield promise.record(names.TOTAL_5M, counted)
    total = promise.series(names.TOTAL_5M)
    good = at_most(_raw(promise, signal, signal.good, GRID_SECONDS), total)
    yield promise.record(names.GOOD_5M, good)

    if signal.exclusions:
        every = _raw_with_excluded(promise, signal, signal.total, GRID_SECONDS)
        left_out = (
            excluded_series(sharer, BASE_WINDOW)
            if sharer
            else excluded_count(every, signal, promise.policy)
        )
        yield record_excluded(promise, BASE_WINDOW, left_out)


def short_sums(one: Counted, window: Window) -> Iterator[Recording]:
    """Yield the sums of a window that alerts read and that must not lag."""
    promise = one.promise
    label, seconds = window.label, window.seconds
    if seconds == GRID_SECONDS:
        yield promise.record(names.TOTAL_SUM, promise.series(names.TOTAL_5M), window=label)
        yield promise.record(names.GOOD_SUM, promise.series(names.GOOD_5M), window=label)
    else:
        yield from _raw_sums(one, window)


def _raw_sums(one: Counted, window: Window) -> Iterator[Recording]:
    promise, signal, sharer = one.promise, one.signal, one.sharer_over(window)
    label, seconds = window.label, window.seconds
    counted = (
        sharer.series(names.TOTAL_SUM, window=label)
        if sharer
        else _raw(promise, signal, signal.total, seconds)
    )
    yield promise.record(names.TOTAL_SUM, counted, window=label)
    total = promise.series(names.TOTAL_SUM, window=label)
    good = at_most(_raw(promise, signal, signal.good, seconds), total)
    yield promise.record(names.GOOD_SUM, good, window=label)


def long_sums(promise: Promise, window: Window) -> Iterator[Recording]:
    """Yield the sums of a longer window that alerts read, from five-minute counts."""
    for metric, base in _PARTS:
        counted = gridded_count(promise.series(base), window.seconds, promise.policy)
        yield promise.record(metric, counted, window=window.label)


def day_counts(promise: Promise) -> Iterator[Recording]:
    """Yield the counts of the last whole day, and of the running one."""
    policy = promise.policy
    of_24h = [
        one.label
        for one in promise.agreement.windows
        if one.burns and one.window.seconds == DAY_SECONDS
    ]
    for metric, base in _PARTS:
        increase_5m = promise.series(base)
        last_24h = promise.series(metric, window=of_24h[0]) if of_24h else ""
        yield promise.record(metric, last_day(increase_5m, policy), window=LAST_DAY)
        yield promise.record(metric, today(increase_5m, policy, last_24h), window=TODAY)


def period_sums(promise: Promise, window: Window) -> Iterator[Recording]:
    """Yield the sums of a window that is judged."""
    for metric, base in _PARTS:
        days = tuple(promise.series(metric, window=label) for label in _DAYS)
        expr = _sum(window, days, promise.series(base), promise.policy)
        yield promise.record(metric, expr, window=window.label)


def excluded_sums(promise: Promise) -> Iterator[Recording]:
    """Yield what the agreement's own window leaves out."""
    window, policy = promise.agreement.window, promise.policy
    increase_5m = excluded_series(promise, BASE_WINDOW)
    days = tuple(excluded_series(promise, label) for label in _DAYS)
    if takes_days(window):
        yield record_excluded(promise, LAST_DAY, last_day(increase_5m, policy))
        yield record_excluded(promise, TODAY, today(increase_5m, policy))
    yield record_excluded(promise, window.label, _sum(window, days, increase_5m, policy))


def _sum(window: Window, days: Sequence[str], increase_5m: str, policy: Policy) -> str:
    """Return the sum over a window: by days where it has many."""
    whole_day, so_far = days
    if window.unit:
        return calendar_count(whole_day, so_far, window, policy)
    if takes_days(window):
        return rolling_count(whole_day, so_far, window.seconds, policy)
    return gridded_count(increase_5m, window.seconds, policy)


def _raw(promise: Promise, signal: Signal, counted: str, seconds: int) -> str:
    raw = _raw_with_excluded(promise, signal, counted, seconds)
    return without_excluded(raw, signal, promise.policy)


def _raw_with_excluded(promise: Promise, signal: Signal, counted: str, seconds: int) -> str:
    return raw_count(counted, seconds, promise.policy, slices=signal.slice_seconds > 0)
