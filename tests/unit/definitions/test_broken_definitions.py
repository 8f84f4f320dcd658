"""Broken definitions, one fault a folder: exactly one problem, at exactly its place.

A case in `tests/golden/definitions/broken/` has `README.md` (why it exists, the id of its problem
and the text or place it points at, written by hand), `input/` and `expected.txt` (what is shown).
They are checked as of `TODAY`. `UPDATE_GOLDEN=1` writes `expected.txt` anew; the README holds all
the same.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import replace
from pathlib import Path

import inventories
import pytest

from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.problems import render

CASES = Path(__file__).parents[2] / "golden" / "definitions" / "broken"
TODAY = dt.date(2026, 11, 22)
NAMES = sorted(path.name for path in CASES.iterdir())
CLAIM = re.compile(
    r"(?P<why>.+\.)\n\n"
    r"Expected at (?:`(?P<text>[^\n]+)`|line (?P<line>\d+), column (?P<column>\d+)): "
    r"`(?P<id>[a-z0-9/-]+)`\.\n"
)


@pytest.mark.parametrize("name", NAMES)
def test_one_fault_one_problem(name: str) -> None:
    """A definition with one fault gives the one problem its README names, at its place."""
    case = CASES / name
    claim = CLAIM.fullmatch((case / "README.md").read_text(encoding="utf-8"))
    assert claim, "README.md: a sentence, an empty line, `Expected at …: `id`.`"
    files = [replace(f, shown=f"input/{f.path}") for f in read_folder(case / "input")]
    asked = inventories.SHOP if claim["id"].startswith("inventory/") else None
    compiled = compile_files(files, read_library(), TODAY, asked)

    shown = render(compiled.problems, compiled.texts)
    if os.environ.get("UPDATE_GOLDEN"):
        (case / "expected.txt").write_text(shown, encoding="utf-8")
    assert shown == (case / "expected.txt").read_text(encoding="utf-8")
    assert [problem.id for problem in compiled.problems] == [claim["id"]]
    place = compiled.problems[0].place
    if claim["text"]:
        line = compiled.texts[place.path].splitlines()[place.line - 1]
        assert line[place.column - 1 :].startswith(claim["text"])
    else:
        assert (place.line, place.column) == (int(claim["line"]), int(claim["column"]))
    header = shown.split("\n", 1)[0]
    assert header.startswith(f"{place.path}:{place.line}:{place.column}: ")
    assert header.endswith(f" [{claim['id']}]")


def test_every_case_is_whole() -> None:
    """A case has its three parts and nothing else, and there are many of them."""
    parts = {frozenset(path.name for path in (CASES / name).iterdir()) for name in NAMES}
    assert parts == {frozenset({"README.md", "input", "expected.txt"})}
    assert len(NAMES) >= 25
