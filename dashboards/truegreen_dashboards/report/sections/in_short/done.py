"""What is done about it: known issues, their plans, and what has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.subject import missed
from truegreen_dashboards.report.words import day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject

__all__ = ["done"]


def done(subject: Subject) -> Iterator[str]:
    """Yield the plan of each known issue, and who owes one."""
    any_known = False
    for service in subject.services:
        for issue in service.known_issues:
            any_known = True
            plan = issue.plan or "there is no plan yet"
            who = subject.party(issue.owner) if issue.owner else "nobody yet"
            late = issue.due is not None and issue.due < subject.today
            until = "no day is set" if issue.due is None else f"due {day(issue.due)}"
            overdue = ", which is past" if late else ""
            funding = f"funding {issue.funding}" if issue.funding else "funding is not said"
            yield (
                f"{service.title}: {issue.title} ({issue.id}). Plan: {plan}; "
                f"{who} answers; {until}{overdue}; {funding}."
            )
    for service, period in subject.periods():
        if period and missed(period) and not service.known_issues:
            yield (
                f"{service.title} fell short and no known issue or plan is written down: "
                f"{subject.party(service.owner)} owes one."
            )
    if not any_known and not any(p and missed(p) for _, p in subject.periods()):
        yield "Nothing is known to be wrong, so there is no plan to tell of."
