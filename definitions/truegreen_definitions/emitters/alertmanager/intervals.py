"""Calendars of the plan as time intervals of Alertmanager, as far as it has words for them.

Tickets of the night are told when their team's hours begin, and those that have gone on for too
long by then would be told to two teams in one minute. So what is escalated has an interval of its
own, in which the hours begin later: by as long as the escalation waits, at most by an hour and by
half of the hours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.time_intervals import time_intervals
from truegreen_definitions.emitters.yaml_text import Commented, Value
from truegreen_definitions.plan import Span
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from truegreen_definitions.calendars.time_intervals import TimeInterval
    from truegreen_definitions.plan import Calendar, Escalation, Plan

__all__ = ["intervals_of", "later_name"]

MINUTE = 60
LONGEST_HEAD_START = 60 * MINUTE
DAY_MINUTES = 1_440

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)


def intervals_of(plan: Plan) -> dict[str, Value]:
    """Return by name the calendars that can be said, for routes and for silences by hand."""
    found: dict[str, Value] = {}
    for calendar in plan.calendars:
        if said := time_intervals(calendar):
            comment = f"{calendar.title}: {calendar.origin}"
            found[calendar.name] = _named(calendar.name, said, comment)
            for escalation in _waiting(plan, calendar):
                name = later_name(calendar.name, escalation)
                later = _later(calendar, escalation)
                comment = f"{calendar.title}, for what has gone on: {calendar.origin}"
                found[name] = _named(name, time_intervals(later), comment)
    return found


def later_name(hours: str, escalation: Escalation) -> str:
    """Return the name of the interval in which a ticket that has gone on is told."""
    return f"{hours}/after-{duration_label(_head_start(escalation))}"


def _named(name: str, said: tuple[TimeInterval, ...], comment: str) -> Value:
    interval: Value = {"name": name, "time_intervals": [_interval(one) for one in said]}
    return Commented(interval, comment)


def _waiting(plan: Plan, calendar: Calendar) -> list[Escalation]:
    """Return the escalations of tickets that are told in a calendar."""
    return [
        escalation
        for team in plan.teams
        if team.hours == calendar.name
        for escalation in team.escalations
        if escalation.severity == "ticket"
    ]


def _head_start(escalation: Escalation) -> int:
    return max(MINUTE, min(LONGEST_HEAD_START, escalation.after_seconds // MINUTE * MINUTE))


def _later(calendar: Calendar, escalation: Escalation) -> Calendar:
    minutes = _head_start(escalation) // MINUTE
    spans = calendar.times or (Span(start_minute=0, end_minute=DAY_MINUTES),)
    return replace(calendar, times=tuple(_begun(span, minutes) for span in spans))


def _begun(span: Span, minutes: int) -> Span:
    half = (span.end_minute - span.start_minute) // 2
    return replace(span, start_minute=span.start_minute + min(minutes, half))


def _interval(one: TimeInterval) -> Value:
    times: list[Value] = [
        {"start_time": _clock(start), "end_time": _clock(end)} for start, end in one.times
    ]
    parts: dict[str, list[Value]] = {
        "times": times,
        "weekdays": [_DAYS[day] for day in one.weekdays],
        "days_of_month": [
            str(first) if first == last else f"{first}:{last}" for first, last in one.days_of_month
        ],
        "months": [_MONTHS[month - 1] for month in one.months],
    }
    said: dict[str, Value] = {name: values for name, values in parts.items() if values}
    return {**said, "location": one.location}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
