"""Pages as they are read from a docstring."""

from __future__ import annotations

import pytest

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.manual.page import read_pages
from truegreen_definitions.problems import Severity

ONE = """What it means.

Why it matters,
in two lines.

Mend: do
this.

Passes:
    a: 1

Fails:
    a: 2
"""
TWO = r"""About both.

Passes:
    a: 1

x/first (warning)
-----------------
First.

Mend: one.

Fails, in Python's escapes:
    a: \xff

x/second
--------
Second.

Mend: two.

Passes:
    b: 1
"""


def test_a_docstring_without_headings_is_the_page_of_its_ids() -> None:
    """Title, reason, remedy and examples are told apart."""
    (page,) = read_pages(ONE, ("x/one",))
    assert (page.id, page.severity) == ("x/one", Severity.ERROR)
    assert page.title == "What it means"
    assert page.why == "Why it matters,\nin two lines."
    assert page.mend == "do this."
    assert (page.passes, page.fails) == ("a: 1\n", "a: 2\n")


def test_sections_share_what_passes() -> None:
    """A section takes the passing example of the introduction unless it has its own."""
    first, second = read_pages(TWO)
    assert (first.id, first.severity, first.passes) == ("x/first", Severity.WARNING, "a: 1\n")
    assert (second.id, second.severity, second.passes) == ("x/second", Severity.ERROR, "b: 1\n")


def test_escapes_become_bytes() -> None:
    """An example in escapes gives the bytes it stands for."""
    first, second = read_pages(TWO)
    assert first.fails_data == b"a: \xff\n"
    assert second.fails == ""


def test_only_what_compiles_can_be_allowed() -> None:
    """A warning says how it is allowed, an error that it cannot be."""
    first, second = read_pages(TWO)
    assert first.suppressible
    assert first.allow.startswith("# truegreen: allow x/first until ")
    assert not second.suppressible
    assert "it is an error" in second.allow


@pytest.mark.parametrize("missing", ["Mend: do\nthis.\n", "Passes:\n    a: 1\n"])
def test_a_page_without_a_part_is_a_bug(missing: str) -> None:
    """Who writes a page without its parts is told which page it is."""
    with pytest.raises(InvariantError, match="x/one"):
        read_pages(ONE.replace(missing, ""), ("x/one",))
