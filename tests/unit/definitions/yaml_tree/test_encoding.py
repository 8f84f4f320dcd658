"""Bytes to text: what is not UTF-8 is found at its line and column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.yaml_tree.encoding import decoded


@pytest.mark.parametrize(
    ("data", "problem_id", "line", "column"),
    [
        (b"a\nbc\xff", "yaml/encoding", 2, 3),
        ("a\r\nö".encode("latin-1"), "yaml/encoding", 2, 1),
        (b"\xed\xa0\x80", "yaml/encoding", 1, 1),
        ("é\x00".encode(), "yaml/character", 1, 2),
        ("a\u2028b\x1b".encode(), "yaml/character", 2, 2),
        ("a\ufeff".encode(), "yaml/character", 1, 2),
        ("a: b".encode("utf-16"), "yaml/encoding", 1, 1),
        ("a: b".encode("utf-32"), "yaml/encoding", 1, 1),
    ],
)
def test_the_place_of_a_bad_byte(data: bytes, problem_id: str, line: int, column: int) -> None:
    """The first byte or character that is not allowed is named with its place."""
    text, problem = decoded("a.yaml", data)
    assert text == ""
    assert problem is not None
    assert (problem.id, problem.place.line, problem.place.column) == (problem_id, line, column)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Cf"])))
def test_ordinary_text_is_kept(text: str) -> None:
    """Text of letters, marks, numbers, signs and spaces of any script comes back as it was."""
    assert decoded("a.yaml", text.encode()) == (text, None)
