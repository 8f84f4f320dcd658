"""A run counts what a customer would have seen, and undoes what it made."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robots import CART, GONE, PAID, PRODUCTS, Clock, Notes, Script, answer, compiled
from shopping import CARD

from truegreen_definitions.names import OutcomeValue
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.runs import ABORTED_CLEANUP_SECONDS, Run, judge

TIMEOUT = ExchangeError(Reason.TIMEOUT, "no answer within 4s")


def go(*answers: tuple[float, Any], measured_from: float = 100.0) -> tuple[Notes, Script]:
    """Run the journey against scripted answers; return what was observed and sent."""
    clock, notes = Clock(), Notes()
    script = Script(clock, answers)
    Run(compiled(), script, notes, clock).go(measured_from)
    return notes, script


def outcomes(notes: Notes) -> list[tuple[str, str]]:
    """Return (step, outcome) pairs."""
    return [(one.step, one.outcome.value) for one in notes.steps]


def test_a_good_run_is_satisfied_and_undone() -> None:
    """Steps use what earlier ones extracted; the order is deleted and the connection closed."""
    notes, script = go((0.1, PRODUCTS), (0.2, CART), (0.3, PAID), (0.1, GONE))
    assert outcomes(notes) == [(s, "satisfied") for s in ("browse", "checkout", "pay")]
    assert [(request.method, request.path) for request, _ in script.sent] == [
        ("GET", "/products"),
        ("POST", "/cart"),
        ("POST", "/orders/W-1/pay"),
        ("DELETE", "/orders/W-1"),
    ]
    assert script.sent[1][0].body == b'{"qty":1,"sku":"mug-12"}'
    assert [timeout for _, timeout in script.sent] == [4, 6.4, 11.2, 11.2]
    assert [(one.when, one.failed) for one in notes.cleanups] == [("order", False)]
    assert script.closed


@given(st.floats(0, 10), st.floats(0.001, 5), st.floats(1, 4).map(lambda factor: round(factor, 3)))
def test_an_outcome_is_judged_by_its_thresholds(
    seconds: float, satisfied: float, factor: float
) -> None:
    """Up to satisfied, up to tolerated, above: the thresholds themselves are inside."""
    tolerated = satisfied * factor
    found = judge(seconds, satisfied, tolerated)
    assert (found is OutcomeValue.SATISFIED) == (seconds <= satisfied)
    assert (found is OutcomeValue.FRUSTRATED) == (seconds > tolerated)
    assert judge(satisfied, satisfied, tolerated) is OutcomeValue.SATISFIED


def test_a_slow_step_is_no_failure_and_the_run_goes_on() -> None:
    """A step beyond tolerance with status 200 is frustrated, and the next one is attempted."""
    notes, _ = go((0.9, PRODUCTS), (1.7, CART), (0.1, PAID), (0.1, GONE))
    expected = [("browse", "tolerated"), ("checkout", "frustrated"), ("pay", "satisfied")]
    assert outcomes(notes) == expected
    assert {one.reason for one in notes.steps} == {""}


def test_the_first_step_is_measured_from_the_intended_start() -> None:
    """Lateness of the run counts against its first step only, and on the intended clock only."""
    notes, _ = go((0.1, PRODUCTS), (0.2, CART), (0.3, PAID), (0.1, GONE), measured_from=98.0)
    assert outcomes(notes)[0] == ("browse", "frustrated")
    intended = [one.intended_seconds for one in notes.steps]
    service = [one.service_seconds for one in notes.steps]
    assert intended == pytest.approx([2.1, 0.2, 0.3])
    assert service == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("found", "reason", "detail"),
    [
        (TIMEOUT, "timeout", "no answer within 4s"),
        (answer({}, 503), "assertion", "status: expected 201, found 503"),
        (answer({"total": 1}, 201), "extraction", "order: $.order_id leads nowhere"),
        (answer({"order_id": None, "total": 1}, 201), "extraction", "order: the value is null"),
        (Response(201, {}, b"<html>"), "assertion", "the body is no JSON"),
        (ZeroDivisionError("a bug"), "internal", "ZeroDivisionError: a bug"),
    ],
)
def test_a_failed_step_ends_the_run_and_is_counted(found: Any, reason: str, detail: str) -> None:
    """Whatever goes wrong, the step is one failed sample with its reason; no later step runs."""
    notes, script = go((0.1, PRODUCTS), (0.2, found))
    assert outcomes(notes) == [("browse", "satisfied"), ("checkout", "failed")]
    assert notes.steps[1].reason == reason
    assert detail in notes.steps[1].detail
    assert notes.steps[1].service_seconds == pytest.approx(0.2)
    assert len(script.sent) == 2
    assert script.closed


def test_an_order_of_a_bad_response_is_undone_too() -> None:
    """A response that fails its assertions may still have made something: it is taken back."""
    wrong_total = answer({"order_id": "W-2", "total": 0}, 201)
    notes, script = go((0.1, PRODUCTS), (0.2, wrong_total), (0.1, GONE))
    assert notes.steps[-1].reason == "assertion"
    assert script.sent[-1][0].path == "/orders/W-2"
    assert not notes.cleanups[0].failed


def test_a_value_that_does_not_fit_fails_the_step_that_needs_it() -> None:
    """An extracted list cannot be part of a path: the step fails, nothing is sent for it."""
    odd = answer({"order_id": ["W-1"], "total": 1}, 201)
    notes, script = go((0.1, PRODUCTS), (0.2, odd))
    assert (notes.steps[-1].step, notes.steps[-1].reason) == ("pay", "variable")
    assert len(script.sent) == 2
    assert (notes.cleanups[0].failed, notes.cleanups[0].detail) == (
        True,
        "variable order is a list: only a text, number or boolean fits here",
    )


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        (answer({}, 404), ""),
        (answer({}, 410), ""),
        (answer({}, 500), "DELETE /orders/W-1 was answered with 500"),
        (TIMEOUT, "no answer within 4s"),
    ],
)
def test_a_cleanup_fails_when_something_may_be_left(found: Any, detail: str) -> None:
    """What is gone already is fine; any other error may have left a record behind."""
    notes, _ = go((0.1, PRODUCTS), (0.1, CART), (0.1, PAID), (0.1, found))
    assert (notes.cleanups[0].failed, notes.cleanups[0].detail) == (bool(detail), detail)


class Stop(BaseException):
    """The probe is being stopped, as gevent's GreenletExit does it."""


