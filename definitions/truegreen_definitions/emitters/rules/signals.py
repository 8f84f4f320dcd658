"""The rule groups of an agreement over counters.

The first holds base counts, burn windows and alerts, in the order in which they read one
another, at the pace of the scrapes; agreements over one total share it, one after the other (see
`sharing`). The second counts the agreement's own window and judges it and the live one, and may
lag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.alerts import fast_alerts, period_alerts
from truegreen_definitions.emitters.rules.burn import burn_rate, unreachable
from truegreen_definitions.emitters.rules.cadence import base_interval, period_interval
from truegreen_definitions.emitters.rules.days import (
    LAST_DAY,
    calendar_count,
    last_day,
    rolling_count,
    takes_days,
)
from truegreen_definitions.emitters.rules.excluded import (
    BASE_WINDOW,
    excluded_count,
    excluded_series,
    record_excluded,
    without_excluded,
)
from truegreen_definitions.emitters.rules.judgement import judgement, ratios
from truegreen_definitions.emitters.rules.rule import Group
from truegreen_definitions.emitters.rules.state import states
from truegreen_definitions.emitters.rules.windows import (
    at_most,
    chained_count,
    gridded_count,
    is_chained,
    raw_count,
)
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.grid import GRID_SECONDS, UNLAGGED_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording, Rule
    from truegreen_definitions.emitters.rules.sharing import Counted
    from truegreen_definitions.plan import Policy, Signal
    from truegreen_definitions.units import Window

__all__ = ["fast_group", "period_group"]

_PARTS = ((names.TOTAL_SUM, names.TOTAL_5M), (names.GOOD_SUM, names.GOOD_5M))


def fast_group(together: Sequence[Counted]) -> Group:
    """Return the group of base counts, burn windows and alerts of agreements over one total.

    Args:
        together: One agreement or more; the first gives the group its name.

    Raises:
        InvariantError: One is counted over `all`, for which nobody keeps samples.
    """
    first = together[0].promise
    return Group(
        name=first.agreement.id,
        interval_seconds=base_interval(first.policy),
        comment="\n".join(line for one in together for line in _about(one)),
        rules=tuple(rule for one in together for rule in _fast(one)),
    )


def period_group(promise: Promise, signal: Signal) -> Group:
    """Return the group that counts and judges an agreement's own window."""
    return Group(
        name=f"{promise.agreement.id}/period",
        interval_seconds=period_interval(promise.policy),
        comment=f"{promise.origin}: {promise.words}",
        rules=tuple(_period(promise, signal)),
    )


def _about(one: Counted) -> Iterator[str]:
    promise, sharer = one.promise, one.sharer
    whose = f"; its total is that of {sharer.agreement.id}" if sharer else ""
    yield f"{promise.origin}: counts, burn rates{whose}"
    never = unreachable(promise.agreement, promise.policy)
    if never:
        pairs = ", ".join(never)
        yield f"no alert for {pairs}: even if all fails, it burns slower than that"


def _fast(one: Counted) -> Iterator[Rule]:
    promise = one.promise
    for counted in promise.agreement.windows:
        if not counted.window.reach_seconds:
            raise InvariantError(f"{promise.agreement.id} counts signals over {counted.label!r}")
    yield from _base(one)
    for counted in promise.agreement.windows:
        if counted.burns:
            yield from _sums(one, counted.window)
            yield burn_rate(promise, counted.label)
    yield from fast_alerts(promise)


def _period(promise: Promise, signal: Signal) -> Iterator[Rule]:
    windows = [one.window for one in promise.agreement.windows if not one.burns]
    if any(takes_days(window) for window in windows):
        for metric, base in _PARTS:
            expr = last_day(promise.series(base), promise.policy)
            yield promise.record(metric, expr, window=LAST_DAY)
    for window in windows:
        yield from _period_sums(promise, window)
    if signal.exclusions:
        yield from _excluded(promise)
    for label in promise.judged:
        yield from ratios(promise, label)
        yield from judgement(promise, label)
        yield from states(promise, label)
    yield from period_alerts(promise)


def _base(one: Counted) -> Iterator[Recording]:
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
        left_out = excluded_series(sharer, BASE_WINDOW) if sharer else excluded_count(every, signal)
        yield record_excluded(promise, BASE_WINDOW, left_out)


def _excluded(promise: Promise) -> Iterator[Recording]:
    """Yield what the agreement's own window leaves out."""
    window, policy = promise.agreement.window, promise.policy
    increase_5m = excluded_series(promise, BASE_WINDOW)
    increase_1d = excluded_series(promise, LAST_DAY)
    if takes_days(window):
        yield record_excluded(promise, LAST_DAY, last_day(increase_5m, policy))
    yield record_excluded(promise, window.label, _sum(window, increase_1d, increase_5m, policy))


def _raw(promise: Promise, signal: Signal, counted: str, seconds: int) -> str:
    raw = _raw_with_excluded(promise, signal, counted, seconds)
    return without_excluded(raw, signal)


def _raw_with_excluded(promise: Promise, signal: Signal, counted: str, seconds: int) -> str:
    return raw_count(counted, seconds, promise.policy, slices=signal.slice_seconds > 0)


def _sums(one: Counted, window: Window) -> Iterator[Recording]:
    promise = one.promise
    label, seconds = window.label, window.seconds
    if seconds == GRID_SECONDS:
        yield promise.record(names.TOTAL_SUM, promise.series(names.TOTAL_5M), window=label)
        yield promise.record(names.GOOD_SUM, promise.series(names.GOOD_5M), window=label)
    elif seconds <= UNLAGGED_SECONDS and not is_chained(seconds):
        yield from _raw_sums(one, window)
    else:
        yield from _recorded_sums(promise, window)


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


def _recorded_sums(promise: Promise, window: Window) -> Iterator[Recording]:
    """Yield the sums of a window that alerts read, from five-minute counts."""
    for metric, base in _PARTS:
        increase_5m = promise.series(base)
        if is_chained(window.seconds):
            expr = chained_count(increase_5m, window.seconds)
        else:
            expr = gridded_count(increase_5m, window.seconds, promise.policy)
        yield promise.record(metric, expr, window=window.label)


def _period_sums(promise: Promise, window: Window) -> Iterator[Recording]:
    """Yield the sums of a window that is judged."""
    for metric, base in _PARTS:
        increase_1d = promise.series(metric, window=LAST_DAY)
        expr = _sum(window, increase_1d, promise.series(base), promise.policy)
        yield promise.record(metric, expr, window=window.label)


def _sum(window: Window, increase_1d: str, increase_5m: str, policy: Policy) -> str:
    """Return the sum over a window: by whole days where it has many."""
    if window.unit:
        return calendar_count(increase_1d, increase_5m, window, policy)
    if takes_days(window):
        return rolling_count(increase_1d, increase_5m, window.seconds, policy)
    return gridded_count(increase_5m, window.seconds, policy)
