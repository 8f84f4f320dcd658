"""Forecast, from the sums and the burn rate it is made of.

Each step is a situation of its own:

calm      half of the budget is left, and the pace would keep it
spending  the pace spends the budget within the window, but not soon
soon      the pace spends it soon
spent     there is nothing left to forecast
few       as soon, but of too few bad events
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, missing, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import AHEAD, pace_of
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


@dataclass(frozen=True, slots=True)
class _Situation:
    """Share of the budget that is left, burn rate now, and bad events behind that."""

    left: Decimal
    burn: Decimal
    bad: int = EVENTS // 2


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
    )
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
            timeline(series(names.TOTAL_SUM, **recent), [EVENTS] * len(spent)),
            timeline(series(names.GOOD_SUM, **recent), [EVENTS - one.bad for one in situations]),
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


def _checks(promise: Promise, one: _Situation, left: Decimal, at: int) -> Iterator[Check]:
    seconds, window = promise.agreement.window.seconds, promise.window
    severity = promise.agreement.alerting.severity("forecast", SeverityValue.TICKET)
    foretold = left > 0 and one.burn > 1
    ends_in = left * seconds / (one.burn - 1 + left) if foretold else None
    if ends_in is None:
        yield missing(at, promise, names.BUDGET_EXHAUSTION, window=window)
    else:
        yield value_of(at, promise, names.BUDGET_EXHAUSTION, ends_in, window=window)
    fires = (
        ends_in is not None
        and ends_in < seconds * AHEAD
        and one.bad >= promise.agreement.alerting.min_bad
    )
    labels = alert_labels(promise, severity, window=window)
    yield alert(at, AlertName.FORECAST, labels, fires=fires and bool(severity))
