"""Alerts beside burn rates: nothing is measured, the budget is spent, an objective is missed."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.burn import burn_alerts, can_fire, enough_bad
from truegreen_definitions.emitters.rules.forecast import budget_exhaustion, forecast
from truegreen_definitions.emitters.rules.raised import SAME, raised
from truegreen_definitions.emitters.rules.slow_burn import slow_burn
from truegreen_definitions.names import StateValue
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Alert, Rule

__all__ = ["absence_seconds", "fast_alerts", "period_alerts", "record_alerts"]

STARTING_UP_SECONDS = 120


def fast_alerts(promise: Promise) -> Iterator[Alert]:
    """Yield the alerts on a signal that must not lag: its short burn pairs, and its absence."""
    yield from burn_alerts(promise, lagging=False)
    yield from _absence(promise)


def period_alerts(promise: Promise) -> Iterator[Rule]:
    """Yield the alerts on a signal's own window, and the forecast they read."""
    recorded = budget_exhaustion(promise)
    yield from _budget_exhausted(promise)
    if recorded is not None:
        yield recorded
        yield from forecast(promise)


def record_alerts(promise: Promise) -> Iterator[Rule]:
    """Yield the alerts on an agreement over records, and the burn rates they read."""
    yield from _objective_missed(promise)
    yield from _budget_exhausted(promise)
    yield from slow_burn(promise)
    yield from _insufficient(promise)


def absence_seconds(promise: Promise) -> int:
    """Return how long a signal may be silent before somebody is told.

    As long as the fastest pair would take to see that everything fails (factor x budget x long
    window), for a service that is down altogether may take its counters with it, and two minutes
    in which processes start.

    Source: Pyrra, `slo/rules.go`, SLOMetricAbsent: factor x budget x long window + `for`.
    """
    pairs = promise.policy.burn
    fastest = next((pair for pair in pairs if can_fire(promise.agreement, pair)), pairs[0])
    share = min(fastest.factor * promise.agreement.budget, Decimal(1))
    return STARTING_UP_SECONDS + ceil(share * fastest.long_seconds)


def _absence(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that a signal is not measured, as severe as the fastest pair."""
    return raised(
        promise,
        names.AlertName.ABSENT,
        "absent",
        f"absent({promise.series(names.TOTAL_5M)})",
        "nothing is measured, so nobody knows how it is",
        usual=promise.policy.burn[0].severity,
        pending=duration_label(absence_seconds(promise)),
    )


def _budget_exhausted(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that the budget of the agreement's own window is spent.

    Few events: of a signal it takes as many bad ones as a burn pair does, of records a total
    that is enough to judge.
    """
    window = promise.window
    left = promise.series(names.BUDGET_REMAINING, window=window)
    enough = f"{SAME} {enough_bad(promise, window)}"
    if isinstance(promise.agreement.parts, Records):
        enough = "\n".join(
            f"{SAME} {promise.series(names.STATE_OF, window=window, state=state)} == 0"
            for state in (StateValue.STALE, StateValue.INSUFFICIENT)
        )
    return raised(
        promise,
        names.AlertName.BUDGET_EXHAUSTED,
        "exhausted",
        f"{left} <= 0\n{enough}",
        f"the error budget of {promise.words} is spent",
    )


def _objective_missed(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that records prove the objective missed; its value is the upper bound."""
    window = promise.window
    upper = promise.series(names.ATTAINMENT_UPPER, window=window)
    breached = promise.series(names.STATE_OF, window=window, state=StateValue.BREACHED)
    return raised(
        promise,
        names.AlertName.OBJECTIVE_MISSED,
        "missed",
        f"{upper}\n{SAME} {breached} == 1",
        f"{{{{ $value | humanizePercentage }}}} at best, {promise.words} was promised",
    )


def _insufficient(promise: Promise) -> Iterator[Alert]:
    """Yield the alert that there was too little to judge: of a calendar period, when it is over.

    A period that has just begun has few records, and nobody is at fault.
    """
    parts = promise.agreement.parts
    if not isinstance(parts, Records) or parts.min_sample <= 1:
        return
    closed = f"prev_{promise.window}"
    window = closed if closed in promise.judged else promise.window
    state = promise.series(names.STATE_OF, window=window, state=StateValue.INSUFFICIENT)
    yield from raised(
        promise,
        names.AlertName.INSUFFICIENT,
        "insufficient",
        f"max without ({names.STATE}) ({state}) == 1",
        f"fewer than {parts.min_sample} records over {window}: nobody can judge {promise.words}",
    )
