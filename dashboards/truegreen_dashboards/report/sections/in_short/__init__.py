"""The first page: what happened, what it cost, what is done about it, what is not known.

Written for whoever reads nothing else. Every sentence names a service, a vendor or an amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.report.model import Heading, Points, Section, Sentence, Tiles
from truegreen_dashboards.report.sections.in_short.cost import cost
from truegreen_dashboards.report.sections.in_short.done import done
from truegreen_dashboards.report.sections.in_short.happened import happened
from truegreen_dashboards.report.sections.in_short.not_known import not_known
from truegreen_dashboards.report.sections.in_short.tiles import tiles

if TYPE_CHECKING:
    from truegreen_dashboards.report.subject import Subject

__all__ = ["in_short"]


def in_short(subject: Subject) -> Section:
    """Return the first page."""
    unknown = tuple(not_known(subject))
    blocks = (
        Tiles(tuple(tiles(subject))),
        Heading("What happened"),
        Points(tuple(happened(subject))),
        Heading("What it cost"),
        Points(tuple(cost(subject))),
        Heading("What is done about it"),
        Points(tuple(done(subject))),
        *((Heading("What is not known"), Points(unknown)) if unknown else ()),
        Sentence(
            "Figures, their intervals and the commands that give their receipts are on the "
            "following pages.",
            soft=True,
        ),
    )
    return Section(key="in-short", title="In short", blocks=blocks)
