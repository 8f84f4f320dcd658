"""Calendars in the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import Calendar, Period, Span

if TYPE_CHECKING:
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.calendar import Calendar as CalendarModel

__all__ = ["calendar_of"]

DAY_MINUTES = 1440


def calendar_of(definition: Definition[CalendarModel]) -> Calendar:
    """Return a calendar."""
    spec = definition.model.spec
    return Calendar(
        name=definition.name,
        title=definition.title,
        zone=spec.zone,
        recurs=spec.recurs,
        rule=spec.rrule or "",
        since=spec.since,
        times=tuple(sorted((_span(one) for one in spec.times or ()), key=_start)),
        holidays=spec.holidays or "",
        days=tuple(sorted(set(spec.days))),
        skipped=tuple(sorted(set(spec.skipped))),
        periods=tuple(
            Period(start=start, end=end)
            for start, end in sorted({(one.start, one.end) for one in spec.periods})
        ),
        origin=definition.origin,
    )


def _span(text: str) -> Span:
    start, end = (_minutes(clock) for clock in text.split("-"))
    return Span(start_minute=start, end_minute=end if end > start else end + DAY_MINUTES)


def _start(span: Span) -> tuple[int, int]:
    return span.start_minute, span.end_minute


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)
