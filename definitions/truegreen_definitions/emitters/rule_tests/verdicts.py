"""Verdicts on an agreement, from its exact parts: ratios, budget, state, and the alerts on them.

Each step is a situation of its own, in all windows at once; `situations` says which.
"""

from __future__ import annotations

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
from truegreen_definitions.emitters.rule_tests.situations import (
    Situation,
    min_sample,
    situations_of,
)
from truegreen_definitions.emitters.rule_tests.wilson import wilson
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import AlertName, SeverityValue, StateValue
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["verdict_cases"]

STEP = Layer.VERDICT.evaluation_seconds


def verdict_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement's verdicts over all windows in which it has one."""
    agreement = promise.agreement
    situations = tuple(situations_of(promise))
    shown = _parts if isinstance(agreement.parts, Records) else _sums
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="each state from the parts that make it, told when it is broken",
        layer=Layer.VERDICT,
        step_seconds=STEP,
        series=tuple(shown(promise, situations)),
        checks=tuple(
            check
            for place, situation in enumerate(situations)
            for check in during(situation.name, _checks(promise, situation, place * STEP))
        ),
    )


def _sums(promise: Promise, situations: Sequence[Situation]) -> Iterator[SeriesValues]:
    """Yield what the rules of lower layers record."""
    for window in promise.judged:
        labels = {**promise.labels, names.WINDOW: window}
        yield timeline(series(names.TOTAL_SUM, **labels), [one.total for one in situations])
        yield timeline(series(names.GOOD_SUM, **labels), [one.good for one in situations])


def _parts(promise: Promise, situations: Sequence[Situation]) -> Iterator[SeriesValues]:
    """Yield what the exporter shows."""
    good, total = ([one.good for one in situations], [one.total for one in situations])
    for counted in promise.agreement.windows:
        for part, events in ((names.PartValue.GOOD, good), (names.PartValue.TOTAL, total)):
            labels = {**promise.labels, names.PART: part, names.WINDOW: counted.label}
            # A second exporter of the same plan shows the same, and that is no more.
            yield timeline(series(names.WINDOW_EVENTS, **labels), events)
            another = selector(names.WINDOW_EVENTS.name, {**labels, "instance": "another"})
            yield timeline(another, events)
    unread = unread_seconds(promise.every_seconds)
    for source in promise.sources:
        read_at = [
            place * STEP - (unread + 1 if one.unread == source else 0)
            for place, one in enumerate(situations)
        ]
        yield timeline(series(names.SOURCE_LAST_SUCCESS, source=source), read_at)


def _checks(promise: Promise, situation: Situation, at: int) -> Iterator[Check]:
    for window in promise.judged:
        labels = {**promise.labels, names.WINDOW: window}
        yield held(at, names.STATE_OF, labels, situation.state)
    yield from _alerts(promise, situation, at)
    # Numbers are told where they are neither 0 nor 1, and where there are none.
    if situation.state is StateValue.AT_RISK:
        yield from _numbers(promise, situation, at)
    if situation.counted is not None:
        for window in promise.judged:
            counted = Decimal(situation.counted)
            yield value_of(at, promise, names.GOOD_SUM, counted, window=window)
    if situation.state is StateValue.NO_DATA or situation.good is None:
        yield from _no_numbers(promise, situation, at)


def _numbers(promise: Promise, situation: Situation, at: int) -> Iterator[Check]:
    good, total = Decimal(situation.good or 0), Decimal(situation.total or 0)
    attainment = good / total
    lower, upper = attainment, attainment
    if promise.agreement.sampling == "sample":
        lower, upper = wilson(attainment, total)
    left = 1 - (total - good) / total / promise.agreement.budget
    for window in _with_ratios(promise):
        if isinstance(promise.agreement.parts, Records):
            yield value_of(at, promise, names.GOOD_SUM, good, window=window)
            yield value_of(at, promise, names.TOTAL_SUM, total, window=window)
        yield value_of(at, promise, names.ATTAINMENT, attainment, window=window)
        yield value_of(at, promise, names.ATTAINMENT_LOWER, lower, window=window)
        yield value_of(at, promise, names.ATTAINMENT_UPPER, upper, window=window)
    for window in promise.judged:
        objective = promise.agreement.objective
        yield value_of(at, promise, names.OBJECTIVE, objective, window=window)
        yield value_of(at, promise, names.BUDGET_REMAINING, left, window=window)


def _no_numbers(promise: Promise, situation: Situation, at: int) -> Iterator[Check]:
    """Yield that nothing is divided by nothing, and that a missing good part is 0."""
    for window in _with_ratios(promise):
        if situation.total:
            yield value_of(at, promise, names.GOOD_SUM, Decimal(0), window=window)
        else:
            yield missing(at, promise, names.ATTAINMENT, window=window)
    for window in promise.judged:
        if not situation.total:
            yield missing(at, promise, names.BUDGET_REMAINING, window=window)


def _with_ratios(promise: Promise) -> tuple[str, ...]:
    """Return the windows with ratios: of records all that are counted, of signals the judged."""
    if isinstance(promise.agreement.parts, Records):
        return tuple(one.label for one in promise.agreement.windows)
    return promise.judged


def _alerts(promise: Promise, situation: Situation, at: int) -> Iterator[Check]:
    told = situation.told
    yield _told(promise, at, AlertName.BUDGET_EXHAUSTED, "exhausted", fires=told or situation.spent)
    if not isinstance(promise.agreement.parts, Records):
        return
    yield _told(promise, at, AlertName.OBJECTIVE_MISSED, "missed", fires=told)
    if min_sample(promise) > 1:
        few = situation.state is StateValue.INSUFFICIENT
        yield _told(promise, at, AlertName.INSUFFICIENT, "insufficient", fires=few)


def _told(promise: Promise, at: int, name: AlertName, key: str, *, fires: bool) -> Check:
    severity = promise.agreement.alerting.severity(key, SeverityValue.TICKET)
    window = f"prev_{promise.window}" if f"prev_{promise.window}" in promise.judged else ""
    asked = window if window and name is AlertName.INSUFFICIENT else promise.window
    labels = alert_labels(promise, severity, window=asked)
    return alert(at, name, labels, fires=fires and bool(severity))
