"""Indicator kind promql: from counters to good and total."""

from __future__ import annotations

from companies import POLICY, compiled, promising

from truegreen_definitions.plan import Signal
from truegreen_definitions.problems import Severity

UNMARKED = POLICY.replace('    promql: synthetic!="true"\n', "")


def _signal(indicator: str, policy: str = POLICY) -> Signal:
    found = compiled(shop=promising(indicator), policy=policy)
    assert found.plan is not None, found.problems
    parts = found.plan.agreements[0].parts
    assert isinstance(parts, Signal)
    return parts


def test_counters_become_increases_without_synthetic_traffic() -> None:
    """Both parts get the increase over the window and the Policy's matcher."""
    parts = _signal("kind: promql\ngood: a_total\ntotal: b_total")
    assert parts == Signal(
        good='sum(increase(a_total{synthetic!="true"}[$window]))',
        total='sum(increase(b_total{synthetic!="true"}[$window]))',
    )


def test_without_a_declared_mark_nothing_is_left_out() -> None:
    """A Policy without a matcher adds none."""
    parts = _signal("kind: promql\ngood: a_total\ntotal: b_total", UNMARKED)
    assert parts.total == "sum(increase(b_total[$window]))"


def test_bad_is_taken_from_the_total() -> None:
    """Where bad is counted, good is the rest; no bad series yet means that all is good."""
    parts = _signal("kind: promql\nbad: a_total\ntotal: b_total", UNMARKED)
    assert parts.good == (
        "sum(increase(b_total[$window])) - (sum(increase(a_total[$window])) or vector(0))"
    )


def test_a_bad_that_is_no_number_takes_nothing_from_the_total() -> None:
    """A share of no bad events at all is 0/0, and leaves all good as no series of them does."""
    free = "sum(increase(a_total[$window])) * sum(increase(b_total[$window]))"
    parts = _signal(f"kind: promql\nbad: {free}\ntotal: c_total", UNMARKED)
    assert parts.good == f"sum(increase(c_total[$window])) - (sum({free}) >= 0 or vector(0))"


def test_what_is_no_counter_is_a_warning() -> None:
    """A name without a counter's suffix is told and still compiled."""
    found = compiled(shop=promising("kind: promql\ngood: up\ntotal: b_total"))
    assert found.plan is not None
    assert [(one.id, one.severity) for one in found.problems] == [
        ("promql/not-a-counter", Severity.WARNING)
    ]


def test_place_is_the_wrong_word_in_the_value() -> None:
    """In a value of one line the caret stands under the part that is wrong."""
    found = compiled(shop=promising("kind: promql\ngood: sum(rate(a_total[5m]))\ntotal: b_total"))
    place = found.problems[0].place
    line = found.texts[place.path].splitlines()[place.line - 1]
    assert line[place.column - 1 :][: place.width] == "rate"
