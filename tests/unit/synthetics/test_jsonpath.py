"""JSON paths lead to what a plain walk finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_synthetics.jsonpath import MissingValueError, getter

KEYS = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,5}", fullmatch=True) | st.text(
    st.characters(exclude_characters="'", exclude_categories=["Cs"]), min_size=1, max_size=5
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=12,
)


def places(document: Any, way: str = "$") -> list[tuple[str, Any]]:
    """Return the path and value of everything in a document, by a plain walk."""
    found = [(way, document)]
    if isinstance(document, dict):
        for key, value in document.items():
            found += places(value, f"{way}['{key}']")
            if key.isascii() and key.replace("-", "_").isidentifier():
                found += places(value, f"{way}.{key}")
    if isinstance(document, list):
        for index, value in enumerate(document):
            found += places(value, f"{way}[{index}]")
    return found


@given(DOCUMENTS)
def test_every_value_is_found_at_its_path(document: Any) -> None:
    """Written with dots or brackets, the path of each value of a document leads to it."""
    for path, value in places(document):
        if path.startswith("$.-"):
            continue
        assert getter(path)(document) is value


def test_what_is_no_path_is_refused() -> None:
    """A path of another grammar is refused when it is compiled, before any document."""
    with pytest.raises(ValueError, match="is no JSON path"):
        getter("$[*]")


@pytest.mark.parametrize(
    ("path", "document", "words"),
    [
        ("$.a.b", '{"a": {}}', "$.a.b leads nowhere: no 'b' at $.a"),
        ("$.a[2]", '{"a": [1]}', "$.a[2] leads nowhere: only 1 elements at $.a"),
        ("$.a", "[1]", "$.a leads nowhere: no object at $"),
        ("$[0]", '{"0": 1}', "$[0] leads nowhere: no list at $"),
        ("$.a[0].b", '{"a": [null]}', "$.a[0].b leads nowhere: no object at $.a[0]"),
        ("$.a[0]", '{"a": "text"}', "$.a[0] leads nowhere: no list at $.a"),
    ],
)
def test_a_missing_value_says_how_far_the_path_led(path: str, document: str, words: str) -> None:
    """The message names the path, what was missing and where."""
    with pytest.raises(MissingValueError) as error:
        getter(path)(json.loads(document))
    assert str(error.value) == words
