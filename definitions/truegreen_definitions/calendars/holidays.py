"""Public holidays of a country or one of its parts, by its ISO 3166 code."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = ["holidays_of_year", "is_known", "known_parts"]


@lru_cache(maxsize=1024)
def holidays_of_year(region: str, year: int) -> frozenset[date]:
    """Return the public holidays of `DE` or `DE-BY` in a year."""
    from holidays import country_holidays  # noqa: PLC0415  heavy, and most need it not

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
    from holidays.utils import list_supported_countries  # noqa: PLC0415  as above

    found = list_supported_countries(include_aliases=True)
    return {country: tuple(sorted(parts)) for country, parts in sorted(found.items())}
