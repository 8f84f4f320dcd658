"""Burn rates, and the alerts on them.

A pair fires when its long and its short window both burn faster than its factor: the long one
says that it matters, the short one that it still goes on. So it needs no `for`, and it
resolves soon after the fault ends.

Few events: one failure of two would be a burn rate beyond any factor. So a pair also needs some
bad events in its long window (five, unless the definitions say otherwise); with more traffic than
that the condition is always met before the factor is. A count is a difference of scaled floats, so
a hundredth of an event may be missing from it. Of a sample it needs more: that the lower
Wilson 95 % bound of the error ratio in the long window is above the threshold t = factor x budget.
Of b bad events among n that is so exactly when

    b - t n > 1.96 sqrt(t (1 - t) n)

for Wilson's interval holds the ratios that a score test does not reject. So no root of a root has
to be taken, and nothing is lost to rounding.

Source: Site Reliability Workbook, chapter 5, "Alerting on SLOs". E. B. Wilson (1927), "Probable
inference, the law of succession, and statistical inference", JASA 22.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.raised import SAME, raised
from truegreen_definitions.grid import UNLAGGED_SECONDS
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Alert, Recording
    from truegreen_definitions.plan import Agreement, Burn, Policy

__all__ = [
    "bad_events",
    "burn_alerts",
    "burn_rate",
    "can_fire",
    "enough_bad",
    "surely_above",
    "unreachable",
]

COUNTING_ERROR = Decimal("0.01")


def can_fire(agreement: Agreement, burn: Burn) -> bool:
    """Return whether any error ratio is above the pair's factor times the budget."""
    return burn.factor * agreement.budget < 1


def unreachable(agreement: Agreement, policy: Policy) -> tuple[str, ...]:
    """Return the pairs that cannot fire for an agreement."""
    return tuple(burn.label for burn in policy.burn if not can_fire(agreement, burn))


def burn_rate(promise: Promise, window: str) -> Recording:
    """Return the rule of the burn rate over a window whose sums are recorded."""
    good, total = (promise.series(one, window=window) for one in (names.GOOD_SUM, names.TOTAL_SUM))
    ratio = f"(\n    1 - {good}\n    / ({total} > 0)\n  ) / {promise.budget}"
    expr = f"sum without ({names.WINDOW}) (\n  {ratio}\n)"
    return promise.record(names.BURN_RATE, expr, over=window)


def burn_alerts(promise: Promise, *, lagging: bool) -> Iterator[Alert]:
    """Yield one alert per pair that can fire, in the order of the policy.

    Args:
        promise: The agreement.
        lagging: Whether of pairs whose long window is on the grid, or of all others.
    """
    for burn in promise.policy.burn:
        if (burn.long_seconds > UNLAGGED_SECONDS) == lagging and can_fire(promise.agreement, burn):
            yield from _alerts(promise, burn)


def bad_events(promise: Promise, window: str) -> str:
    """Return the bad events of a window whose sums are recorded, for what stands in brackets."""
    total = promise.series(names.TOTAL_SUM, window=window)
    return f"  {total}\n  - {promise.series(names.GOOD_SUM, window=window)}"


def enough_bad(promise: Promise, window: str) -> str:
    """Return whether a window has as many bad events as an alert needs."""
    least = number_text(promise.agreement.alerting.min_bad - COUNTING_ERROR)
    return f"(\n{bad_events(promise, window)}\n) >= {least}"


def surely_above(promise: Promise, window: str, factor: Decimal) -> str:
    """Return whether a window burns faster than a factor by the lower Wilson bound."""
    threshold = factor * promise.agreement.budget
    total = promise.series(names.TOTAL_SUM, window=window)
    variance = number_text(threshold * (1 - threshold))
    excess = f"{bad_events(promise, window)}\n  - {number_text(threshold)} * {total}"
    return f"(\n{excess}\n) > 1.96 * sqrt({variance} * {total})"


def _alerts(promise: Promise, burn: Burn) -> Iterator[Alert]:
    factor = number_text(burn.factor)
    long = promise.series(names.BURN_RATE, over=burn.long)
    short = promise.series(names.BURN_RATE, over=burn.short)
    alerting = promise.agreement.alerting
    conditions = [
        f"max without ({names.OVER}) ({long}) > {factor}",
        f"{SAME} {short} > {factor}",
        f"{SAME} {enough_bad(promise, burn.long)}",
    ]
    if alerting.wilson:
        conditions.append(f"{SAME} {surely_above(promise, burn.long, burn.factor)}")
    summary = (
        'errors come {{ $value | printf "%.1f" }} times as fast as '
        f"{promise.words} allows (over {burn.long} and over {burn.short})"
    )
    yield from raised(
        promise,
        names.AlertName.BURN,
        "burn",
        "\n".join(conditions),
        summary,
        usual=burn.severity,
        **{names.AlertLabel.BURN: burn.label},
    )
