"""A run told step by step, without what is secret."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from robots import CART, GONE, PAID, PRODUCTS, Clock, Script, compiled
from shopping import CARD, JOURNEY

from truegreen_definitions.plan import Assertion
from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.journeys import compile_journey
from truegreen_synthetics.runs import Run
from truegreen_synthetics.trace_report import EXCERPT_CHARACTERS, TraceReport


def told(*answers: tuple[float, object]) -> str:
    """Return the trace of one run against scripted answers."""
    journey, clock = compiled(), Clock()
    report = TraceReport("fra", (journey,))
    Run(journey, Script(clock, answers), report, clock).go(clock.now)  # type: ignore[arg-type]
    return report.text()


def test_each_step_is_told_with_phases_values_and_thresholds() -> None:
    """Request, bars, levels and extracted values stand under each step, then the summary."""
    text = told((0.1, PRODUCTS), (0.2, CART), (0.05, PAID), (0.1, GONE))
    assert text.startswith("1. browse: satisfied in 100 ms\n   GET /products")
    assert "   first_byte   100 ms ████████" in text
    assert "   satisfied up to 400 ms, tolerated up to 1600 ms, given up after 6400 ms\n" in text
    assert '   sku = "mug-12"\n' in text
    assert '   order = "W-1"\n' in text
    assert text.endswith("  undo order  done\n")


def test_a_failed_check_shows_what_it_looked_at() -> None:
    """Under the reason stands the beginning of the answer, on one line, with its length."""
    body = b"<html>\n" + b"oops " * 200
    text = told((0.1, Response(200, {}, body)))
    assert "   sku = nothing: the body is no JSON\n" in text
    assert "   ✗ extraction: sku: the body is no JSON\n" in text
    (line,) = [line for line in text.splitlines() if "looked at" in line]
    assert line.startswith("   looked at: <html> oops oops")
    assert line.endswith(f"… ({len(body)} characters)")
    assert len(line) < EXCERPT_CHARACTERS + 60


def test_no_secret_is_told_even_when_the_answer_repeats_it() -> None:
    """A shop that answers with the card it was paid with shows three stars."""
    echo = Response(500, {}, json.dumps({"card": CARD}).encode())
    text = told((0.1, PRODUCTS), (0.2, CART), (0.05, echo), (0.1, GONE))
    assert CARD not in text
    assert "***" in text


@pytest.mark.parametrize("length", range(40, 330, 29))
def test_no_part_of_a_secret_is_told_where_the_answer_is_cut(length: int) -> None:
    """A long token that a cut would part shows none of its characters, in reason and excerpt."""
    token = "".join(f"{number:02x}Q" for number in range(60)) + "\nend"
    secrets = Secrets({"TEST_CARD": token})
    step = replace(
        JOURNEY.steps[0],
        asserts=(Assertion(subject="text", path="", operator="contains", operand='"ok"'),),
    )
    journey = compile_journey(
        replace(JOURNEY, steps=(step, *JOURNEY.steps[1:])), None, secrets, "robot/1"
    )
    clock = Clock()
    report = TraceReport("fra", (journey,))
    echo = json.dumps({"items": [{"sku": token}], "pad": "x"}).encode()
    answer = Response(200, {}, b"-" * (length - 30) + token.encode() + echo)
    Run(journey, Script(clock, ((0.1, answer),)), report, clock).go(clock.now)  # type: ignore[arg-type]
    text = report.text()
    assert "text: expected to contain" in text
    assert not [at for at in range(len(token) - 3) if token[at : at + 4] in text]
