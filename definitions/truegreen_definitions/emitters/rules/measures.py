"""The rule group of an agreement about a value: the exporter measures, the rules judge.

Values come as gauges, from every exporter that runs: the greatest is taken, so a second exporter
that says the same changes nothing.

States over a window; exactly one is 1:

stale         the exporter's records are missing, or a source of the table was not read of late
no_data       there is no value: nothing to take a mean of, nothing below a ratio
insufficient  fewer records than `min_sample`; of a sample, fewer than bound anything
breached      the value is beyond the target; of a sample, by the bound that is nearer to it
ok            the value is on the right side of the target; of a sample, by both bounds
at_risk       of a sample, undecided; of a census, met, and within a tenth of the target
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import period_interval
from truegreen_definitions.emitters.rules.raised import SAME, raised
from truegreen_definitions.emitters.rules.rule import Group
from truegreen_definitions.emitters.rules.staleness import unread
from truegreen_definitions.names import StateValue
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import ValuePromise
    from truegreen_definitions.emitters.rules.rule import Alert, Recording, Rule

__all__ = ["edge", "least_sample", "value_group"]

NEVER = "vector(0)"
NEAR = Decimal("0.1")
_LIMITS = {"percent": Decimal(100), "share": Decimal(1)}
_SHOWN = (
    (names.VALUE, names.WINDOW_VALUE),
    (names.VALUE_LOWER, names.WINDOW_VALUE_LOWER),
    (names.VALUE_UPPER, names.WINDOW_VALUE_UPPER),
)


def value_group(promise: ValuePromise) -> Group:
    """Return the one group: values of every window, target, states and alerts of the judged."""
    return Group(
        name=promise.agreement.id,
        interval_seconds=period_interval(promise.policy),
        comment=f"{promise.origin}: {promise.words}",
        rules=tuple(_rules(promise)),
    )


def edge(promise: ValuePromise) -> Decimal:
    """Return from where on a census is near its target: a tenth of it, or of what is left.

    What cannot pass a limit, such as a percentage, would else never be well.
    """
    target = promise.bound.target
    if promise.bound.direction == "at_most":
        return target * (1 - NEAR)
    limit = _LIMITS.get(promise.agreement.parts.unit)
    return target + NEAR * (target if limit is None else max(limit - target, Decimal(0)))


def least_sample(promise: ValuePromise) -> int:
    """Return how many records it takes to judge."""
    at_least = 2 if promise.agreement.sampling == "sample" else 1
    return max(at_least, promise.agreement.parts.min_sample)


def _rules(promise: ValuePromise) -> Iterator[Rule]:
    for counted in promise.agreement.windows:
        window = counted.label
        for metric, exported in _SHOWN:
            shown = f"max({promise.series(exported, window=window)})"
            yield _record(promise, metric, shown, window)
        if counted.judged:
            target = f"vector({number_text(promise.bound.target)})"
            yield _record(promise, names.TARGET, target, window)
            yield from _states(promise, window)
    yield from _missed(promise)
    yield from _insufficient_alert(promise)


def _record(promise: ValuePromise, metric: names.Metric, expr: str, window: str) -> Recording:
    currency = promise.agreement.parts.currency
    return promise.record(metric, expr, window=window, currency=currency)


def _states(promise: ValuePromise, window: str) -> Iterator[Recording]:
    """Yield the six rules of a window whose value is recorded; later ones read the first."""
    fresh = f"unless on () {promise.series(names.STATE_OF, window=window, state='stale')} == 1"
    value = _judged(promise, names.VALUE, window)
    total = _total(promise, window)
    least = least_sample(promise)
    few = f"({total} < bool {least})\nand on () {value}\n{fresh}\nor on () {NEVER}"
    found = {
        StateValue.STALE: _stale(promise, window),
        StateValue.NO_DATA: f"absent({value})\n{fresh}\nor on () {NEVER}",
        StateValue.INSUFFICIENT: few if least > 1 else NEVER,
    }
    for state, condition in _verdicts(promise, window):
        gated = f"{condition}\nand on () {total} >= {least}\n{fresh}\nor on () {NEVER}"
        found[state] = gated if condition != NEVER else NEVER
    for state, expr in found.items():
        yield promise.record(names.STATE_OF, expr, window=window, state=str(state))


def _verdicts(promise: ValuePromise, window: str) -> Iterator[tuple[StateValue, str]]:
    """Yield the condition (0 or 1, absent without a value) of each state that judges."""
    most = promise.bound.direction == "at_most"
    within, beyond = ("<=", ">") if most else (">=", "<")
    target = number_text(promise.bound.target)
    if promise.agreement.sampling == "sample":
        near, far = (
            _judged(promise, metric, window)
            for metric in ((names.VALUE_LOWER, names.VALUE_UPPER)[:: 1 if most else -1])
        )
        yield StateValue.OK, f"{far} {within} bool {target}"
        yield (
            StateValue.AT_RISK,
            f"({near} {within} bool {target}) * ({far} {beyond} bool {target})",
        )
        yield StateValue.BREACHED, f"{near} {beyond} bool {target}"
        return
    value = _judged(promise, names.VALUE, window)
    close = number_text(edge(promise))
    yield StateValue.OK, f"{value} {within} bool {close}"
    risk = f"({value} {within} bool {target}) * ({value} {beyond} bool {close})"
    yield StateValue.AT_RISK, risk if close != target else NEVER
    yield StateValue.BREACHED, f"{value} {beyond} bool {target}"


def _judged(promise: ValuePromise, metric: names.Metric, window: str) -> str:
    """Return a recorded value with the labels of a state, which knows no currency."""
    recorded = promise.series(metric, window=window)
    paid = promise.agreement.parts.currency
    return f"max without ({names.CURRENCY}) ({recorded})" if paid else recorded


def _stale(promise: ValuePromise, window: str) -> str:
    missing = f"absent({_total(promise, window)})"
    if not promise.sources:
        return f"{missing}\nor on () {NEVER}"
    return f"{missing}\nor on () {unread(promise)}\nor on () {NEVER}"


def _total(promise: ValuePromise, window: str) -> str:
    part = names.SampleValue.TOTAL
    return f"max({promise.series(names.WINDOW_SAMPLE, part=part, window=window)})"


def _missed(promise: ValuePromise) -> Iterator[Alert]:
    """Yield the alert that the value is beyond its target; its value is the bound that says so."""
    most = promise.bound.direction == "at_most"
    bound = names.VALUE_LOWER if most else names.VALUE_UPPER
    window, unit = promise.window, promise.agreement.parts.unit
    breached = promise.series(names.STATE_OF, window=window, state=StateValue.BREACHED)
    shown = "humanizeDuration" if unit == "seconds" else 'printf "%.4g"'
    more = "" if unit == "seconds" else f" {unit}".rstrip()
    return raised(
        promise,
        names.AlertName.OBJECTIVE_MISSED,
        "missed",
        f"{promise.series(bound, window=window)}\n{SAME} {breached} == 1",
        f"{{{{ $value | {shown} }}}}{more} at best, {promise.words} was promised",
    )


def _insufficient_alert(promise: ValuePromise) -> Iterator[Alert]:
    """Yield the alert that there was too little to judge: of a calendar period, when it is over."""
    least = least_sample(promise)
    if least <= 1:
        return
    closed = f"prev_{promise.window}"
    window = closed if closed in promise.judged else promise.window
    state = promise.series(names.STATE_OF, window=window, state=StateValue.INSUFFICIENT)
    yield from raised(
        promise,
        names.AlertName.INSUFFICIENT,
        "insufficient",
        f"max without ({names.STATE}) ({state}) == 1",
        f"fewer than {least} records over {window}: nobody can judge {promise.words}",
    )
