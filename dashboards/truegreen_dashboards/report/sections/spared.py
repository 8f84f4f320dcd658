"""What was not lost: outages that were prevented, and infrastructure that costs less."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Cell, Section, Sentence, Table
from truegreen_dashboards.report.words import day, money

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.reviews import Prevented, Saved

__all__ = ["spared"]

_KINDS = {"tuning": "tuning", "cloud": "moved to a cloud"}


def spared(subject: Subject) -> Section:
    """Return what was prevented and saved in the period: opinions, never netted with losses."""
    why = (
        "What a prevented outage would have cost is an opinion by a declared rule: how often such "
        "a fault became an outage when nobody acted, times what such outages cost. It is never "
        "set off against a loss. A saving is what the days cost before, less what they cost since."
    )
    return Section(
        key="spared",
        title="What was prevented and saved",
        blocks=(_prevented(subject), _saved(subject), Sentence(why, soft=True)),
    )


def _prevented(subject: Subject) -> Table:
    ruled = any(one.losses and one.losses.avoided for one in subject.services)
    return Table(
        caption="Outages that were prevented",
        head=("Day", "Fault", "What it spared", "Would have cost", "95 %", "By own history"),
        rows=tuple(
            _prevention(subject, one)
            for one in sorted(
                subject.review.prevented, key=lambda one: (one.day, one.incident, one.channel)
            )
        ),
        empty="No remedy of this period is proven to have prevented an outage."
        if ruled
        else "No service says when an outage counts as prevented (losses: avoided: of a Service).",
    )


def _prevention(subject: Subject, one: Prevented) -> tuple[Cell, ...]:
    lower, point, upper = (
        money(getattr(one.avoided, bound), one.currency) for bound in ("lower", "point", "upper")
    )
    return (
        Cell(text=day(date.fromisoformat(one.day))),
        Cell(text=one.incident, small=f"at {subject.answerable(one.vendor)}"),
        Cell(text=subject.plan.service(one.service).title, small=one.channel),
        Cell(text=point, number=True),
        Cell(text=f"{lower} to {upper}", number=True),
        Cell(text=f"{one.outages} of {one.cases} alike became outages"),
    )


def _saved(subject: Subject) -> Table:
    return Table(
        caption="Infrastructure that was made cheaper",
        head=("Service", "What was done", "Saved in this period", ""),
        rows=tuple(_saving(subject, one) for one in subject.review.savings),
        empty="No service says what it was made cheaper by (losses: savings: of a Service).",
    )


def _saving(subject: Subject, one: Saved) -> tuple[Cell, ...]:
    done = Cell(text=one.name, small=_KINDS[one.kind])
    service = Cell(text=subject.plan.service(one.service).title)
    if one.amount is None:
        unknown = Cell(
            word="NOT KNOWN", colour=Colour.NO_DATA, small="no costs are known, or it came later"
        )
        return service, done, unknown, Cell()
    dearer = Cell(word="DEARER", colour=Colour.AT_RISK) if one.amount < 0 else Cell()
    return service, done, Cell(text=money(one.amount, one.currency), number=True), dearer
