"""The manual: every problem has a page, and both examples of every page hold."""

from __future__ import annotations

import ast
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import inventories
import pytest

import truegreen_definitions
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.manual import Page, page, pages, problem_ids
from truegreen_definitions.yaml_tree.reader import MAX_BYTES, MAX_DEPTH, MAX_NODES

if TYPE_CHECKING:
    from truegreen_definitions.problems import Problem

TODAY = dt.date(2026, 11, 22)  # the day that the examples are written for
PACKAGE = Path(truegreen_definitions.__file__).parent
PAGES = {page.id: page for page in pages()}

# What no page can show: an example would be too long, or is no text at all.
BUILT = {
    "file/unreadable": SourceFile(path="a.yaml", shown="a.yaml", data=b"", fault="is a folder"),
    "yaml/too-large": SourceFile(path="a.yaml", shown="a.yaml", data=b"#" * (MAX_BYTES + 1)),
    "yaml/too-many-nodes": SourceFile(
        path="a.yaml", shown="a.yaml", data=b"[" + b"a," * MAX_NODES + b"]"
    ),
    "yaml/depth": SourceFile(path="a.yaml", shown="a.yaml", data=b"[" * (MAX_DEPTH + 1)),
}


def _compiled(data: bytes | SourceFile) -> tuple[Problem, ...]:
    file = SourceFile(path="a.yaml", shown="a.yaml", data=data) if isinstance(data, bytes) else data
    return compile_files([file], read_library(), TODAY, inventories.SHOP).problems


def _ids(data: bytes | SourceFile) -> set[str]:
    return {problem.id for problem in _compiled(data)}


@pytest.mark.parametrize("problem_id", PAGES)
def test_what_fails_has_the_problem(problem_id: str) -> None:
    """The failing example has the problem of its page, with the severity the page says."""
    shown = PAGES[problem_id]
    found = _compiled(shown.fails_data if shown.fails else BUILT[problem_id])
    assert {one.severity for one in found if one.id == problem_id} == {shown.severity}


@pytest.mark.parametrize("problem_id", PAGES)
def test_what_passes_does_not_have_it(problem_id: str) -> None:
    """The passing example is well-formed and does not have the problem of its page."""
    found = _ids(PAGES[problem_id].passes.encode())
    assert problem_id not in found
    assert not {one for one in found if one.startswith(("yaml/", "language/"))}


def test_every_page_without_an_example_is_built_here() -> None:
    """No page leaves its example out unless this test makes one."""
    assert {one.id for one in pages() if not one.fails} == set(BUILT)


def test_every_id_has_one_page() -> None:
    """Ids are unique and sorted, and a page is found by its id alone."""
    ids = problem_ids()
    assert list(ids) == sorted(set(ids))
    assert page("reference/unknown") == PAGES["reference/unknown"]
    assert page("reference/unknwon") is None


def _is_name(text: str) -> bool:
    return text.replace("-", "").isalpha() and not text.endswith("-")


def _literals() -> set[str]:
    """Return every text in the package that has the form of an id and the group of a page."""
    groups = {one.group for one in pages()}
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                group, stroke, name = node.value.partition("/")
                if stroke and group in groups and _is_name(name):
                    found.add(node.value)
    return found


def test_every_id_in_the_code_has_a_page() -> None:
    """No part of the compiler finds a problem that has no manual page."""
    assert _literals() - {"service/agreement", "service/step", "service/name"} <= set(PAGES)


def test_every_golden_problem_has_a_page(root: Path) -> None:
    """Every id that a broken golden case shows has a page."""
    shown = "".join(
        path.read_text(encoding="utf-8")
        for path in (root / "tests" / "golden" / "definitions" / "broken").glob("*/expected.txt")
    )
    ids = set(
        re.findall(r"^\S+: (?:error|warning|info): .* \[([a-z-]+/[a-z-]+)\]$", shown, re.MULTILINE)
    )
    assert len(ids) >= 50
    assert ids <= set(PAGES)


@pytest.mark.parametrize("one", pages(), ids=lambda one: one.id)
def test_a_page_is_whole(one: Page) -> None:
    """A page says what the problem means in one line, and what to do."""
    assert "\n" not in one.title
    assert len(one.title) <= 100
    assert one.mend.endswith(".")
    assert one.suppressible == (one.severity != "error" and one.group != "allow")
