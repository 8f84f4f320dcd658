"""Verdicts on a value, from what the exporter shows: states, target, and the alerts on them.

Each step is a situation of its own, in all windows at once: well within the target, near it (of
a sample: undecided), beyond it, too few records, no value, no records, and a source that was
last read too long ago to say. Two exporters show the values of judged windows, as where one takes
over from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import (
    alert,
    alert_labels,
    during,
    held,
    missing,
    value_of,
)
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import unread_seconds
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.measures import edge, least_sample
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import AlertName, SeverityValue, StateValue

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import ValuePromise

__all__ = ["value_cases"]

STEP = Layer.VERDICT.evaluation_seconds
MANY = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situation:
    """What is shown, and what must be said of it; None where a series is missing."""

    name: str
    shown: tuple[Decimal, Decimal, Decimal] | None
    total: int | None
    state: StateValue
    fresh: bool = True


def value_cases(promise: ValuePromise) -> Iterator[Case]:
    """Yield the test of the verdicts on a value over all windows in which it has one."""
    situations = tuple(_situations(promise))
    yield Case(
        about=promise.agreement.id,
        origin=promise.agreement.origin,
        claim="each state from the value that makes it, told when it is beyond the target",
        layer=Layer.VERDICT,
        step_seconds=STEP,
        series=tuple(_series(promise, situations)),
        checks=tuple(
            check
            for place, one in enumerate(situations)
            for check in during(one.name, _checks(promise, one, place * STEP))
        ),
    )


def _situations(promise: ValuePromise) -> Iterator[_Situation]:
    target, close = promise.bound.target, edge(promise)
    away = Decimal(1) if promise.bound.direction == "at_most" else Decimal(-1)
    well, near, beyond = close - away, (close + target) / 2, target + away
    few = least_sample(promise) - 1
    if promise.agreement.sampling == "sample":
        shown = {
            StateValue.OK: (target - 3 * away, target - 2 * away, target - away),
            StateValue.AT_RISK: (target - 2 * away, target + away, target + 2 * away),
            StateValue.BREACHED: (target + away, target + 2 * away, target + 3 * away),
        }
    else:
        shown = {StateValue.OK: (well,) * 3, StateValue.BREACHED: (beyond,) * 3}
        if close != target:
            shown[StateValue.AT_RISK] = (near,) * 3
    for state, (low, value, high) in shown.items():
        ordered = (min(low, high), value, max(low, high))
        yield _Situation(name=state, shown=ordered, total=MANY + few, state=state)
    broken = (beyond + 2 * away,) * 3
    if few:
        state = StateValue.INSUFFICIENT
        yield _Situation(name="insufficient", shown=broken, total=few, state=state)
    yield _Situation(name="no value", shown=None, total=MANY, state=StateValue.NO_DATA)
    yield _Situation(name="missing", shown=None, total=None, state=StateValue.STALE)
    if promise.sources:
        stale = StateValue.STALE
        yield _Situation(name="unread", shown=broken, total=MANY, state=stale, fresh=False)


def _series(promise: ValuePromise, situations: Sequence[_Situation]) -> Iterator[SeriesValues]:
    exported = (names.WINDOW_VALUE_LOWER, names.WINDOW_VALUE, names.WINDOW_VALUE_UPPER)
    currency = promise.agreement.parts.currency
    paid = {names.CURRENCY: currency} if currency else {}
    for counted in promise.agreement.windows:
        own = {**promise.labels, names.WINDOW: counted.label}
        for place, metric in enumerate(exported):
            values = [one.shown[place] if one.shown else None for one in situations]
            yield timeline(series(metric, **own, **paid), values)
            if counted.judged:  # a second exporter that says the same changes nothing
                another = {**own, **paid, "instance": "another"}
                yield timeline(selector(metric.name, another), values)
        of = {**own, names.PART: str(names.SampleValue.TOTAL)}
        yield timeline(series(names.WINDOW_SAMPLE, **of), [one.total for one in situations])
    read_at = [
        place * STEP - (0 if one.fresh else unread_seconds(promise.every_seconds) + 1)
        for place, one in enumerate(situations)
    ]
    for source in promise.sources:
        yield timeline(series(names.SOURCE_LAST_SUCCESS, source=source), read_at)


def _checks(promise: ValuePromise, situation: _Situation, at: int) -> Iterator[Check]:
    for window in promise.judged:
        labels = {**promise.labels, names.WINDOW: window}
        yield held(at, names.STATE_OF, labels, situation.state)
    broken = situation.state is StateValue.BREACHED
    yield _told(promise, at, AlertName.OBJECTIVE_MISSED, "missed", fires=broken)
    if least_sample(promise) > 1:
        few = situation.state is StateValue.INSUFFICIENT
        yield _told(promise, at, AlertName.INSUFFICIENT, "insufficient", fires=few)
    currency = promise.agreement.parts.currency
    recorded = (names.VALUE_LOWER, names.VALUE, names.VALUE_UPPER)
    for counted in promise.agreement.windows:
        of = {names.WINDOW: counted.label, names.CURRENCY: currency}
        if situation.shown is not None:
            for metric, shown in zip(recorded, situation.shown, strict=True):
                yield value_of(at, promise, metric, shown, **of)
        else:
            yield missing(at, promise, names.VALUE, window=counted.label)
        if counted.judged:
            yield value_of(at, promise, names.TARGET, promise.bound.target, **of)


def _told(promise: ValuePromise, at: int, name: AlertName, key: str, *, fires: bool) -> Check:
    severity = promise.agreement.alerting.severity(key, SeverityValue.TICKET)
    closed = f"prev_{promise.window}"
    late = name is AlertName.INSUFFICIENT and closed in promise.judged
    currency = promise.agreement.parts.currency
    paid = {names.CURRENCY: currency} if currency and name is AlertName.OBJECTIVE_MISSED else {}
    window = closed if late else promise.window
    labels = alert_labels(promise, severity, window=window, **paid)
    return alert(at, name, labels, fires=fires and bool(severity))
