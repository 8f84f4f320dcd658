"""The manual as a page: current, whole, and its links lead to its sections."""

from __future__ import annotations

import re
from pathlib import Path

from truegreen_definitions.manual import pages
from truegreen_definitions.manual.markdown import manual_markdown

PAGE = Path(__file__).parents[4] / "definitions" / "CHECKS.md"


def test_the_committed_page_is_current() -> None:
    """The page in the repository is made of the docstrings as they are: `make build` writes it."""
    assert PAGE.read_text(encoding="utf-8") == manual_markdown(pages())


def test_every_problem_has_a_row_and_a_section() -> None:
    """Each id is in the table once, and its link leads to the one heading of that id."""
    text = manual_markdown(pages())
    rows = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \| (\w+) \| (.+) \|$", text, re.MULTILINE)
    headings = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert [row[0] for row in rows] == headings == [page.id for page in pages()]
    for problem_id, anchor, severity, _ in rows:
        assert anchor == re.sub(r"[^a-z0-9-]", "", problem_id)
        assert severity in {"error", "warning", "info"}


def test_what_allows_a_problem_is_shown_as_code() -> None:
    """The comment that allows a problem can be copied; an error says that it cannot be allowed."""
    text = manual_markdown(pages())
    shown = re.findall(r"^To allow it: (.+)$", text, re.MULTILINE)
    assert len(shown) == len(pages())
    assert all(one.startswith(("`# truegreen: allow", "it cannot be")) for one in shown)
