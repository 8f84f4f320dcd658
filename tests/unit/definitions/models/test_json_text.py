"""JSON inside a definition: the text has the value that was meant."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from truegreen_definitions.models.json_text import JsonText
from truegreen_definitions.yaml_tree.nodes import Plain, to_data
from truegreen_definitions.yaml_tree.reader import read

JSON = TypeAdapter(JsonText)


@given(
    st.recursive(
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.text(
                st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x85\x7f"),
                max_size=8,
            ).filter(lambda text: all(c.isprintable() for c in text)),
        ),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3),
        ),
        max_leaves=10,
    )
)
def test_json_in_yaml_comes_back(value: Any) -> None:
    """JSON written into a definition, which is YAML too, gives JSON of the same value."""
    text = f"json: {json.dumps(value, ensure_ascii=False)}"
    documents, problems = read("a.yaml", text.encode())
    data = to_data(documents[0].root)
    assert problems == ()
    assert isinstance(data, dict)
    written = JSON.validate_python(data["json"])
    assert json.loads(written) == value
    assert JSON.validate_python(data["json"]) == written


def test_digits_and_words() -> None:
    """A plain number keeps its digits, a plain word is text, and keys are sorted."""
    value = {"b": Plain("84.20"), "a": [Plain("paid"), "7", Plain("7"), Plain("null"), "true"]}
    assert JSON.validate_python(value) == '{"a":["paid","7",7,null,"true"],"b":84.20}'


def test_no_value() -> None:
    """A field without a value is refused: null has to be written."""
    with pytest.raises(ValidationError):
        JSON.validate_python({"a": Plain("")})
