"""Public holidays of a country or one of its parts, by its ISO 3166 code.

Which codes there are stands in `regions.txt`: a line a country, its parts behind it, by tabs. The
package `holidays` knows it too, but imports all of its countries to say so, which takes longer
than the rest of a `check`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["holidays_of_year", "is_known", "known_parts"]


@lru_cache(maxsize=1024)
def holidays_of_year(region: str, year: int) -> frozenset[date]:
    """Return the public holidays of `DE` or `DE-BY` in a year."""
    from holidays import country_holidays  # noqa: PLC0415  see above

    country, _, part = region.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def is_known(region: str) -> bool:
    """Return whether the holidays of a region are known."""
    country, _, part = region.partition("-")
    parts = known_parts().get(country)
    return parts is not None and (not part or part in parts)


@lru_cache(maxsize=1)
def known_parts() -> dict[str, tuple[str, ...]]:
    """Return the countries whose holidays are known, each with the codes of its parts."""
    lines = Path(__file__).with_name("regions.txt").read_text(encoding="utf-8").splitlines()
    return {country: tuple(parts) for country, *parts in (line.split("\t") for line in lines)}
