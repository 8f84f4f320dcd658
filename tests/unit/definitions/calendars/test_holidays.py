"""Public holidays by region."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from holidays.utils import list_supported_countries

from truegreen_definitions.calendars import holidays
from truegreen_definitions.calendars.holidays import holidays_of_year, is_known, known_parts


def test_a_part_has_holidays_of_its_own() -> None:
    """Epiphany is a holiday in Bavaria and not in Germany as a whole."""
    epiphany = date(2026, 1, 6)
    assert epiphany in holidays_of_year("DE-BY", 2026)
    assert epiphany not in holidays_of_year("DE", 2026)
    assert date(2026, 12, 25) in holidays_of_year("DE", 2026)


def test_unknown_regions_are_known_as_such() -> None:
    """A country or part without known holidays is told from one that has some."""
    assert is_known("DE")
    assert is_known("DE-BY")
    assert is_known("US-CA")
    assert not is_known("DE-XX")
    assert not is_known("XX")
    assert "BY" in known_parts()["DE"]


def test_the_listed_regions_are_those_of_the_package() -> None:
    """`regions.txt` has every country and part of the installed package (`UPDATE_GOLDEN=1`)."""
    every = list_supported_countries(include_aliases=True)
    lines = ["\t".join([country, *sorted(parts)]) for country, parts in sorted(every.items())]
    path = Path(holidays.__file__).with_name("regions.txt")
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text("".join(f"{line}\n" for line in lines))
    assert path.read_text().splitlines() == lines
    assert holidays.known_parts() == {c: tuple(sorted(parts)) for c, parts in every.items()}
