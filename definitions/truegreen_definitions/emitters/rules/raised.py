"""Alerts of an agreement before they are raised: severity, calendars and annotations.

Calendars:
    An alert is not raised in a calendar that mutes it, nor outside of the one it is raised
    during. A calendar that nobody exports masks nothing: better told once too often than never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import any_of, series
from truegreen_definitions.emitters.rules.notes import about_agreement, labels_of
from truegreen_definitions.emitters.rules.rule import Alert

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.names import AlertName
    from truegreen_definitions.plan import Alerting

__all__ = ["SAME", "masks", "raised"]

SAME = f"and on ({names.SERVICE}, {names.AGREEMENT})"


def raised(
    promise: Promised,
    name: AlertName,
    key: str,
    expr: str,
    summary: str,
    *,
    usual: str = names.SeverityValue.TICKET,
    pending: str = "",
    **labels: str,
) -> Iterator[Alert]:
    """Yield an alert about an agreement, or nothing where it is not to be raised.

    Args:
        promise: The agreement.
        name: What the alert is called.
        key: What the language calls it, as in `alerts: {severity: {absent: page}}`.
        expr: When it fires, but for calendars.
        summary: What happened, in business words; may hold templates.
        usual: Its severity unless the definitions say otherwise.
        pending: How long it must hold; empty for at once.
        labels: Further labels.
    """
    alerting = promise.agreement.alerting
    severity = alerting.severity(key, usual)
    if severity:
        yield Alert(
            name=name,
            expr="\n".join((expr, *masks(alerting))),
            pending=pending,
            labels={**labels_of(promise, severity), **labels},
            annotations=about_agreement(promise, summary),
        )


def masks(alerting: Alerting) -> Iterator[str]:
    """Yield the lines that end an expression so that calendars mask it."""
    if len(alerting.muted) == 1:
        yield f"unless on () {series(names.CALENDAR_ACTIVE, calendar=alerting.muted[0])} == 1"
    elif alerting.muted:
        yield f"unless on () {any_of(names.CALENDAR_ACTIVE, names.CALENDAR, alerting.muted)} == 1"
    if alerting.during:
        yield f"unless on () {series(names.CALENDAR_ACTIVE, calendar=alerting.during)} == 0"
