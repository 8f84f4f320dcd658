"""Journeys in the plan: thresholds, timeouts and the variables between steps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from companies import JOURNEY, compiled
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.models.service import Latency
from truegreen_definitions.plan import Assertion, Extraction, Journey, Request
from truegreen_definitions.planner.journeys import default_timeout

if TYPE_CHECKING:
    from decimal import Decimal

LAST = "    - {step: pay, request: {post: /pay, json: {sku: '${sku}'}}}\n"


def _journey(text: str = JOURNEY) -> Journey:
    found = compiled(journey=text)
    assert found.plan is not None, found.problems
    return found.plan.journeys[0]


def test_steps_take_thresholds_and_vendor_from_the_service() -> None:
    """The journey repeats nothing: what the service says of a step holds here."""
    steps = _journey().steps
    assert [(s.step, s.vendor, s.satisfied_seconds, s.tolerated_seconds) for s in steps] == [
        ("browse", "", 0.25, 1),
        ("pay", "paygate", 0.7, 2.8),
    ]


def test_timeout_defaults_to_a_multiple_of_the_thresholds() -> None:
    """Four times satisfied or twice tolerated, whichever is longer."""
    assert [step.timeout_seconds for step in _journey().steps] == [2, 5.6]


@given(st.decimals("0.001", "1000", places=3), st.decimals("0", "1000", places=3))
def test_default_timeout_cuts_nothing_off(satisfied: Decimal, more: Decimal) -> None:
    """For any thresholds it is at least four times satisfied and longer than tolerated."""
    tolerated = satisfied + more
    latency = Latency.model_construct(satisfied=satisfied, tolerated=tolerated, clock="calendar")
    assert default_timeout(latency) >= 4 * satisfied
    assert default_timeout(latency) > tolerated


@pytest.mark.parametrize("timeout", ["2799ms", "2800ms", "2s"])
def test_timeout_that_cuts_off_what_is_measured_is_refused(timeout: str) -> None:
    """A declared timeout is longer than tolerated and at least four times satisfied."""
    text = JOURNEY.replace("{step: pay,", f"{{step: pay, timeout: {timeout},")
    found = compiled(journey=text)
    assert [(one.id, one.place.line) for one in found.problems] == [("journey/timeout", 11)]
    assert _journey(text.replace(timeout, "2801ms")).steps[1].timeout_seconds == 2.801


def test_request_is_normalised() -> None:
    """The method is in capitals, the body JSON with sorted keys, headers sorted by name."""
    rich = LAST.replace(
        "json: {sku: '${sku}'}", "json: {b: [1, 'x'], a: {d: null, c: 1.50}}, headers: {y: b, x: a}"
    )
    request = _journey(JOURNEY.replace(LAST, rich)).steps[1].action
    assert (request.method, request.path) == ("POST", "/pay")
    assert request.json == '{"a":{"c":1.50,"d":null},"b":[1,"x"]}'
    assert list(json.loads(request.json)) == ["a", "b"]
    assert request.headers == (("x", "a"), ("y", "b"))


def test_a_form_is_normalised_and_checked() -> None:
    """Fields are sorted by name, a list is a field many times, and templates are checked."""
    form = "form: {tag: [b, 'a'], n: 7, note: '', '${sku}': '${secret:PW}'}"
    request = _journey(JOURNEY.replace("json: {sku: '${sku}'}", form)).steps[1].action
    assert isinstance(request, Request)
    expected = (("${sku}", "${secret:PW}"), ("n", "7"), ("note", ""), ("tag", "b"), ("tag", "a"))
    assert (request.form, request.json) == (expected, "")
    assert set(request.texts) >= {"${sku}", "${secret:PW}"}


def test_assertions_and_extractions_are_normalised() -> None:
    """Each assertion is a subject, a path, an operator and a JSON operand."""
    rich = LAST.replace(
        "}}}",
        "}}, extract: {z: $.z, a: '$.b[0].c'}, assert: [{status: 200}, {text: \"it's\"}, "
        "{json: $.total, gt: 0}, {json: $.state, eq: paid}, {json: $.id, matches: '^o-'}, "
        "{json: $.at, exists: true}]}",
    )
    step = _journey(JOURNEY.replace(LAST, rich)).steps[1]
    assert step.extract == (Extraction(name="a", path="$.b[0].c"), Extraction(name="z", path="$.z"))
    assert step.asserts == (
        Assertion(subject="status", path="", operator="eq", operand="200"),
        Assertion(subject="text", path="", operator="contains", operand='"it\'s"'),
        Assertion(subject="json", path="$.total", operator="gt", operand="0"),
        Assertion(subject="json", path="$.state", operator="eq", operand='"paid"'),
        Assertion(subject="json", path="$.id", operator="matches", operand='"^o-"'),
        Assertion(subject="json", path="$.at", operator="exists", operand="true"),
    )


@pytest.mark.parametrize(
    ("changed", "problem", "marked"),
    [
        (("'${sku}'", "'${skew}'"), "template/unknown-variable", "${skew}"),
        (("'${sku}'", "[1, {deep: 'x ${skew}'}]"), "template/unknown-variable", "${skew}"),
        (("{sku: '${sku}'}", "{'${skew}': 1}"), "template/unknown-variable", "${skew}"),
        (("post: /pay", "post: '/pay/${skew}'"), "template/unknown-variable", "${skew}"),
        (
            ("post: /pay", "headers: {x: '${skew}'}, post: /pay"),
            "template/unknown-variable",
            "${skew}",
        ),
        (
            ("json: {sku: '${sku}'}", "form: {a: [b, '${skew}']}"),
            "template/unknown-variable",
            "${skew}",
        ),
        (("get: /products", "get: '/products/${sku}'"), "template/unknown-variable", "${sku}"),
        (("'${sku}'", "'${secret:card}'"), "template/syntax", "${secret:card}"),
        (("'${sku}'", "'${sku'"), "template/syntax", "${sku"),
    ],
)
def test_templates_without_a_value_are_refused_in_place(
    changed: tuple[str, str], problem: str, marked: str
) -> None:
    """A variable that no earlier step extracts is a problem where it stands, also deep inside."""
    found = compiled(journey=JOURNEY.replace(*changed))
    assert [one.id for one in found.problems] == [problem]
    place = found.problems[0].place
    line = found.texts[place.path].splitlines()[place.line - 1]
    assert line[place.column - 1 :][: place.width] == marked


def test_cleanup_knows_every_variable() -> None:
    """A cleanup may use what any step extracts; its own variable has to be one of them."""
    good = JOURNEY + "  cleanup: [{when: sku, request: {delete: '/cart/${sku}'}}]\n"
    assert _journey(good).cleanup[0].when == "sku"
    found = compiled(journey=good.replace("when: sku", "when: order"))
    assert [(one.id, one.place.line) for one in found.problems] == [
        ("template/unknown-variable", 12)
    ]


def test_locations_are_sorted() -> None:
    """The order in which locations are written does not matter."""
    assert _journey(JOURNEY.replace("[fra]", "[nyc, fra]")).locations == ("fra", "nyc")
