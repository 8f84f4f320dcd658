"""JSON text against the standard library's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_dashboards.json_text import json_text
from truegreen_definitions.names import BoardUid

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(BoardUid)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=25,
)


@given(VALUES)
def test_the_bytes_are_those_of_the_standard_library(value: object) -> None:
    """Any plain data gives what `json.dumps` gives, indented and sorted, byte for byte."""
    assert json_text(value) == json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)


def test_what_json_cannot_say_is_refused() -> None:
    """A number that is not finite, and an object of any other class, are no JSON."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text([float("inf")])
    with pytest.raises(TypeError, match="not JSON serializable"):
        json_text({"a": object()})
