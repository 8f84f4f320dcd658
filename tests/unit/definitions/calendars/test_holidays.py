"""Public holidays by region."""

from __future__ import annotations

from datetime import date

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
