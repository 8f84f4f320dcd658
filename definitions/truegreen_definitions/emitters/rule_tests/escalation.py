"""Escalation of a service's alerts: one that fires for as long as the team says is told again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.alertmanager.routes import ESCALATED
from truegreen_definitions.emitters.rule_tests.asked import alert
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.escalation import escalations_of
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.names import AlertName

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import Escalation, Service, Team

__all__ = ["escalation_cases"]

STEP = Layer.ESCALATION.evaluation_seconds
ESCALATION = str(names.AlertLabel.ESCALATION)
_KEPT = (names.SERVICE, names.AGREEMENT, names.KIND, names.STEP)


def escalation_cases(
    service: Service,
    promises: Sequence[Promised],
    teams: Sequence[Team],
    groups: Sequence[Group],
    hours: Mapping[str, str],
) -> Iterator[Case]:
    """Yield the tests of each escalation that has an alert to wait for.

    Args:
        service: Whose alerts these are.
        promises: Its agreements.
        teams: All teams.
        groups: The rules of the service.
        hours: By team the calendar that masks its tickets.
    """
    alerts = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
    every = tuple(escalations_of(service, promises, teams))
    waited_for = [one for one in alerts if any(_is_of(one, *found) for found in every)]
    for owner, escalation in every:
        first = next((one for one in waited_for if _is_of(one, owner, escalation)), None)
        if first is not None:
            ticket = escalation.severity == "ticket"
            masked = hours.get(owner, "") if ticket else ""
            yield _case(service, owner, escalation, first, waited_for, open_in=masked)
            if masked:
                yield _closed(service, owner, escalation, first, waited_for, calendar=masked)


def _is_of(one: Alert, owner: str, escalation: Escalation) -> bool:
    severity = one.labels.get(names.AlertLabel.SEVERITY)
    return (
        one.labels.get(names.OWNER) == owner
        and severity == escalation.severity
        and ESCALATION not in one.labels
    )


def _case(
    service: Service,
    owner: str,
    escalation: Escalation,
    fired: Alert,
    alerts: Sequence[Alert],
    *,
    open_in: str,
) -> Case:
    """Return the test: one alert fires from the first step on, and ends; others never do."""
    waits = -(-escalation.after_seconds // STEP)
    told = _told(owner, escalation, fired)
    shown = [None, *[1] * (waits + 1), None, None]
    silent = [None] * len(shown)
    always = [(_hours(open_in), [1] * len(shown))] if open_in else []
    fires = {1: False, waits: False, waits + 1: True, waits + 3: False}
    return Case(
        about=service.name,
        origin=service.origin,
        claim=f"what fires for too long is told again, as {owner} says",
        layer=Layer.ESCALATION,
        step_seconds=STEP,
        series=(
            *(timeline(_series(one), shown if one is fired else silent) for one in alerts),
            *(timeline(*values) for values in always),
        ),
        checks=tuple(
            alert(place * STEP, AlertName.ESCALATED, told, fires=expected)
            for place, expected in fires.items()
        ),
    )


def _closed(
    service: Service,
    owner: str,
    escalation: Escalation,
    fired: Alert,
    alerts: Sequence[Alert],
    *,
    calendar: str,
) -> Case:
    """Return the test: a ticket is there all the time, and the hours end after its escalation."""
    waits = -(-escalation.after_seconds // STEP)
    told = _told(owner, escalation, fired)
    shown = [1] * (waits + 3)
    silent = [None] * len(shown)
    fires = {waits - 1: False, waits: True, waits + 2: False}
    return Case(
        about=service.name,
        origin=service.origin,
        claim=f"tickets of {owner} are told again in {calendar} alone",
        layer=Layer.ESCALATION,
        step_seconds=STEP,
        series=(
            *(timeline(_series(one), shown if one is fired else silent) for one in alerts),
            timeline(_hours(calendar), [*[1] * (waits + 1), 0, 0]),
        ),
        checks=tuple(
            alert(place * STEP, AlertName.ESCALATED, told, fires=expected)
            for place, expected in fires.items()
        ),
    )


def _told(owner: str, escalation: Escalation, fired: Alert) -> dict[str, str]:
    """Return the labels of the alert that tells of another again."""
    first = fired.labels
    return {
        **{label: first[label] for label in _KEPT if label in first},
        names.OWNER: owner,
        str(names.AlertLabel.SEVERITY): str(escalation.severity),
        ESCALATION: ESCALATED,
    }


def _hours(calendar: str) -> str:
    return series(names.CALENDAR_ACTIVE, calendar=calendar)


def _series(one: Alert) -> str:
    labels = {**one.labels, "alertname": str(one.name), "alertstate": "firing"}
    return selector("ALERTS", labels)
