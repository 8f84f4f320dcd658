"""The four figures at the head of the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Tile
from truegreen_dashboards.report.money import booked, bounds, owed_by_vendors
from truegreen_dashboards.report.subject import missed
from truegreen_dashboards.report.words import amounts
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.subject import Subject

__all__ = ["tiles"]


def tiles(subject: Subject) -> Iterator[Tile]:
    """Yield the figures, each with what it means."""
    promises = [one for _, period in subject.periods() if period for one in period.promises]
    known = [one for one in promises if one.standing != "unknown"]
    kept = len(known) - sum(len(missed(period)) for _, period in subject.periods() if period)
    yield Tile(
        about="Promises kept",
        figure=f"{kept} of {len(known)}" if known else "?",
        word="" if known and kept == len(known) else f"{len(known) - kept} NOT KEPT",
        colour=Colour.GOOD if kept == len(known) else Colour.BAD,
        meaning=f"{len(promises) - len(known):,} more cannot be judged"
        if len(known) < len(promises)
        else "of all that were made",
    )
    melons = [
        service
        for service, period in subject.periods()
        if period and period.state == WatermelonValue.WATERMELON
    ]
    yield Tile(
        about="Watermelons",
        figure=f"{len(melons)} of {len(subject.services)}",
        word="WATERMELON" if melons else "NONE PROVEN",
        colour=Colour.BAD if melons else Colour.NO_DATA,
        meaning="services whose contract was met while people were let down",
    )
    lost = booked(subject.review.losses)
    yield Tile(
        about="Lost by outages",
        figure=amounts(lost) if lost else "nothing",
        word="BOOKED" if lost else "",
        colour=Colour.BAD if lost else Colour.NONE,
        meaning=bounds(subject.review.losses) or "no loss is proven",
    )
    owed = owed_by_vendors(subject)
    yield Tile(
        about="Vendors owe us",
        figure=amounts(owed.sums) if owed.sums else "nothing",
        word="BY CONTRACT" if owed.sums else "",
        colour=Colour.AT_RISK if owed.sums else Colour.NONE,
        meaning="not final: a period still settles" if owed.open else "credits less rewards",
    )
