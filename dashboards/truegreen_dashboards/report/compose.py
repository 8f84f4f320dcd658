"""Composes a report of a review: which sections there are, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.model import Report
from truegreen_dashboards.report.sections.at_risk import at_risk
from truegreen_dashboards.report.sections.customers import customers
from truegreen_dashboards.report.sections.due import due
from truegreen_dashboards.report.sections.in_short import in_short
from truegreen_dashboards.report.sections.losses import losses
from truegreen_dashboards.report.sections.plans import plans
from truegreen_dashboards.report.sections.raci import raci
from truegreen_dashboards.report.sections.receipts import receipts
from truegreen_dashboards.report.sections.service import service_section
from truegreen_dashboards.report.sections.services import services
from truegreen_dashboards.report.sections.spared import spared
from truegreen_dashboards.report.sections.vendors import vendors
from truegreen_dashboards.report.words import day, joined, period_in_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_dashboards.report.model import Section
    from truegreen_dashboards.report.subject import Subject

__all__ = ["compose"]

BEFORE: tuple[Callable[[Subject], Section], ...] = (in_short, services)
AFTER: tuple[Callable[[Subject], Section], ...] = (
    customers,
    vendors,
    losses,
    at_risk,
    spared,
    plans,
    due,
    raci,
    receipts,
)
_NAMES = {"week": "Weekly", "month": "Monthly", "quarter": "Quarterly"}


def compose(subject: Subject) -> Report:
    """Return the report: the first page, every service, then what is about all of them."""
    review = subject.review
    every = len(subject.services) == len(subject.plan.services)
    whom = "the company" if every else joined(one.title for one in subject.services)
    each = tuple(service_section(subject, one) for one in subject.services)
    return Report(
        title=f"{_NAMES[review.unit]} service review",
        about=f"{period_in_words(review.label)[:1].upper()}{period_in_words(review.label)[1:]}, "
        f"{whom}; as seen on {day(subject.today)}",
        sections=(
            *(one(subject) for one in BEFORE),
            *each,
            *(one(subject) for one in AFTER),
        ),
    )
