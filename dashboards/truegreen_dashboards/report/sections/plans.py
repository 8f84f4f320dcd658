"""Known issues and the state of their plans: who, by when, paid for or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Cell, Section, Table
from truegreen_dashboards.report.words import day

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import KnownIssue, Service

__all__ = ["plans"]


def plans(subject: Subject) -> Section:
    """Return what is known to be wrong, and what is done about it."""
    table = Table(
        caption="Known issues",
        head=("Service", "Issue", "Plan", "Owner", "Due", "Status", "Funding"),
        rows=tuple(
            _row(subject, service, issue)
            for service in subject.services
            for issue in service.known_issues
        ),
        empty="No issue is written down for these services (known_issues: of a Service).",
    )
    return Section(key="plans", title="Known issues and their plans", blocks=(table,))


def _row(subject: Subject, service: Service, issue: KnownIssue) -> tuple[Cell, ...]:
    word, colour = _status(subject, issue)
    return (
        Cell(text=service.title),
        Cell(text=issue.title, small=f"{issue.id} · {service.origin}"),
        Cell(text=issue.plan or "none yet"),
        Cell(text=subject.party(issue.owner) if issue.owner else "nobody"),
        Cell(text=day(issue.due) if issue.due else "not said"),
        Cell(word=word, colour=colour),
        Cell(text=issue.funding or "not said"),
    )


def _status(subject: Subject, issue: KnownIssue) -> tuple[str, Colour]:
    if issue.due is not None and issue.due < subject.today:
        return "OVERDUE", Colour.BAD
    if not issue.plan or not issue.owner:
        return "NO PLAN", Colour.BAD
    if issue.due is None:
        return "NO DAY SET", Colour.AT_RISK
    return "ON PLAN", Colour.GOOD
