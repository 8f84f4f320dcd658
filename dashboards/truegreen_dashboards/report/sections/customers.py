"""The customers who fared worst: shares of customers, and the worst tenth, behind the averages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.promised import attained, percent, promised_as
from truegreen_dashboards.report.model import Cell, Section, Sentence, Table
from truegreen_dashboards.report.subject import reviewed_period
from truegreen_dashboards.report.words import standing_of
from truegreen_definitions.plan import Agreement, Records, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Measurement, Service
    from truegreen_definitions.reviews import Promise

__all__ = ["customers"]


def customers(subject: Subject) -> Section:
    """Return what is known of those who were served worst."""
    table = Table(
        caption="Customers, each judged alone",
        head=("Service", "What was looked at", "In this period", "Promised", "Verdict"),
        rows=tuple(_rows(subject)),
        empty="No promise and no measure looks at single customers, so an average may hide those "
        "who fare worst. The library's customers-served and worst-decile look at them.",
    )
    why = (
        "A good average can hide customers who fail completely. A share of customers counts each "
        "customer once, by their own cases; the worst tenth is what nine of ten customers reach "
        "or exceed."
    )
    return Section(
        key="customers",
        title="The customers who fared worst",
        blocks=(table, Sentence(why, soft=True)),
    )


def _rows(subject: Subject) -> Iterator[tuple[Cell, ...]]:
    for service in subject.services:
        found = subject.of(service.name)
        period = reviewed_period(found, subject.review.label)
        for one in period.promises if period else ():
            promised = subject.promised(one.agreement)
            if _by_customer(promised):
                yield _promised(service, one, promised)
        for watched in found.watched:
            measure = subject.promised(watched.measure)
            if watched.period == subject.review.label and _by_customer(measure):
                yield (
                    Cell(text=service.title),
                    Cell(text=measure.title, small=measure.id),
                    Cell(text=attained(watched.value, measure), number=True),
                    Cell(text="nothing"),
                    Cell(),
                )


def _by_customer(promised: Agreement | Measurement) -> bool:
    """Return whether keys are judged one by one, in place of rows."""
    parts = promised.parts
    if isinstance(parts, Records):
        return parts.each is not None and not parts.each.last
    return isinstance(parts, Values) and parts.each not in {"", "last"}


def _promised(
    service: Service, one: Promise, promised: Agreement | Measurement
) -> tuple[Cell, ...]:
    word, colour = standing_of(one)
    failed = ""
    if one.good is not None and one.total:
        left = one.total - one.good
        failed = f"{left:,} of {one.total:,} failed ({percent(left / one.total)})"
    return (
        Cell(text=service.title),
        Cell(text=promised.title, small=promised.id),
        Cell(text=attained(one.value, promised), small=failed, number=True),
        Cell(text=promised_as(promised), number=True),
        Cell(word=word, colour=colour),
    )
