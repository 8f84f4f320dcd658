"""Templates in texts: found, checked and filled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import Reference, check_variables, fill, references


def test_references_are_found_in_order() -> None:
    """Each template is given with its place; text around it does not matter."""
    assert references("/a/${x}?b=${y:z:1}$") == (
        Reference("x", None, 3, 4),
        Reference("y", "z:1", 10, 8),
    )


@pytest.mark.parametrize("text", ["${", "${x", "${}", "${X}", "${a b}", "${${x}}", "${1}", "${-}"])
def test_malformed_templates_are_refused(text: str) -> None:
    """What begins like a template and is none is refused, and underlined from its start."""
    with pytest.raises(ExpressionError) as error:
        references(text)
    assert error.value.id == "template/syntax"
    assert error.value.span is not None


@pytest.mark.parametrize("text", ["", "$", "{x}", "$5", "a{b}c", "$ {x}", "50 $}"])
def test_other_dollars_and_braces_are_text(text: str) -> None:
    """Only `${` begins a template."""
    assert references(text) == ()
    assert fill(text, {}) == text


def test_known_variables_and_secrets_are_accepted() -> None:
    """A variable that a step extracts and a secret by name have a value."""
    check_variables("/orders/${order}?key=${secret:API_KEY}", {"order"})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${ordr}", "template/unknown-variable"),
        ("${order:7}", "template/unknown-variable"),
        ("${secret}", "template/syntax"),
        ("${secret:api key}", "template/syntax"),
        ("${secret:}", "template/syntax"),
    ],
)
def test_templates_without_a_value_are_refused(text: str, problem: str) -> None:
    """An unknown variable, a default in a journey and a nameless secret are refused."""
    with pytest.raises(ExpressionError) as error:
        check_variables(f"/x/{text}", {"order"})
    assert error.value.id == problem
    assert error.value.span == (3, len(text))


def test_parameters_take_value_then_default() -> None:
    """A given value wins over the default; values are not read as templates again."""
    assert fill("${table:surveys}.${x}", {"x": "${y}"}) == "surveys.${y}"
    assert fill("${table:surveys}", {"table": "answers"}) == "answers"
    assert fill("${x:}", {}) == ""


def test_parameter_without_any_value_is_refused() -> None:
    """The message names the parameter, the hint says how to give it."""
    with pytest.raises(ExpressionError, match="parameter limit has no value") as error:
        fill("score >= ${limit}", {})
    assert "with: {limit: …}" in error.value.hint


@given(st.lists(st.tuples(st.text("ab {}$:"), st.sampled_from(["x", "y"])), max_size=5))
def test_filling_is_replacing(parts: list[tuple[str, str]]) -> None:
    """Between templates the text stays as it is, whatever it is."""
    kept = [((t.replace("{", "") if "$" in t else t).rstrip("$"), name) for t, name in parts]
    text = "".join(f"{before}${{{name}}}" for before, name in kept)
    values = {"x": "$", "y": "}"}
    assert fill(text, values) == "".join(before + values[name] for before, name in kept)
