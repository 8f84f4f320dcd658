"""Forecast, from the sums and the burn rate it is made of.

Each step is a situation of its own:

calm      half of the budget is left, and the pace would keep it
spending  the pace spends the budget within the window, but not soon
soon      the pace spends it soon
spent     there is nothing left to forecast
few       as soon, but of too few bad events
late      of a calendar period: the pace would spend the budget after its end

The tests begin in 1970, on the first day of a month, a quarter and a year, and on a Thursday.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, missing, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import AHEAD, length_of, pace_of
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.names import AlertName, SeverityValue
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["forecast_cases"]

STEP = Layer.VERDICT.evaluation_seconds
EVENTS = 1_000_000_000
_DAY = 86_400
_PERIOD_ENDS = {"week": 4 * _DAY, "month": 31 * _DAY, "quarter": 90 * _DAY, "year": 365 * _DAY}


@dataclass(frozen=True, slots=True)
class _Situation:
    """Share of the budget that is left, burn rate now, and bad events behind that if few."""

    left: Decimal
    burn: Decimal
    bad: int | None = None


def forecast_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of a signal's forecast, where it has one."""
    agreement, pace = promise.agreement, pace_of(promise)
    if not isinstance(agreement.parts, Signal) or not pace:
        return
    few = agreement.alerting.min_bad - 1
    half = Decimal("0.5")
    situations = (
        _Situation(half, Decimal("0.9")),
        _Situation(half, Decimal(2)),
        _Situation(half, Decimal(20)),
        _Situation(Decimal(0), Decimal(20)),
        _Situation(half, Decimal(20), few),
        *((_Situation(half, Decimal("1.2")),) if agreement.window.unit else ()),
    )
    recently = EVENTS // _times(promise)
    spent = [int((1 - one.left) * agreement.budget * EVENTS) for one in situations]
    own = {**promise.labels, names.WINDOW: promise.window}
    recent = {**promise.labels, names.WINDOW: pace}
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="the end of the budget is foretold, and told when it is near",
        layer=Layer.VERDICT,
        step_seconds=STEP,
        series=(
            timeline(series(names.TOTAL_SUM, **own), [EVENTS] * len(spent)),
            timeline(series(names.GOOD_SUM, **own), [EVENTS - bad for bad in spent]),
            timeline(series(names.TOTAL_SUM, **recent), [recently] * len(spent)),
            timeline(
                series(names.GOOD_SUM, **recent),
                [recently - (recently // 2 if x.bad is None else x.bad) for x in situations],
            ),
            timeline(
                series(names.BURN_RATE, **promise.labels, over=pace),
                [one.burn for one in situations],
            ),
        ),
        checks=tuple(
            check
            for place, (one, bad) in enumerate(zip(situations, spent, strict=True))
            for check in _checks(
                promise, one, 1 - Decimal(bad) / EVENTS / agreement.budget, place * STEP
            )
        ),
    )


def _times(promise: Promise) -> int:
    """Return how many times as many events the window has as the pace: six tenths of it."""
    pace = pace_of(promise)
    seconds = next(one.long_seconds for one in promise.policy.burn if one.long == pace)
    return length_of(promise) * 6 // (10 * seconds)


def _ends_in(promise: Promise, one: _Situation, left: Decimal, at: int) -> Decimal | None:
    """Return after how many seconds the budget is spent; None where it is not."""
    if left <= 0 or one.burn <= 1:
        return None
    length, unit = length_of(promise), promise.agreement.window.unit
    if not unit:
        return left * length / (one.burn - 1 + left)
    pace = pace_of(promise)
    seconds = next(pair.long_seconds for pair in promise.policy.burn if pair.long == pace)
    to_go = _PERIOD_ENDS[unit] - at
    recently = Decimal(EVENTS // _times(promise))
    found = (left * EVENTS * seconds / recently + to_go) / one.burn
    return found if found < to_go else None


def _checks(promise: Promise, one: _Situation, left: Decimal, at: int) -> Iterator[Check]:
    seconds, window = length_of(promise), promise.window
    severity = promise.agreement.alerting.severity("forecast", SeverityValue.TICKET)
    ends_in = _ends_in(promise, one, left, at)
    if ends_in is None:
        yield missing(at, promise, names.BUDGET_EXHAUSTION, window=window)
    else:
        yield value_of(at, promise, names.BUDGET_EXHAUSTION, ends_in, window=window)
    fires = (
        ends_in is not None
        and ends_in < seconds * AHEAD
        and (one.bad is None or one.bad >= promise.agreement.alerting.min_bad)
    )
    labels = alert_labels(promise, severity, window=window)
    yield alert(at, AlertName.FORECAST, labels, fires=fires and bool(severity))
