"""The figures at the head of the first page, of months made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reviewed import month, promise, review, subject

from truegreen_dashboards.display import Colour
from truegreen_dashboards.report.sections.in_short.tiles import tiles

if TYPE_CHECKING:
    from truegreen_definitions.reviews import Promise, ReviewedPeriod

MET, MISSED = promise("csat", "met", 0.9), promise("pay-felt", "missed", 0.5)
UNKNOWN = promise("availability", "unknown")


def kept(*periods: ReviewedPeriod) -> tuple[str, str, Colour, str]:
    """Return the first tile."""
    tile = next(tiles(subject(review(*periods))))
    return tile.figure, tile.word, tile.colour, tile.meaning


@pytest.mark.parametrize(
    ("promises", "tile"),
    [
        ((MET,), ("1 of 1", "KEPT", Colour.GOOD, "of all that were made")),
        ((MET, UNKNOWN), ("1 of 1", "KEPT", Colour.GOOD, "1 more cannot be judged")),
        ((MET, MISSED), ("1 of 2", "1 NOT KEPT", Colour.BAD, "of all that were made")),
        (
            (UNKNOWN, UNKNOWN),
            ("?", "NOT KNOWN", Colour.NO_DATA, "none of 2 promises can be judged"),
        ),
        ((), ("?", "NOT KNOWN", Colour.NO_DATA, "nothing was counted")),
    ],
)
def test_promises_kept_are_of_those_that_can_be_judged(
    promises: tuple[Promise, ...], tile: tuple[str, str, Colour, str]
) -> None:
    """Kept only where something was judged and nothing failed; what nobody judged is not good."""
    assert kept(month(*promises)) == tile


def test_a_service_without_figures_is_not_kept() -> None:
    """No period at all is not known, as an empty one is."""
    assert kept() == ("?", "NOT KNOWN", Colour.NO_DATA, "nothing was counted")
