"""Assertions compare by JSON value and type, and say what they found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from truegreen_definitions.plan import Assertion
from truegreen_synthetics.assertions import Evidence, acceptable_status, compile_assertion
from truegreen_synthetics.http.responses import Response


def response(document: Any, status: int = 200) -> Evidence:
    """Return what is known of a response whose body is a JSON document."""
    return seen(Response(status, {}, json.dumps(document).encode()))


def seen(answer: Response, **more: Any) -> Evidence:
    """Return what is known of a response that took a second."""
    return Evidence(response=answer, **{"seconds": 1.0, **more})


def wrong(operator: Any, operand: Any, found: Any) -> str:
    """Return what is wrong with the value `found` at $.v."""
    one = Assertion(subject="json", path="$.v", operator=operator, operand=json.dumps(operand))
    return compile_assertion(one)(response({"v": found}))


@pytest.mark.parametrize(
    ("operator", "operand", "holds", "fails"),
    [
        ("eq", 1, [1, 1.0], [True, "1", 2, None, [1]]),
        ("eq", True, [True], [1, "true", False]),
        ("eq", "paid", ["paid"], ["Paid", ["paid"]]),
        ("eq", {"a": [1]}, [{"a": [1.0]}], [{"a": [True]}, {"a": [1], "b": 2}, {}]),
        ("ne", 1, [True, "1", 2], [1, 1.0]),
        ("gt", 0, [1, 0.001], [0, -1, True, "1", None]),
        ("ge", 0, [0], [-0.1]),
        ("lt", "b", ["a"], ["b", 1]),
        ("le", 5, [5, 4], [5.1, False]),
        ("contains", "b", ["abc", ["b"], {"b": 1}], ["ac", ["abc"], {"a": "b"}, 1]),
        ("contains", 1, [[1, 2], [1.0]], [[True], "1", {"1": 1}, 1]),
        ("contains", [1], [[[1]]], [[1], {"a": 1}]),
        ("matches", "^[a-c]+$", ["abc"], ["abd", ""]),
        ("matches", "^1", [12, 1.5], [21]),
        ("exists", True, [0, "", None, False], []),
    ],
)
def test_operators_hold_for_what_they_say(
    operator: str, operand: Any, holds: list[Any], fails: list[Any]
) -> None:
    """Each operator accepts the one list of values and refuses the other."""
    assert [found for found in holds if wrong(operator, operand, found)] == []
    assert [found for found in fails if not wrong(operator, operand, found)] == []


@pytest.mark.parametrize(
    ("assertion", "answer", "words"),
    [
        (("status", "", "eq", "201"), response({}, 500), "status: expected 201, found 500"),
        (("json", "$.v", "gt", "0"), response({"v": "x"}), '$.v: expected more than 0, found "x"'),
        (("json", "$.w", "eq", "1"), response({"v": 1}), "$.w: expected 1, found nothing"),
        (("json", "$.v", "exists", "false"), response({"v": 1}), "$.v: expected nothing, found 1"),
        (("json", "$.v", "exists", "false"), response({}), ""),
        (("json", "$.w", "exists", "true"), response({}), "$.w: expected a value, found nothing"),
        (
            ("json", "$.v", "eq", "1"),
            Response(200, {}, b"<html>"),
            "$.v: expected 1, but the body is no JSON",
        ),
        (
            ("json", "$.v", "eq", "1"),
            Response(200, {}, b"[" * 100_000),
            "$.v: expected 1, but the body is no JSON",
        ),
        (
            ("json", "$.v", "eq", "1"),
            Response(200, {}, b'{"v": NaN}'),
            "$.v: expected 1, but the body is no JSON",
        ),
        (
            ("text", "", "contains", '"welcome"'),
            Response(200, {}, b"go away"),
            'text: expected to contain "welcome", found "go away"',
        ),
        (("text", "", "contains", '"go"'), Response(200, {}, b"\xff go"), ""),
    ],
)
def test_a_failed_assertion_says_what_was_expected_and_found(
    assertion: tuple[Any, str, Any, str], answer: Response, words: str
) -> None:
    """The text names the subject, the expectation and the finding; a held one says nothing."""
    subject, path, operator, operand = assertion
    one = Assertion(subject=subject, path=path, operator=operator, operand=operand)
    assert compile_assertion(one)(answer if isinstance(answer, Evidence) else seen(answer)) == words


def test_a_long_finding_is_cut() -> None:
    """A whole page never ends up in a message."""
    words = wrong("eq", "a", "x" * 5_000)
    assert len(words) < 200
    assert words.endswith("… (5002 characters)")


def test_a_step_without_a_status_assertion_wants_no_error() -> None:
    """399 passes, 400 does not."""
    assert acceptable_status(response({}, 399)) == ""
    assert acceptable_status(response({}, 400)) == "status: expected less than 400, found 400"


@pytest.mark.parametrize(
    ("subject", "path", "operator", "operand", "words"),
    [
        ("regex", "", "matches", '"order \\\\d+"', ""),
        ("regex", "", "matches", '"bill"', 'text: expected to match "bill", found'),
        ("header", "etag", "eq", '"v7"', ""),
        ("header", "age", "lt", "60", ""),
        ("header", "age", "lt", "5", "header age: expected less than 5, found 30"),
        ("header", "via", "exists", "true", "header via: expected a value, found nothing"),
        ("header", "via", "exists", "false", ""),
        ("size", "", "le", "10", "bytes: expected at most 10, found 16"),
        ("size", "", "ge", "16", ""),
        ("certificate", "", "ge", "86400", ""),
        ("certificate", "", "ge", "900000", "expected at least 900000, found 864000"),
        ("latency", "", "le", "1", ""),
        ("latency", "", "le", "0.5", "seconds the step took: expected at most 0.5, found 1"),
    ],
)
def test_what_an_answer_is_asked_beside_json(
    subject: Any, path: str, operator: Any, operand: str, words: str
) -> None:
    """Text, headers, size, certificate and latency pass or say what was expected and found."""
    answer = Response(200, {"etag": "v7", "age": "30"}, b"your order 17 ok")
    evidence = seen(answer, certificate_seconds=864_000.2)
    one = Assertion(subject=subject, path=path, operator=operator, operand=operand)
    found = compile_assertion(one)(evidence)
    assert words in found if words else not found


def test_a_certificate_nobody_showed_fails() -> None:
    """An assertion about a certificate over plain HTTP does not pass for want of one."""
    one = Assertion(subject="certificate", path="", operator="ge", operand="86400")
    assert "no certificate was shown" in compile_assertion(one)(seen(Response(200, {}, b"")))
