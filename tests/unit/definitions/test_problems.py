"""Problems as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.problems import (
    Place,
    Problem,
    Severity,
    has_errors,
    render,
    summary,
)

TEXT = "kind: Service\nname: order to cash\n\towner: nobody\n"


def problem(line: int, column: int, *, width: int = 1, hint: str = "") -> Problem:
    """Return a problem of a.yaml."""
    return Problem(
        "names/space", "a name holds a space", Place("a.yaml", line, column, width), hint
    )


def test_a_problem_shows_its_place_line_caret_and_help() -> None:
    """The block names file, line and column, quotes the line, underlines, and helps."""
    found = problem(2, 7, width=13, hint="write order-to-cash")
    assert render([found], {"a.yaml": TEXT}) == (
        "a.yaml:2:7: error: a name holds a space [names/space]\n"
        "  2 | name: order to cash\n"
        "    |       ^^^^^^^^^^^^^\n"
        "  help: write order-to-cash\n"
    )


def test_a_tab_does_not_move_the_caret() -> None:
    """A tab before the place is as wide in the caret's line as in the quoted one."""
    _, quoted, caret = render([problem(3, 9, width=6)], {"a.yaml": TEXT}).splitlines()
    assert quoted[caret.index("^") :] == "nobody"


def test_a_place_without_text_is_shown_without_quote() -> None:
    """A file that could not be read, or a line past its end, still shows the message."""
    shown = "a.yaml:9:1: error: a name holds a space [names/space]\n"
    assert render([problem(9, 1)], {}) == shown
    assert render([problem(9, 1)], {"a.yaml": TEXT}) == shown


def test_problems_come_in_order_of_place() -> None:
    """Whatever the order they were found in, they are read from top to bottom."""
    found = [problem(3, 2), problem(1, 9), problem(1, 1)]
    heads = [line for line in render(found, {}).splitlines() if line.startswith("a.yaml")]
    assert [head.split(": ")[0] for head in heads] == ["a.yaml:1:1", "a.yaml:1:9", "a.yaml:3:2"]


def test_counts_in_words() -> None:
    """The summary counts each severity, and only an error stops the compiler."""
    error = problem(1, 1)
    warning = Problem("a/b", "m", Place("a.yaml", 1, 1), severity=Severity.WARNING)
    assert summary([error, warning, error]) == "2 errors, 1 warning"
    assert summary([]) == "no problems"
    assert (has_errors([warning]), has_errors([warning, error])) == (False, True)


@given(
    st.text(min_size=1, max_size=400).filter(lambda text: text.splitlines() == [text]),
    st.data(),
)
def test_the_caret_stands_under_the_place(line: str, data: st.DataObject) -> None:
    """For any line and column, quote and caret are single lines and the caret is in the quote."""
    column = data.draw(st.integers(1, len(line)))
    width = data.draw(st.integers(1, 50))
    shown = render([problem(1, column, width=width)], {"a.yaml": line})
    _, quoted, caret = shown.split("\n")[:3]
    assert caret.startswith("    | ")
    assert 0 < caret.count("^") <= width * 4
    assert caret.index("^") < max(len(quoted), 7)
    assert len(quoted) < 600


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\x07", "\u202e"])
def test_a_quoted_line_cannot_command_the_terminal(hidden: str) -> None:
    """Control characters of an untrusted file are shown as a replacement character."""
    shown = render([problem(1, 1)], {"a.yaml": f"name: {hidden}x"})
    assert hidden not in shown
    assert "�" in shown
