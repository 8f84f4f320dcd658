"""The rule groups of an agreement over counters.

The first holds base counts, burn pairs of up to an hour and the alerts on them, in the order in
which they read one another, at the pace of the scrapes; agreements over one total share it, one
after the other (see `sharing`). The second holds what is counted on the grid of five minutes: the
longer burn pairs and their alerts, the agreement's own window; it judges that and the live one,
and may lag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rules.alerts import fast_alerts, period_alerts
from truegreen_definitions.emitters.rules.burn import burn_alerts, burn_rate, unreachable
from truegreen_definitions.emitters.rules.cadence import base_interval, period_interval
from truegreen_definitions.emitters.rules.days import (
    takes_days,
)
from truegreen_definitions.emitters.rules.judgement import judgement, ratios
from truegreen_definitions.emitters.rules.rule import Group
from truegreen_definitions.emitters.rules.state import states
from truegreen_definitions.emitters.rules.sums import (
    base_counts,
    day_counts,
    excluded_sums,
    long_sums,
    period_sums,
    short_sums,
)
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Rule
    from truegreen_definitions.emitters.rules.sharing import Counted
    from truegreen_definitions.plan import Signal

__all__ = ["fast_group", "period_group"]


def fast_group(together: Sequence[Counted]) -> Group:
    """Return the group of base counts and short burn windows of agreements over one total.

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
    yield from base_counts(one)
    for counted in promise.burn_windows(lagging=False):
        yield from short_sums(one, counted.window)
        yield burn_rate(promise, counted.label)
    yield from fast_alerts(promise)


def _period(promise: Promise, signal: Signal) -> Iterator[Rule]:
    for counted in promise.burn_windows(lagging=True):
        yield from long_sums(promise, counted.window)
        yield burn_rate(promise, counted.label)
    yield from burn_alerts(promise, lagging=True)
    windows = [one.window for one in promise.agreement.windows if not one.burns]
    if any(takes_days(window) for window in windows):
        yield from day_counts(promise)
    for window in windows:
        yield from period_sums(promise, window)
    if signal.exclusions:
        yield from excluded_sums(promise)
    for label in promise.judged:
        yield from ratios(promise, label)
        yield from judgement(promise, label)
        yield from states(promise, label)
    yield from period_alerts(promise)
