"""From a fault in an expression to a problem in a file."""

from __future__ import annotations

import pytest

from truegreen_definitions.expressions.errors import ExpressionError, attempt
from truegreen_definitions.problems import Place, Problem

FAULT = ExpressionError("sql/syntax", "no", hint="do", span=(4, 2))


@pytest.mark.parametrize(
    ("width", "text", "column", "marked"),
    [
        (8, "a and or", 14, 2),  # plain
        (10, "a and or", 15, 2),  # in quotes
        (11, "a and or", 10, 11),  # quotes with an escape: columns cannot be counted
        (8, "a and\nor", 10, 8),  # more than a line
        (8, None, 10, 8),  # another text than the one that stands there
    ],
)
def test_wrong_part_is_underlined_where_columns_can_be_counted(
    width: int, text: str | None, column: int, marked: int
) -> None:
    """The place moves to the span in a plain or simply quoted value, else stays the whole."""
    problem = FAULT.at(Place("a.yaml", 3, 10, width), text)
    assert problem == Problem("sql/syntax", "no", Place("a.yaml", 3, column, marked), "do")


def test_fault_without_span_marks_the_whole_value() -> None:
    """Where the wrong part is not known the value is the place."""
    place = Place("a.yaml", 1, 1, 3)
    assert ExpressionError("x/y", "no").at(place, "abc").place == place


def test_attempt_gives_the_value_or_the_problem() -> None:
    """What is read comes back; what is refused is None and is noted."""

    def refuse(_: str) -> str:
        raise FAULT

    problems: list[Problem] = []
    place = Place("a.yaml", 1, 1, 3)
    assert attempt(problems, place, "abc", str.upper) == "ABC"
    assert problems == []
    assert attempt(problems, place, "abc", refuse) is None
    assert [problem.id for problem in problems] == ["sql/syntax"]
