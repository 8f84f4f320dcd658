"""Tickets in the hours of their team, where Alertmanager has no words for those hours.

Hours without public holidays and other dates become a time interval of the ticket's route. Hours
with them are masked here: the alert is not raised outside of a calendar that is exported.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.calendars.time_intervals import time_intervals
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.rule import Alert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.emitters.rules.rule import Group, Rule
    from truegreen_definitions.plan import Plan

__all__ = ["in_ticket_hours", "masked_hours"]


def masked_hours(plan: Plan) -> dict[str, str]:
    """Return by team the calendar of its hours, where only a mask can keep them."""
    unsaid = {one.name for one in plan.calendars if not time_intervals(one)}
    return {team.name: team.hours for team in plan.teams if team.hours in unsaid}


def in_ticket_hours(group: Group, hours: Mapping[str, str]) -> Group:
    """Return a group whose tickets are raised in their owners' hours alone."""
    return replace(group, rules=tuple(_masked(rule, hours) for rule in group.rules))


def _masked(rule: Rule, hours: Mapping[str, str]) -> Rule:
    if not isinstance(rule, Alert):
        return rule
    calendar = hours.get(rule.labels.get(names.OWNER, ""), "")
    if not calendar or rule.labels.get(names.AlertLabel.SEVERITY) != names.SeverityValue.TICKET:
        return rule
    closed = f"{series(names.CALENDAR_ACTIVE, calendar=calendar)} == 0"
    return replace(rule, expr=f"(\n{rule.expr}\n)\nunless on () {closed}")
