"""Teams are told in a way that works: by mail through a server, of tickets in hours that can be.

team/no-mail-server
-------------------
A team is told by mail, and the Policy has no server that sends it.

Alertmanager refuses a configuration with mail and without a server.

Mend: write `smtp: {smarthost: …, from: …}` in the Policy, or tell the team in another way.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {smtp: {smarthost: 'mail.example.org:587', from: alerts@example.org}}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {email: shop@example.org}}

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {lateness: 7d}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org, page: {email: shop@example.org}}

team/hours-as-mask (warning)
----------------------------
The hours of a team cannot be said in Alertmanager's words: its tickets are not raised outside.

Alertmanager knows no public holidays, single dates, first days or every second week. Where hours
have them, a ticket is dropped in Prometheus while the calendar is exported as inactive, so it does
not show as firing at night either, and begins anew in the morning.

Source: Alertmanager documentation, "Configuration", `<time_interval>`.

Mend: know it, or write hours without such parts.

Passes:
    apiVersion: truegreen/v1
    kind: Calendar
    metadata: {name: office-hours}
    spec: {zone: Europe/Berlin, rrule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', times: '08:00-18:00'}
    ---
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec:
      contact: shop@example.org
      ticket: {webhook: 'https://tickets.example.org/shop'}
      hours: office-hours

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
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.calendars.time_intervals import time_intervals
from truegreen_definitions.checks.check import Check
from truegreen_definitions.planner.calendars import calendar_of
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

NO_SERVER, MASKED = "team/no-mail-server", "team/hours-as-mask"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield what is wrong with the way each team is told."""
    mailed = any(policy.model.spec.smtp for policy in catalog.policies.values())
    for team in catalog.teams.values():
        spec = team.model.spec
        for severity, receiver in (("page", spec.page), ("ticket", spec.ticket)):
            if receiver is not None and receiver.email is not None and not mailed:
                message = f"Team `{team.name}` is told by mail, and no Policy says how to send it"
                path = ("spec", severity, "email")
                hint = "write `smtp: {smarthost: …, from: …}` in the Policy"
                yield team.problem(NO_SERVER, message, *path, hint=hint)
        hours = catalog.calendars.get(spec.hours) if spec.hours else None
        if hours is not None and not time_intervals(calendar_of(hours)):
            yield team.problem(
                MASKED,
                f"Alertmanager has no words for the hours `{hours.name}`: "
                "tickets are masked outside of them",
                "spec",
                "hours",
                severity=Severity.WARNING,
            )


CHECK = Check((NO_SERVER, MASKED), check)
