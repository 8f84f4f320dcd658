"""A source none of whose rows can be used is not well, and one without rows is told."""

from __future__ import annotations

from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.usable import Usable

BAD = Outcome(refused=2, first_refused="a.csv:2: score: it fails")


def counted(rows: int = 0, refused: int = 0) -> dict[tuple[str, str, str], int]:
    """Return counters of the source `s`, beside those of one that is well."""
    return {
        ("s", "rows", ""): rows,
        ("s", "rejected", "bad_value"): refused,
        ("other", "rows", ""): 9,
        ("other", "rejected", "bad_value"): 9,
    }


def test_a_source_that_never_gave_a_row_stays_a_fault() -> None:
    """Its first refusal is told as long as no row was taken, also by readings of nothing new."""
    one = Usable()
    told = "each of its 2 rows was refused, the first at a.csv:2: score: it fails"
    assert one.fault("s", BAD, counted(refused=2)) == told
    assert one.fault("s", Outcome(), counted(refused=2)) == told
    assert one.fault("s", Outcome(rows=1), counted(rows=1, refused=2)) == ""
    assert one.fault("s", Outcome(), counted(rows=1, refused=2)) == ""


def test_after_a_restart_the_place_of_refused_rows_is_told() -> None:
    """A process that did not see the refusal itself says where the rows are shown."""
    told = Usable().fault("s", Outcome(), counted(refused=1))
    assert told == "its only row was refused, `truegreen explain` shows the newest"


def test_one_bad_reading_fails_only_where_it_stands_for_itself() -> None:
    """Bad rows behind good ones take nobody down, but a single reading that took none fails."""
    counters = counted(rows=5, refused=2)
    assert Usable().fault("s", BAD, counters) == ""
    assert "each of its 2 rows" in Usable(once=True).fault("s", BAD, counters)
    mixed = Outcome(rows=1, refused=2, first_refused="a.csv:2: it fails")
    assert Usable(once=True).fault("s", mixed, counters) == ""


def test_an_empty_source_is_told_once_until_it_gives_a_row() -> None:
    """No row at all, taken or refused, is news once."""
    one = Usable()
    found = [one.newly_empty("s", counted(**n)) for n in ({}, {}, {"rows": 1}, {"refused": 1})]
    assert found == [True, False, False, False]
