"""The grammar of JSON paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.expressions.jsonpath import parse

KEYS = st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(KEYS | st.integers(0, 999_999_999)))
def test_what_is_written_is_read_back(segments: list[str | int]) -> None:
    """Keys in quotes and indexes in brackets come back as they were, whatever the keys hold."""
    written = "".join(f"['{one}']" if isinstance(one, str) else f"[{one}]" for one in segments)
    assert parse(f"${written}") == tuple(segments)


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("$", ()),
        ("$.items[0].sku", ("items", 0, "sku")),
        ("$['odd key'][12]", ("odd key", 12)),
        ("$.a-b", ("a-b",)),
    ],
)
def test_a_path_is_read_into_its_segments(path: str, segments: tuple[str | int, ...]) -> None:
    """Keys are texts, indexes numbers, in order."""
    assert parse(path) == segments


@pytest.mark.parametrize(
    "path", ["", "a", "$a", "$.", "$..a", "$[*]", "$[-1]", "$.a b", "$['']", "$[0", "$.1", "a$.b"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    """Wildcards, negative indexes and broken paths are refused when they are compiled."""
    with pytest.raises(ValueError, match="is no JSON path"):
        parse(path)
