"""How the services stood: one line each, and how that went over the periods before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.drawing.charts.strip import Cell as Word
from truegreen_dashboards.drawing.charts.strip import Strip
from truegreen_dashboards.promised import percent
from truegreen_dashboards.report.model import Cell, Charts, Section, Sentence, Table
from truegreen_dashboards.report.money import booked
from truegreen_dashboards.report.subject import reviewed_period
from truegreen_dashboards.report.words import amounts, short_label, state_of

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Service
    from truegreen_definitions.reviews import ReviewedPeriod

__all__ = ["services"]

_HEAD = (
    "Service",
    "Verdict",
    "SLAs met",
    "XLAs met",
    "Worst allowance",
    "Lost",
    "XLA score",
    "Owner",
)


def services(subject: Subject) -> Section:
    """Return the line of every service and their history."""
    labels = sorted({one.label for found in subject.review.services for one in found.periods})
    strip = Strip(
        title="Verdict on every service by period",
        periods=tuple(short_label(one, labels) for one in labels),
        rows=tuple(
            (service.title, tuple(_word(subject, service, label) for label in labels))
            for service in subject.services
        ),
    )
    table = Table(
        caption="Services in this period",
        head=_HEAD,
        rows=tuple(_row(subject, service) for service in subject.services),
        empty="No service is defined.",
        receipts=tuple(subject.receipts.explain(one.name) for one in subject.services),
    )
    return Section(
        key="services",
        title="How the services stood",
        fresh=True,
        blocks=(
            table,
            *(
                (Charts((strip,), "The verdict on each period, the oldest first."),)
                if labels
                else ()
            ),
            Sentence(
                "An SLA is what the contract says, an XLA what people experience. WATERMELON: "
                "every SLA was met and an XLA was missed, both for certain. RED: both were "
                "missed. SLA MISSED: only the contract was. NOT KNOWN: a promise could not be "
                "judged, or not for certain; no data is never taken for green. The worst "
                "allowance is the largest share that a promise used of what may go wrong: above "
                "100 % it is broken.",
                soft=True,
            ),
        ),
    )


def _word(subject: Subject, service: Service, label: str) -> Word:
    word, colour = state_of(reviewed_period(subject.of(service.name), label))
    return Word(word, colour)


def _row(subject: Subject, service: Service) -> tuple[Cell, ...]:
    found = subject.of(service.name)
    period = reviewed_period(found, subject.review.label)
    word, colour = state_of(period)
    lost = booked(one for one in subject.review.losses if one.service == service.name)
    spent = [one.spent for one in period.promises if one.spent is not None] if period else []
    points = found.score.points if found.score else None
    return (
        Cell(text=service.title, small=service.domain),
        Cell(word=word, colour=colour, small="not final" if period and not period.settled else ""),
        Cell(text=_met(period, "sla"), number=True),
        Cell(text=_met(period, "xla"), number=True),
        Cell(text=percent(max(spent), 0) + " used" if spent else "?", number=True),
        Cell(text=_lost(service, amounts(lost) if lost else ""), number=True),
        Cell(
            text="?" if points is None else f"{points:.0f} of 100",
            small="" if found.score else "none is declared",
            number=True,
        ),
        Cell(text=subject.party(service.owner)),
    )


def _lost(service: Service, lost: str) -> str:
    if lost:
        return lost
    return "nothing" if service.values else "not valued"


def _met(period: ReviewedPeriod | None, kind: str) -> str:
    if period is None:
        return "?"
    mine = [one for one in period.promises if one.kind == kind]
    unknown = sum(one.standing == "unknown" for one in mine)
    met = sum(one.standing in {"met", "seems met"} for one in mine)
    if not mine:
        return "none promised"
    return f"{met} of {len(mine)}" + (f", {unknown} not known" if unknown else "")
