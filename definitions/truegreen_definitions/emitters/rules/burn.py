"""Burn rates, and the alerts on them.

A pair fires when its long and its short window both burn faster than its factor: the long one
says that it matters, the short one that it still goes on. So it needs no `for`, and it
resolves soon after the fault ends.

Few events: one failure of two would be a burn rate beyond any factor. So a pair also needs
`MIN_BAD_EVENTS` bad events in its long window. With more traffic than that the condition is
always met before the factor is.

Source: Site Reliability Workbook, chapter 5, "Alerting on SLOs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.notes import about_agreement, labels_of
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording
    from truegreen_definitions.plan import Agreement, Burn, Policy

__all__ = ["burn_alerts", "burn_rate", "can_fire", "unreachable"]

MIN_BAD_EVENTS = 5


def can_fire(agreement: Agreement, burn: Burn) -> bool:
    """Return whether any error ratio is above the pair's factor times the budget."""
    return burn.factor * agreement.budget < 1


def unreachable(agreement: Agreement, policy: Policy) -> tuple[str, ...]:
    """Return the pairs that cannot fire for an agreement."""
    return tuple(burn.label for burn in policy.burn if not can_fire(agreement, burn))


def burn_rate(promise: Promise, window: str) -> Recording:
    """Return the rule of the burn rate over a window whose sums are recorded."""
    total = promise.series(names.TOTAL_SUM, window=window)
    ratio = f"({_bad(promise, window)}) / ({total} > 0) / {promise.budget}"
    expr = f"sum without ({names.WINDOW}) (\n  {ratio}\n)"
    return promise.record(names.BURN_RATE, expr, over=window)


def burn_alerts(promise: Promise) -> Iterator[Alert]:
    """Yield one alert per pair that can fire, in the order of the policy."""
    for burn in promise.policy.burn:
        if can_fire(promise.agreement, burn):
            yield _alert(promise, burn)


def _alert(promise: Promise, burn: Burn) -> Alert:
    factor = number_text(burn.factor)
    long = promise.series(names.BURN_RATE, over=burn.long)
    short = promise.series(names.BURN_RATE, over=burn.short)
    same = f"and on ({names.SERVICE}, {names.AGREEMENT})"
    labels = labels_of(promise, burn.severity)
    summary = (
        'errors come {{ $value | printf "%.1f" }} times as fast as '
        f"{promise.words} allows (over {burn.long} and {burn.short})"
    )
    return Alert(
        name=names.AlertName.BURN,
        expr=(
            f"max without ({names.OVER}) ({long}) > {factor}\n"
            f"{same} {short} > {factor}\n"
            f"{same} ({_bad(promise, burn.long)}) >= {MIN_BAD_EVENTS}"
        ),
        labels={**labels, names.AlertLabel.BURN: burn.label},
        annotations=about_agreement(promise, summary),
    )


def _bad(promise: Promise, window: str) -> str:
    total = promise.series(names.TOTAL_SUM, window=window)
    return f"{total} - {promise.series(names.GOOD_SUM, window=window)}"
