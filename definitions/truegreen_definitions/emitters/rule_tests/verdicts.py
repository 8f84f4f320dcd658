"""Verdicts on an agreement, from its exact parts: ratios, budget, state, and the alerts on them.

Each step is a situation of its own, in all windows at once:

ok            everything is good
at_risk       one more bad event, and the budget is spent
breached      half again as much is bad as the budget allows
few bad       signals only: all is bad, but too little to tell anybody
no_data       there was nothing to count
insufficient  records only: all is bad, but one too few to judge
no good       records only: the good part is missing, so nothing was good
missing       there are no parts: of a signal `no_data`, of records `stale`
unread        records only: broken, but a source was last read too long ago to say so
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
from truegreen_definitions.emitters.rule_tests.wilson import wilson
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.state import STALE_AFTER_SECONDS
from truegreen_definitions.names import AlertName, SeverityValue, StateValue
from truegreen_definitions.plan import Records, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["verdict_cases"]

STEP = Layer.VERDICT.evaluation_seconds
ENOUGH_BAD = 1_000  # events the budget allows: so many that intervals of samples are narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situation:
    """What is counted, and what must be said of it.

    Attributes:
        name: The situation, as above.
        good: Good events; None where the series is missing.
        total: All events; None likewise.
        told: Whether somebody is told that the promise is broken.
        fresh: Whether the sources of records were read of late.
    """

    name: str
    good: int | None
    total: int | None
    state: StateValue
    told: bool = False
    fresh: bool = True


def verdict_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement's verdicts over all windows in which it has one."""
    agreement = promise.agreement
    situations = tuple(_situations(promise))
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


def _situations(promise: Promise) -> Iterator[_Situation]:
    total = int(ENOUGH_BAD / promise.agreement.budget) + _min_sample(promise)
    total -= total % 10 ** _places(promise)
    met = int(total * promise.agreement.objective)
    broken = met - (total - met) // 2
    yield _Situation(name="ok", good=total, total=total, state=StateValue.OK)
    yield _Situation(name="at_risk", good=met + 1, total=total, state=StateValue.AT_RISK)
    yield _Situation(
        name="breached", good=broken, total=total, state=StateValue.BREACHED, told=True
    )
    yield _Situation(name="no_data", good=0, total=0, state=StateValue.NO_DATA)
    if isinstance(promise.agreement.parts, Signal):
        if few := promise.agreement.alerting.min_bad - 1:
            nothing_good = _of_nothing_good(promise, few)
            yield _Situation(name="few bad", good=0, total=few, state=nothing_good)
        yield _Situation(name="missing", good=None, total=None, state=StateValue.NO_DATA)
        return
    if few := _min_sample(promise) - 1:
        yield _Situation(name="insufficient", good=0, total=few, state=StateValue.INSUFFICIENT)
    yield _Situation(name="no good", good=None, total=total, state=StateValue.BREACHED, told=True)
    yield _Situation(name="missing", good=None, total=None, state=StateValue.STALE)
    if promise.sources:
        yield _Situation(
            name="unread", good=broken, total=total, state=StateValue.STALE, fresh=False
        )


def _of_nothing_good(promise: Promise, total: int) -> StateValue:
    _, upper = wilson(Decimal(0), Decimal(total))
    sure = promise.agreement.sampling == "census" or upper < promise.agreement.objective
    return StateValue.BREACHED if sure else StateValue.AT_RISK


def _sums(promise: Promise, situations: Sequence[_Situation]) -> Iterator[SeriesValues]:
    """Yield what the rules of lower layers record."""
    for window in promise.judged:
        labels = {**promise.labels, names.WINDOW: window}
        yield timeline(series(names.TOTAL_SUM, **labels), [one.total for one in situations])
        yield timeline(series(names.GOOD_SUM, **labels), [one.good for one in situations])


def _parts(promise: Promise, situations: Sequence[_Situation]) -> Iterator[SeriesValues]:
    """Yield what the exporter shows."""
    good, total = ([one.good for one in situations], [one.total for one in situations])
    for counted in promise.agreement.windows:
        for part, events in ((names.PartValue.GOOD, good), (names.PartValue.TOTAL, total)):
            labels = {**promise.labels, names.PART: part, names.WINDOW: counted.label}
            yield timeline(series(names.WINDOW_EVENTS, **labels), events)
    read_at = [
        place * STEP - (0 if one.fresh else STALE_AFTER_SECONDS + 1)
        for place, one in enumerate(situations)
    ]
    for source in promise.sources:
        yield timeline(series(names.SOURCE_LAST_SUCCESS, source=source), read_at)


def _checks(promise: Promise, situation: _Situation, at: int) -> Iterator[Check]:
    for window in promise.judged:
        labels = {**promise.labels, names.WINDOW: window}
        yield held(at, names.STATE_OF, labels, situation.state)
    yield from _alerts(promise, situation, at)
    # Numbers are told where they are neither 0 nor 1, and where there are none.
    if situation.state is StateValue.AT_RISK:
        yield from _numbers(promise, situation, at)
    if situation.state is StateValue.NO_DATA or situation.good is None:
        yield from _no_numbers(promise, situation, at)


def _numbers(promise: Promise, situation: _Situation, at: int) -> Iterator[Check]:
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


def _no_numbers(promise: Promise, situation: _Situation, at: int) -> Iterator[Check]:
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


def _alerts(promise: Promise, situation: _Situation, at: int) -> Iterator[Check]:
    told = situation.told
    yield _told(promise, at, AlertName.BUDGET_EXHAUSTED, "exhausted", fires=told)
    if not isinstance(promise.agreement.parts, Records):
        return
    yield _told(promise, at, AlertName.OBJECTIVE_MISSED, "missed", fires=told)
    if _min_sample(promise) > 1:
        few = situation.state is StateValue.INSUFFICIENT
        yield _told(promise, at, AlertName.INSUFFICIENT, "insufficient", fires=few)


def _told(promise: Promise, at: int, name: AlertName, key: str, *, fires: bool) -> Check:
    severity = promise.agreement.alerting.severity(key, SeverityValue.TICKET)
    window = f"prev_{promise.window}" if f"prev_{promise.window}" in promise.judged else ""
    asked = window if window and name is AlertName.INSUFFICIENT else promise.window
    labels = alert_labels(promise, severity, window=asked)
    return alert(at, name, labels, fires=fires and bool(severity))


def _min_sample(promise: Promise) -> int:
    parts = promise.agreement.parts
    return 1 if isinstance(parts, Signal) else max(1, parts.min_sample)


def _places(promise: Promise) -> int:
    """Return decimals of the objective: a total divisible by their power has a whole `met`."""
    exponent = Decimal(promise.agreement.objective).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
