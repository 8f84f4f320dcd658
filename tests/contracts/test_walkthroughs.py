"""The tutorial and the how-tos do what they say: their commands are run as they stand."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from walkthroughs import matches, run, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


PAGES = ("definitions/TUTORIAL.md", "exporters/TICKETS.md")


@pytest.mark.parametrize("page", PAGES)
def test_a_walkthrough_prints_what_it_says(
    page: str, root: Path, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Run in an empty folder from top to bottom, every block prints what stands below it."""
    text = (root / page).read_text()
    for name in ("promtool", "amtool"):
        if name in text:
            tool(name)
    found = run(root / page, tmp_path)
    assert len(found) == len(steps(root / page)) >= 5
    for step, printed in found:
        assert step.prints is None or matches(step.prints, printed), (step.commands, printed)


@pytest.mark.parametrize("page", PAGES)
def test_a_walkthrough_shows_most_of_what_it_runs(page: str, root: Path) -> None:
    """Most steps say what they print: a page that shows nothing would prove nothing."""
    told = steps(root / page)
    assert sum(step.prints is not None for step in told) * 2 > len(told)


def test_what_is_told_is_compared() -> None:
    """A line more, a line less or another word is no match; dots stand for what may differ."""
    assert matches("a\n...\nz\n", "a\nb\nc\nz\n")
    assert matches("a\n...\nz\n", "a\nz\n")
    assert matches("took ... s\n", "took 12 s\n")
    assert not matches("a\n", "a\nb\n")
    assert not matches("a\nb\n", "a\n")
    assert not matches("a.c\n", "abc\n")


def test_there_is_a_shell() -> None:
    """The pages are for bash."""
    assert shutil.which("bash")