def test_a_run_that_is_stopped_undoes_quickly_and_counts_no_step() -> None:
    """The step in flight is no data; the order is taken back with little patience."""
    clock, notes = Clock(), Notes()
    script = Script(clock, [(0.1, PRODUCTS), (0.1, CART), (0.5, Stop()), (0.1, GONE)])
    with pytest.raises(Stop):
        Run(compiled(), script, notes, clock).go(100.0)
    assert [one.step for one in notes.steps] == ["browse", "checkout"]
    assert script.sent[-1][0].method == "DELETE"
    assert script.sent[-1][1] == pytest.approx(ABORTED_CLEANUP_SECONDS)
    assert script.closed


def test_every_request_carries_the_trace() -> None:
    """One trace a run, a new span a request, and the flag that asks to keep it (W3C level 1)."""
    notes, script = go((0.1, PRODUCTS), (0.1, CART), (0.1, PAID), (0.1, GONE))
    parents = [dict(request.headers)["traceparent"] for request, _ in script.sent]
    found = [re.fullmatch("00-([0-9a-f]{32})-([0-9a-f]{16})-01", text) for text in parents]
    assert {one[1] for one in found if one} == {notes.steps[0].trace_id}
    assert len({one[2] for one in found if one}) == 4


def test_a_secret_the_server_sends_back_is_masked() -> None:
    """A response that echoes the card does not bring it into a message."""
    echo = answer({"state": f"refused {CARD}"})
    notes, _ = go((0.1, PRODUCTS), (0.1, CART), (0.1, echo), (0.1, GONE))
    assert notes.steps[-1].detail == '$.state: expected "paid", found "refused ***"'
