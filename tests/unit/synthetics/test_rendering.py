"""Rendered texts hold the values and nothing the values could smuggle in."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.rendering import (
    RenderError,
    form_body,
    header_text,
    json_body,
    secret_names,
    url_path,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = TEXT | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3)
)
LITERALS = TEXT.filter(lambda text: "${" not in text and not text.endswith("$"))
NO_SECRETS = Secrets({})


def as_text(value: object) -> str:
    """Return a scalar as it stands in a text."""
    return value if isinstance(value, str) else json.dumps(value)


@given(SCALARS)
def test_a_value_in_a_path_stays_one_segment(value: object) -> None:
    """Whatever a variable holds, the path has the same shape and decodes to the value."""
    path = url_path("/orders/${id}/pay?x=1", NO_SECRETS)({"id": value})
    parts = urlsplit(path)
    assert path.isascii()
    assert parts.query == "x=1"
    assert [unquote(part) for part in parts.path.split("/")] == [
        "",
        "orders",
        as_text(value),
        "pay",
    ]


@given(VALUES, LITERALS.filter(bool), SCALARS)
def test_json_with_values_is_the_document_with_the_values(
    whole: object, literal: str, part: object
) -> None:
    """A string that is one variable keeps its type; within a longer one it is text, escaped."""
    template = json.dumps({"a": "${whole}", "b": [literal + "${part}", 1], literal: None})
    rendered = json_body(template, NO_SECRETS)({"whole": whole, "part": part})
    expected = {"a": whole, "b": [literal + as_text(part), 1], literal: None}
    assert json.loads(rendered) == expected


@given(LITERALS)
def test_json_without_templates_is_untouched(text: str) -> None:
    """A document without templates is rendered to the same document."""
    document: Any = {"text": text, "list": [text, {"deep": text}], "number": 1.5, "no": None}
    assert json.loads(json_body(json.dumps(document), NO_SECRETS)({})) == document


@given(st.lists(st.tuples(LITERALS, LITERALS), max_size=4), SCALARS)
def test_a_form_with_values_is_read_as_its_fields(
    fields: list[tuple[str, str]], value: object
) -> None:
    """Whatever names, values and variables hold, a server reads the same fields in order."""
    given_fields = [*fields, ("of ${it}", "<${it}&=+ ${secret:S}>")]
    rendered = form_body(given_fields, Secrets({"S": "a b&c=d"}))({"it": value})
    assert rendered.isascii()
    assert " " not in rendered
    found, text = parse_qsl(rendered, keep_blank_values=True), as_text(value)
    assert found == [*fields, (f"of {text}", f"<{text}&=+ a b&c=d>")]


@given(st.text(min_size=1, max_size=12).filter(lambda t: t.encode(errors="ignore").decode() == t))
def test_a_secret_is_encoded_for_its_place(value: str) -> None:
    """A secret is text in JSON, also when it is the whole string or looks like a number."""
    secrets = Secrets({"S": value})
    assert json.loads(json_body('{"card": "${secret:S}"}', secrets)({})) == {"card": value}
    assert unquote(url_path("/${secret:S}", secrets)({})[1:]) == value


def test_a_line_break_does_not_fit_into_a_header() -> None:
    """A value from a response cannot add a header of its own."""
    render = header_text("Bearer ${token}", NO_SECRETS)
    assert render({"token": "abc"}) == "Bearer abc"
    with pytest.raises(RenderError, match="variable token has characters"):
        render({"token": "abc\r\nX-Evil: 1"})


@pytest.mark.parametrize(("value", "kind"), [({}, "an object"), ([], "a list")])
def test_a_list_does_not_fit_into_a_path(value: object, kind: str) -> None:
    """Only texts, numbers and booleans fit into a path; the message names the variable."""
    with pytest.raises(RenderError, match=f"variable id is {kind}"):
        url_path("/${id}", NO_SECRETS)({"id": value})


def test_a_variable_without_value_is_named() -> None:
    """What no step has extracted cannot be rendered."""
    with pytest.raises(RenderError, match="variable id has no value"):
        url_path("/${id}", NO_SECRETS)({})


def test_secret_names_are_collected_from_all_texts() -> None:
    """Only secrets count, each once."""
    texts = ["/${id}", '{"a": "${secret:CARD}", "b": "${secret:CARD}"}', "${secret:KEY}"]
    assert secret_names(texts) == {"CARD", "KEY"}
