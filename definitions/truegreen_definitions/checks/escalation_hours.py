"""Tickets that go on can be escalated within one working day where calendars mask them.

team/escalation-never (warning)
-------------------------------
A ticket never fires for as long as its escalation waits: the hours of its team end before.

Where only a mask can keep a team's hours (see team/hours-as-mask), a ticket ends with them and
begins anew in the morning. So its escalation counts from the opening, and must wait for less than
the longest stretch of these hours: of two years from `since`, and of those with dates.

Source: Prometheus documentation, "Alerting rules": an alert whose expression yields nothing is no
longer pending, and `for` begins anew.

Mend: escalate within the hours, or write hours that Alertmanager has words for.

Passes:
    apiVersion: truegreen/v1
    kind: Calendar
    metadata: {name: office-hours}
    spec: {zone: Europe/Berlin, times: '08:00-18:00', holidays: DE-BY}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec:
      contact: shop@example.org
      ticket: {webhook: 'https://tickets.example.org/shop'}
      hours: office-hours
      escalate: {ticket: {after: 8h, team: shop-team}}

Fails:
    apiVersion: truegreen/v1
    kind: Calendar
    metadata: {name: office-hours}
    spec: {zone: Europe/Berlin, times: '08:00-18:00', holidays: DE-BY}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec:
      contact: shop@example.org
      ticket: {webhook: 'https://tickets.example.org/shop'}
      hours: office-hours
      escalate: {ticket: {after: 2d, team: shop-team}}
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from truegreen_definitions.calendars.activity import intervals
from truegreen_definitions.calendars.time_intervals import time_intervals
from truegreen_definitions.checks.check import Check
from truegreen_definitions.planner.calendars import calendar_of
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.plan import Calendar
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

NEVER = "team/escalation-never"
USUAL_YEAR, LAST_YEAR = 2026, 9990  # where nothing says another; before the end of time


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every ticket escalation that its team's masked hours never let fire."""
    for team in catalog.teams.values():
        spec = team.model.spec
        ticket = spec.escalate.ticket if spec.escalate else None
        found = catalog.calendars.get(spec.hours) if spec.hours else None
        if ticket is None or found is None:
            continue
        calendar = calendar_of(found)
        if time_intervals(calendar):
            continue
        longest = _longest_seconds(calendar)
        if ticket.after >= longest:
            yield team.problem(
                NEVER,
                f"a ticket of Team `{team.name}` never goes on for {duration_label(ticket.after)}: "
                f"`{found.name}` is active for {duration_label(longest)} at most",
                *("spec", "escalate", "ticket", "after"),
                hint=f"escalate after less than {duration_label(longest)}",
                severity=Severity.WARNING,
            )


def _longest_seconds(calendar: Calendar) -> int:
    dates = (*calendar.days, *(period.start for period in calendar.periods))
    first = calendar.since.year if calendar.since else USUAL_YEAR
    found = [
        end - begin
        for year in {first, *(one.year for one in dates)}
        for begin, end in intervals(calendar, *_two_years(min(max(year, 2), LAST_YEAR)))
    ]
    return int(max(found, default=dt.timedelta(0)).total_seconds())


def _two_years(year: int) -> tuple[dt.datetime, dt.datetime]:
    return dt.datetime(year, 1, 1, tzinfo=dt.UTC), dt.datetime(year + 2, 1, 1, tzinfo=dt.UTC)


CHECK = Check((NEVER,), check)
