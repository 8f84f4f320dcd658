"""Only what a company names of the library is read, and nothing it needs is missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.catalog.named import MANY_BYTES, named_files
from truegreen_definitions.planner import plan

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = read_library()


def _file(text: str) -> SourceFile:
    return SourceFile(path="a.yaml", shown="a.yaml", data=text.encode())


def test_what_is_named_is_read_with_what_it_names() -> None:
    """An indicator comes with its table, a mapping with its own, and the rest stays unread."""
    found = {file.path for file in named_files([_file("use: nps")], LIBRARY)}
    assert {"nps.yaml", "tables/people.yaml"} <= found
    assert "tables/money.yaml" in {
        file.path for file in named_files([_file("use: focus-costs")], LIBRARY)
    }
    assert len(found) < len(LIBRARY) / 2


def test_the_plan_is_that_of_the_whole_library(root: Path) -> None:
    """The example company has the same plan with what it names as with all there is."""
    own = read_folder(root / "definitions" / "acme")
    few = named_files(own, LIBRARY)
    assert len(few) < len(LIBRARY)
    assert plan(build_catalog(own, few)[0])[0] == plan(build_catalog(own, LIBRARY)[0])[0]


def test_a_large_company_reads_all() -> None:
    """Where looking for names would take longer than reading, everything is read."""
    assert named_files([_file("a" * (MANY_BYTES + 1))], LIBRARY) == list(LIBRARY)
