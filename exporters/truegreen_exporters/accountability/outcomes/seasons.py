"""What a calendar explains of a series, taken out: differences to the same weekday before.

A series of days is compared with itself a week before, so the day of the week and everything that
moves slower than weeks cancel; a series of weeks with itself four weeks before, which does that
for the place in the month, nearly. A period without a value has no difference, and the one after
it neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SEASON", "deseasonalised"]

SEASON = {"day": 7, "week": 4}
"""Periods of a season, by the unit of a period."""


def deseasonalised(values: Sequence[float | None], season: int) -> list[float | None]:
    """Return the differences to one season before; None where either is unknown."""
    found: list[float | None] = [None] * min(season, len(values))
    for now, before in zip(values[season:], values[: len(values) - season], strict=True):
        found.append(None if now is None or before is None else now - before)
    return found
