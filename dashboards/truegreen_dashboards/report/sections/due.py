"""What has to be looked at next: definitions to review, notices to give, contracts that renew."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Cell, Section, Sentence, Table
from truegreen_dashboards.report.words import day, joined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from truegreen_dashboards.report.subject import Subject

__all__ = ["due"]

_AHEAD = timedelta(days=92)


def due(subject: Subject) -> Section:
    """Return the days of the next quarter, and those that are past."""
    found = sorted(_days(subject), key=lambda one: one[:2])
    table = Table(
        caption="Days to keep",
        head=("Day", "What is due", "Who", "Status"),
        rows=tuple(
            (
                Cell(text=day(when)),
                Cell(text=what, small=where),
                Cell(text=who),
                _status(subject, when),
            )
            for when, what, who, where in found
        ),
        empty="Nothing is due within the next quarter.",
    )
    never = [one.title for one in subject.services if one.review_due is None]
    said = (
        (
            Sentence(
                f"No review is planned for {joined(never)} (review: of a Service), so nobody is "
                "asked whether what they promise is still right.",
            ),
        )
        if never
        else ()
    )
    return Section(key="due", title="Reviews and notices that are due", blocks=(table, *said))


def _days(subject: Subject) -> Iterator[tuple[date, str, str, str]]:
    last = subject.today + _AHEAD
    for service in subject.services:
        if service.review_due is not None and service.review_due <= last:
            what = f"Review of what {service.title} promises"
            yield service.review_due, what, subject.party(service.owner), str(service.origin)
    mine = {step.vendor for service in subject.services for step in service.steps}
    mine |= {one.vendor for one in subject.plan.contracts}
    for vendor in subject.plan.vendors:
        if vendor.name not in mine:
            continue
        if vendor.notice_until is not None and vendor.notice_until <= last:
            what = f"Last day of notice to {vendor.title}"
            yield vendor.notice_until, what, _who(subject, vendor.name), str(vendor.origin)
        if vendor.renewal is not None and vendor.renewal <= last:
            what = f"The contract with {vendor.title} renews"
            yield vendor.renewal, what, _who(subject, vendor.name), str(vendor.origin)


def _who(subject: Subject, vendor: str) -> str:
    """Return the owners of the services that a vendor has a step in."""
    owners = (
        service.owner
        for service in subject.services
        if any(step.vendor == vendor for step in service.steps)
    )
    return joined(map(subject.party, dict.fromkeys(owners))) or "not said"


def _status(subject: Subject, when: date) -> Cell:
    if when < subject.today:
        return Cell(word="OVERDUE", colour=Colour.BAD)
    return Cell(text=f"in {(when - subject.today).days} days")
