"""Calendars in the plan."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from companies import compiled

from truegreen_definitions.plan import Calendar, Period, Span

HEAD = "\nkind: Calendar\nmetadata: {name: hours}\n"


def _calendar(spec: str) -> Calendar:
    found = compiled(calendars=f"{HEAD}spec: {spec}\n")
    assert found.plan is not None, found.problems
    (one,) = found.plan.calendars
    return one


def test_every_field_reaches_the_plan() -> None:
    """A calendar keeps its rule, spans, days and periods, in order and each once."""
    one = _calendar(
        "{zone: Europe/Berlin, rrule: 'FREQ=WEEKLY;BYDAY=MO', since: 2026-01-05, "
        "times: ['13:00-18:00', '08:00-12:00'], holidays: DE-BY, "
        "days: [2026-12-31, 2026-11-28, 2026-11-28], except: [2026-12-28], "
        "periods: [{from: '2026-11-28 22:00', to: '2026-11-29 02:00', reason: new tills}]}"
    )
    assert (one.zone, one.rule, one.since) == (
        "Europe/Berlin",
        "FREQ=WEEKLY;BYDAY=MO",
        date(2026, 1, 5),
    )
    assert one.times == (
        Span(start_minute=480, end_minute=720),
        Span(start_minute=780, end_minute=1080),
    )
    assert one.days == (date(2026, 11, 28), date(2026, 12, 31))
    assert one.skipped == (date(2026, 12, 28),)
    assert one.periods == (
        Period(
            start=datetime.fromisoformat("2026-11-28 22:00"),
            end=datetime.fromisoformat("2026-11-29 02:00"),
        ),
    )
    assert one.holidays == "DE-BY"


def test_a_span_over_midnight_ends_the_next_day() -> None:
    """22:00-02:00 is four hours."""
    one = _calendar("{zone: UTC, times: '22:00-02:00'}")
    assert one.times == (Span(start_minute=1320, end_minute=1560),)


@pytest.mark.parametrize(
    ("spec", "recurs"),
    [
        ("{zone: UTC}", True),
        ("{zone: UTC, times: '08:00-18:00'}", True),
        ("{zone: UTC, rrule: 'FREQ=DAILY', days: [2026-12-31]}", True),
        ("{zone: UTC, times: '08:00-18:00', days: [2026-12-31]}", False),
        ("{zone: UTC, periods: [{from: '2026-11-28 22:00', to: '2026-11-29 02:00'}]}", False),
    ],
)
def test_days_alone_do_not_recur(spec: str, recurs: bool) -> None:  # noqa: FBT001  a column of the table
    """Days recur unless the calendar has nothing but explicit days or periods."""
    assert _calendar(spec).recurs == recurs
