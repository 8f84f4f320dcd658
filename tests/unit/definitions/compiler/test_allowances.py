"""Comments that allow a problem: which one, for how long, and what is wrong with them."""

from __future__ import annotations

import datetime as dt

import pytest

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.compiler.allowances import with_allowances
from truegreen_definitions.problems import Place, Problem, Severity

TODAY = dt.date(2026, 11, 22)
ALLOW = "# truegreen: allow team/nobody-told until 2026-11-22 because of the move"


def _warning(line: int, problem_id: str = "team/nobody-told") -> Problem:
    place = Place("a.yaml", line, 1, 3)
    return Problem(problem_id, "m", place, severity=Severity.WARNING)


def _left(text: str, *problems: Problem, today: dt.date | None = TODAY) -> list[str]:
    left, _ = with_allowances(problems, {"a.yaml": text}, today)
    return [problem.id for problem in left]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a: 1  {ALLOW}\n", 1),
        (f"{ALLOW}\na: 1\n", 2),
        (f"{ALLOW}\n\n# more words\na: 1\n", 4),
        (f"  {ALLOW}  \n  a: 1\n", 2),
        (f"a: 1\nb: [x]  #truegreen:  {ALLOW[13:]}\n", 2),
    ],
)
def test_the_line_a_comment_is_about(text: str, line: int) -> None:
    """A comment allows on its own line, and alone on a line on the next one with content."""
    assert _left(text, _warning(line)) == []
    assert _left(text, _warning(line + 1)) == ["team/nobody-told", "allow/unused"]


@pytest.mark.parametrize(
    "text",
    [f"a: '{ALLOW}'\n", f'a: "x {ALLOW}"\n', f"a: |\n  {ALLOW}\n", f"a: x{ALLOW}\n"],
)
def test_a_text_is_no_comment(text: str) -> None:
    """What stands in quotes, in a block or within a word allows nothing."""
    assert _left(text, _warning(1), _warning(2)) == ["team/nobody-told"] * 2


def test_the_last_day_counts() -> None:
    """A problem is allowed through its last day; afterwards it is back, and the comment too."""
    text = f"a: 1 {ALLOW}\n"
    assert _left(text, _warning(1)) == []
    tomorrow = TODAY + dt.timedelta(days=1)
    assert _left(text, _warning(1), today=tomorrow) == ["team/nobody-told", "allow/ended"]
    assert _left(text, _warning(1), today=None) == []


def test_several_ids() -> None:
    """One comment may allow several problems; each of them must be there."""
    text = (
        "a: 1 # truegreen: allow team/nobody-told, alert/cannot-fire until 2026-12-31 because x\n"
    )
    assert _left(text, _warning(1), _warning(1, "alert/cannot-fire")) == []
    left, _ = with_allowances((_warning(1),), {"a.yaml": text}, TODAY)
    assert [(one.id, one.place.column) for one in left] == [("allow/unused", 43)]


def test_the_reason_is_kept() -> None:
    """What is allowed comes back with its reason and last day."""
    _, (allowed,) = with_allowances((_warning(1),), {"a.yaml": f"a: 1 {ALLOW}\n"}, TODAY)
    assert (allowed.problem, allowed.until) == (_warning(1), "2026-11-22")
    assert allowed.reason == "of the move"


def test_an_error_stays() -> None:
    """An error is not allowed, whatever a comment says, and the comment is told off."""
    text = "a: 1 # truegreen: allow yaml/syntax until 2026-12-31 because x\n"
    error = Problem("yaml/syntax", "m", Place("a.yaml", 1, 1))
    assert _left(text, error) == ["yaml/syntax", "allow/error"]


def test_errors_hide_what_is_unused() -> None:
    """While something is broken, what is allowed may not have been found: nothing is said."""
    error = Problem("yaml/syntax", "m", Place("b.yaml", 1, 1))
    assert _left(f"a: 1 {ALLOW}\n", error) == ["yaml/syntax"]


def test_the_plan_does_not_depend_on_comments() -> None:
    """A definition compiles to the same plan with a broken comment and without."""
    text = "apiVersion: truegreen/v1\nkind: Policy\nmetadata: {name: default}\nspec: {}\n"
    with_comment = text + "# truegreen: allow everything\n"
    plans = [
        compile_files([SourceFile(path="a", shown="a", data=one.encode())], today=TODAY)
        for one in (text, with_comment)
    ]
    assert plans[0].plan == plans[1].plan is not None
    assert [len(one.problems) for one in plans] == [0, 1]
