"""Compiling finds what cannot run, and prepares requests as they are declared."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from robots import MARK, compiled
from shopping import CARD, JOURNEY

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import Assertion, Cleanup, Extraction, Request
from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.http.exchanges import lines_of
from truegreen_synthetics.journeys import compile_journey, secrets_of


def changed(step: int, **changes: Any) -> Any:
    """Return the journey with one step changed."""
    steps = list(JOURNEY.steps)
    steps[step] = replace(steps[step], **changes)
    return replace(JOURNEY, steps=tuple(steps))


def test_a_request_is_prepared_as_declared() -> None:
    """Path, body, marks and further headers are those of plan and policy, values filled in."""
    pay = compiled().steps[2]
    request = pay.action.prepare({"order": "W/1"}, (("traceparent", "00-a-b-01"),))
    assert (request.method, request.path) == ("POST", "/orders/W%2F1/pay")
    assert json.loads(request.body) == {"card": CARD}
    assert request.headers == (
        ("accept", "*/*"),
        ("accept-encoding", "gzip, deflate"),
        ("content-type", "application/json"),
        ("user-agent", "robot/1"),
        ("x-synthetic", "truegreen"),
        ("traceparent", "00-a-b-01"),
    )
    assert request.lines == lines_of(request.headers)


def test_a_step_may_set_headers_but_not_the_mark() -> None:
    """A declared header replaces a common one in any case of its letters; the mark stays."""
    headers = (("Accept", "application/json"), ("X-SYNTHETIC", "no"))
    journey = changed(0, action=replace(JOURNEY.steps[0].action, headers=headers))
    request = compiled(journey).steps[0].action.prepare({}, ())
    assert dict(request.headers)["accept"] == "application/json"
    assert dict(request.headers)["x-synthetic"] == "truegreen"
    assert len(request.headers) == 4


def test_headers_with_variables_are_not_joined_before_they_are_known() -> None:
    """A header that needs a variable is filled in for each run, beside those that need none."""
    action = replace(JOURNEY.steps[2].action, headers=(("x-order", "${order}"),))
    request = compiled(changed(2, action=action)).steps[2].action.prepare({"order": "7"}, ())
    assert dict(request.headers)["x-order"] == "7"
    assert request.lines == ""


def test_without_a_policy_there_is_no_mark() -> None:
    """A plan that declares no synthetic header sends none."""
    journey = compile_journey(JOURNEY, None, Secrets({"TEST_CARD": CARD}), "robot/1")
    assert "x-synthetic" not in dict(journey.steps[0].action.prepare({}, ()).headers)


def test_secrets_are_found_in_steps_and_cleanup() -> None:
    """Every text of a journey may need a secret."""
    undo = replace(JOURNEY.cleanup[0].action, headers=(("authorization", "${secret:KEY}"),))
    journey = replace(JOURNEY, cleanup=(replace(JOURNEY.cleanup[0], action=undo),))
    assert secrets_of(journey) == {"TEST_CARD", "KEY"}


def test_a_status_assertion_replaces_the_usual_one() -> None:
    """Only a step that asserts no status is checked for one below 400."""
    assert [len(step.checks) for step in compiled().steps] == [1, 2, 2]


GET = Request(method="GET", path="/", json="", headers=())


@pytest.mark.parametrize(
    ("journey", "words"),
    [
        (changed(0, action=replace(GET, path="/${order}")), "nothing gives ${order} a value"),
        (changed(0, action=replace(GET, path="/${")), "'${' is no template"),
        (changed(0, extract=(Extraction(name="a", path="$..a"),)), "is no JSON path"),
        (
            changed(
                0,
                asserts=(Assertion(subject="text", path="", operator="matches", operand='"("'),),
            ),
            "unterminated subpattern",
        ),
        (
            replace(JOURNEY, cleanup=(Cleanup(when="bill", action=GET, origin=JOURNEY.origin),)),
            "nothing gives ${bill} a value",
        ),
        (replace(JOURNEY, target="ftp://shop"), "is no target"),
        (
            replace(JOURNEY, client=replace(JOURNEY.client, proxy="https://proxy:3128")),
            "a proxy is http://HOST:PORT",
        ),
    ],
)
def test_what_cannot_run_is_refused_with_its_line(journey: Any, words: str) -> None:
    """The message has the definition's line, the journey and what is wrong."""
    with pytest.raises(TerminalError) as error:
        compile_journey(journey, MARK, Secrets({"TEST_CARD": CARD}), "robot/1")
    assert str(error.value).startswith("shop.yaml:7: journey buy-something cannot run: ")
    assert words in str(error.value)


def test_a_pattern_is_compiled_once_at_the_start() -> None:
    """A pattern that re refuses never reaches a run."""
    bad = Assertion(subject="json", path="$.a", operator="matches", operand='"[a"')
    with pytest.raises(TerminalError):
        compiled(changed(0, asserts=(bad,)))
