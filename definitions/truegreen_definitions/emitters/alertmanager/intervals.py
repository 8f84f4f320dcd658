"""Calendars of the plan as time intervals of Alertmanager, as far as it has words for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.calendars.time_intervals import time_intervals
from truegreen_definitions.emitters.yaml_text import Commented, Value

if TYPE_CHECKING:
    from truegreen_definitions.calendars.time_intervals import TimeInterval
    from truegreen_definitions.plan import Plan

__all__ = ["intervals_of"]

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
            interval: Value = {
                "name": calendar.name,
                "time_intervals": [_interval(one) for one in said],
            }
            found[calendar.name] = Commented(interval, f"{calendar.title}: {calendar.origin}")
    return found


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
