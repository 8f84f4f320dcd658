"""Alerts beside burn rates: nothing is measured, the budget is spent, an objective is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.burn import MIN_BAD_EVENTS
from truegreen_definitions.emitters.rules.notes import about_agreement, labels_of
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.names import StateValue
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["absence", "budget_exhausted", "objective_missed"]

ABSENT_FOR_SECONDS = 300
_SAME = f"and on ({names.SERVICE}, {names.AGREEMENT})"


def absence(promise: Promise) -> Alert:
    """Return the alert that a signal is not measured at all.

    It is as severe as the fastest burn pair: a service that is down altogether may take its
    counters with it, and no burn rate can tell then.
    """
    severity = promise.policy.burn[0].severity
    return Alert(
        name=names.AlertName.ABSENT,
        expr=f"absent({promise.series(names.TOTAL_5M)})",
        pending=duration_label(ABSENT_FOR_SECONDS),
        labels=labels_of(promise, severity),
        annotations=about_agreement(promise, "nothing is measured, so nobody knows how it is"),
    )


def budget_exhausted(promise: Promise) -> Alert:
    """Return the alert that the budget of the agreement's own window is spent.

    Few events: of a signal it takes as many bad ones as a burn pair does, of records a total
    that is enough to judge.
    """
    window = promise.window
    left = promise.series(names.BUDGET_REMAINING, window=window)
    good = promise.series(names.GOOD_SUM, window=window)
    total = promise.series(names.TOTAL_SUM, window=window)
    enough = f"{_SAME} ({total} - {good}) >= {MIN_BAD_EVENTS}"
    if isinstance(promise.agreement.parts, Records):
        enough = "\n".join(
            f"{_SAME} {promise.series(names.STATE_OF, window=window, state=state)} == 0"
            for state in (StateValue.STALE, StateValue.INSUFFICIENT)
        )
    return Alert(
        name=names.AlertName.BUDGET_EXHAUSTED,
        expr=f"{left} <= 0\n{enough}",
        labels=labels_of(promise, names.SeverityValue.TICKET),
        annotations=about_agreement(promise, f"the error budget of {promise.words} is spent"),
    )


def objective_missed(promise: Promise) -> Alert:
    """Return the alert that records prove the objective missed; its value is the upper bound."""
    window = promise.window
    upper = promise.series(names.ATTAINMENT_UPPER, window=window)
    breached = promise.series(names.STATE_OF, window=window, state=StateValue.BREACHED)
    summary = f"{{{{ $value | humanizePercentage }}}} at best, {promise.words} was promised"
    return Alert(
        name=names.AlertName.OBJECTIVE_MISSED,
        expr=f"{upper}\n{_SAME} {breached} == 1",
        labels=labels_of(promise, names.SeverityValue.TICKET),
        annotations=about_agreement(promise, summary),
    )
