"""Routes: a team's pages go where it is paged and its tickets where it takes tickets.

A team that has only one way gets both there. What belongs to no team, or to one that cannot be
told, goes everywhere: an alert that nobody was meant to get is a mistake that somebody must see.
An alert that has gone on for too long is another alert, `escalation="1"`, and goes to the team it
escalates to. Tickets wait for the team's hours, where Alertmanager can say them, and so do its
tickets that have gone on, which wait a while longer (see `intervals`): nobody hears of one before
the team that owns it could have looked at it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.alertmanager.intervals import later_name
from truegreen_definitions.emitters.alertmanager.receivers import EVERYBODY, receiver_name
from truegreen_definitions.emitters.yaml_text import Commented, Value
from truegreen_definitions.expressions.promql import quote
from truegreen_definitions.names import SeverityValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan, Team

__all__ = ["ESCALATED", "route_of"]

ESCALATED = "1"

# (group_wait, group_interval, repeat_interval) by severity: a page within seconds, a ticket in
# one message with what follows it, and a reminder by the next shift or the next day.
PACE = {
    SeverityValue.PAGE: ("10s", "1m", "1h"),
    SeverityValue.TICKET: ("1m", "5m", "1d"),
}


def route_of(plan: Plan, intervals: frozenset[str]) -> Value:
    """Return the tree of routes.

    Args:
        plan: The plan.
        intervals: Calendars that the configuration has as time intervals.
    """
    teams = {team.name: team for team in plan.teams}
    return {
        "receiver": EVERYBODY,
        "group_by": [names.SERVICE],
        **_pace(SeverityValue.PAGE),
        "routes": [route for team in plan.teams for route in _routes(team, teams, intervals)],
    }


def _routes(team: Team, teams: dict[str, Team], intervals: frozenset[str]) -> Iterator[Value]:
    comment = f"{team.title}: {team.origin}"
    for route in (*_escalated(team, teams, intervals), *_own(team, intervals)):
        yield Commented(route, comment) if comment else route
        comment = ""


def _escalated(
    team: Team, teams: dict[str, Team], intervals: frozenset[str]
) -> Iterator[dict[str, Value]]:
    for escalation in team.escalations:
        severity = SeverityValue(escalation.severity)
        told = teams.get(escalation.team)
        matchers = [*_matchers(team, severity), f"{names.AlertLabel.ESCALATION}={quote(ESCALATED)}"]
        yield {
            "receiver": receiver_name(told, severity) if told and told.is_told else EVERYBODY,
            "matchers": matchers,
            **_active(team, severity, intervals, later_name(team.hours, escalation)),
            **_pace(severity),
        }


def _own(team: Team, intervals: frozenset[str]) -> Iterator[dict[str, Value]]:
    if not team.is_told:
        return
    for severity in PACE:
        yield {
            "receiver": receiver_name(team, severity),
            "matchers": _matchers(team, severity),
            **_active(team, severity, intervals),
            **_pace(severity),
        }


def _active(
    team: Team, severity: SeverityValue, intervals: frozenset[str], later: str = ""
) -> dict[str, Value]:
    waits = severity is SeverityValue.TICKET and team.hours in intervals
    return {"active_time_intervals": [later or team.hours]} if waits else {}


def _matchers(team: Team, severity: SeverityValue) -> list[str]:
    return [
        f"{names.OWNER}={quote(team.name)}",
        f"{names.AlertLabel.SEVERITY}={quote(severity)}",
    ]


def _pace(severity: SeverityValue) -> dict[str, Value]:
    wait, interval, repeat = PACE[severity]
    return {"group_wait": wait, "group_interval": interval, "repeat_interval": repeat}
