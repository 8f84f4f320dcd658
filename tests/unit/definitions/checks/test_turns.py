"""The days on which dated checks say they may find something else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.checks import DATED_CHECKS
from truegreen_definitions.compiler import compile_files

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = read_library()
FIRST, DAYS = dt.date(2025, 6, 1), 1_200


@pytest.mark.parametrize(
    "name",
    ["review-due", "review-in-future", "issue-overdue", "vendor-notice", "vendor-renewal-past"],
)
def test_between_its_turns_a_check_finds_the_same(name: str, root: Path) -> None:
    """Asked on every day of three years, its problems change on the named days alone."""
    folder = root / "tests" / "golden" / "definitions" / "broken" / name / "input"
    catalog, _ = build_catalog(read_folder(folder), LIBRARY)
    changes = 0
    for check in DATED_CHECKS:
        turns, before = set(check.turns(catalog)), None
        for day in (FIRST + dt.timedelta(days=past) for past in range(DAYS)):
            found = Counter((one.id, one.place) for one in check.run(catalog, day))
            if before is not None and found != before:
                assert day in turns, (check.ids, day)
                changes += 1
            before = found
    assert changes


def test_an_allowance_turns_on_the_day_after_it(root: Path) -> None:
    """What is compiled on a day says until when its problems stay: an allowance's end is one."""
    folder = root / "tests" / "golden" / "definitions" / "broken" / "review-due" / "input"
    (file,) = (one for one in read_folder(folder) if b"review:" in one.data)
    allow = b"  # truegreen: allow service/review-due until 2026-06-30 because we moved\n  review:"
    data = file.data.replace(b"  review:", allow)
    files = [type(file)(path=file.path, shown=file.shown, data=data)]

    def same(*day: int) -> tuple[str, str]:
        return compile_files(files, LIBRARY, dt.date(*day)).same

    assert same(2026, 6, 30) == ("2026-04-30", "2026-07-01")
    assert same(2026, 7, 1) == ("2026-07-01", "")
    assert compile_files(files, LIBRARY).same == ("", "")
