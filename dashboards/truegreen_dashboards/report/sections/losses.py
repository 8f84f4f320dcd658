"""What outages cost: every one of the period, booked or not, with interval and receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Cell, Section, Sentence, Table
from truegreen_dashboards.report.words import joined, money
from truegreen_definitions.names import BookingValue

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.reviews import Loss

__all__ = ["losses"]

_STATES = {
    BookingValue.BOOKED: ("BOOKED", Colour.BAD, "it cannot have cost nothing"),
    BookingValue.NOT_PROVEN: ("NOT PROVEN", Colour.NO_DATA, "it may have cost nothing"),
    BookingValue.NO_HISTORY: ("NO HISTORY", Colour.NO_DATA, "too few weeks to compare with"),
    BookingValue.UNUSUAL: ("UNUSUAL DAY", Colour.NO_DATA, "such a day compares with no other"),
    BookingValue.UNCALIBRATED: (
        "NOT CALIBRATED",
        Colour.NO_DATA,
        "where nothing happened the intervals did not hold",
    ),
    BookingValue.SETTLING: ("SETTLING", Colour.AT_RISK, "customers may still come back"),
}


def losses(subject: Subject) -> Section:
    """Return the outages of the period."""
    empty = "No outage of this period is in the ledger of losses."
    if not any(service.values for service in subject.services):
        empty = "No service says what its transactions are worth, so no loss can be booked."
    table = Table(
        caption="Outages of this period",
        head=(
            "Began (UTC)",
            "Outage",
            "What it stopped",
            "State",
            "Net loss",
            "95 %",
            "Answers for it",
        ),
        rows=tuple(_row(subject, one) for one in subject.review.losses),
        empty=empty,
        receipts=tuple(
            dict.fromkeys(subject.receipts.loss(one.episode) for one in subject.review.losses)
        ),
    )
    why = (
        "A net loss is what customers did not buy during an outage less what they bought after "
        "it, against ordinary weeks. It is booked only when its whole interval is above zero; "
        "what might have been lost is never booked."
    )
    return Section(
        key="losses", title="What outages cost", blocks=(table, Sentence(why, soft=True))
    )


def _row(subject: Subject, loss: Loss) -> tuple[Cell, ...]:
    word, colour, meaning = _STATES[BookingValue(loss.state)]
    point, lower, upper = (
        sum((getattr(part, bound) for part in loss.portions), start=loss.deferred * 0)
        for bound in ("point", "lower", "upper")
    )
    service = subject.plan.service(loss.service)
    deferred = f"and {money(loss.deferred, loss.currency)} because sales came later"
    return (
        Cell(text=f"{loss.start:%Y-%m-%d %H:%M}", small=f"until {loss.end:%Y-%m-%d %H:%M}"),
        Cell(
            text=loss.episode,
            small=f"revision {loss.revision}, sha256 {loss.digest[:16]}…",
        ),
        Cell(text=service.title, small=loss.channel),
        Cell(word=word, colour=colour, small=meaning),
        Cell(
            text=money(point, loss.currency) if loss.portions else "none",
            small=deferred if loss.deferred else "",
            number=True,
        ),
        Cell(
            text=f"{money(lower, loss.currency)} to {money(upper, loss.currency)}"
            if loss.portions
            else "",
            number=True,
        ),
        Cell(text=_answers(subject, loss)),
    )


def _answers(subject: Subject, loss: Loss) -> str:
    vendors = sorted({part.vendor for part in loss.portions})
    return joined(map(subject.answerable, vendors))
