"""The four figures at the head of the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.model import Tile
from truegreen_dashboards.report.money import booked, bounds, owed_by_vendors
from truegreen_dashboards.report.subject import missed
from truegreen_dashboards.report.words import amounts, count_of
from truegreen_definitions.names import WatermelonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.money import Owed
    from truegreen_dashboards.report.subject import Subject

__all__ = ["tiles"]


def tiles(subject: Subject) -> Iterator[Tile]:
    """Yield the figures, each with what it means."""
    yield _kept(subject)
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
        figure=amounts(owed.due) if owed.due else "nothing",
        word="BY CONTRACT" if owed.due else "",
        colour=Colour.AT_RISK if owed.due else Colour.NONE,
        meaning="not final: a period still settles" if owed.open else _back(owed),
    )


def _back(owed: Owed) -> str:
    return f"others are owed {amounts(owed.back)}" if owed.back else "credits less rewards"


def _kept(subject: Subject) -> Tile:
    promises = subject.promises
    known = sum(one.standing != "unknown" for one in promises)
    failed = sum(len(missed(period)) for _, period in subject.periods() if period)
    if not known:
        made = count_of(len(promises), "promise")
        return Tile(
            about="Promises kept",
            figure="?",
            word="NOT KNOWN",
            colour=Colour.NO_DATA,
            meaning=f"none of {made} can be judged" if promises else "nothing was counted",
        )
    left = len(promises) - known
    return Tile(
        about="Promises kept",
        figure=f"{known - failed} of {known}",
        word=f"{failed} NOT KEPT" if failed else "KEPT",
        colour=Colour.BAD if failed else Colour.GOOD,
        meaning=f"{left:,} more cannot be judged" if left else "of all that were made",
    )
