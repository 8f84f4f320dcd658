"""A baseline's bounds hold as often as they say, and its windows do not overlap."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from truegreen_definitions.units import parse_window
from truegreen_exporters.baseline import baseline, past_spans, windows_needed

AT = datetime(2016, 3, 20, 12, tzinfo=UTC)


def test_the_suggestion_is_the_order_statistic_of_the_book() -> None:
    """Of nine windows the smallest is reached with 90 %; of eight none can be suggested."""
    counts = [(good, 100) for good in (97, 91, 95, 99, 93, 92, 98, 96, 94)]
    found = baseline(counts, 0.95, 0.9)
    assert (found.suggested, found.lowest, found.median, found.highest) == (0.91, 0.91, 0.95, 0.99)
    assert (found.windows, found.met, found.needed) == (9, 5, 9)
    few = baseline(counts[:8], 0.95, 0.9)
    assert (few.suggested, few.needed) == (None, 9)
    assert [windows_needed(chance) for chance in (0.5, 0.8, 0.9, 0.95)] == [1, 4, 9, 19]


@pytest.mark.parametrize(("chance", "windows"), [(0.8, 24), (0.9, 19), (0.9, 40), (0.5, 7)])
def test_the_next_window_reaches_it_as_often_as_declared(chance: float, windows: int) -> None:
    """Over many simulated histories the next attainment is at least the suggested one."""
    dice = random.Random(7)
    held = rounds = 0
    for _ in range(4000):
        past = [(dice.betavariate(50, 3), 1.0) for _ in range(windows)]
        suggested = baseline(past, 0.9, chance).suggested
        assert suggested is not None
        rounds += 1
        held += dice.betavariate(50, 3) >= suggested
    assert held / rounds >= chance - 0.02  # three standard errors of 4,000 rounds


def test_the_interval_holds_the_quantile_as_often_as_declared() -> None:
    """The interval of the tenth part of a uniform attainment holds 0.1 in 95 % of histories."""
    dice = random.Random(8)
    held = 0
    for _ in range(2000):
        found = baseline([(dice.random(), 1.0) for _ in range(100)], 0.9, 0.9)
        assert found.lower is not None
        assert found.upper is not None
        held += found.lower <= 0.1 <= found.upper
    assert held / 2000 >= 0.95 - 0.015


def test_a_long_history_has_an_interval() -> None:
    """Of 5,000 windows a tenth's interval is that of the normal approximation, within a place."""
    n, share = 5_000, 0.1
    found = baseline([(one, n) for one in range(1, n + 1)], 0.5, 1 - share)
    spread = 1.96 * (n * share * (1 - share)) ** 0.5
    assert found.lower == pytest.approx((n * share - spread) / n, abs=2 / n)
    assert found.upper == pytest.approx((n * share + spread) / n, abs=2 / n)


def test_no_history_says_nothing() -> None:
    """Windows without events are no windows."""
    found = baseline([(0, 0), (0, 0)], 0.9, 0.9)
    assert (found.windows, found.suggested, found.lower, found.lowest) == (0, None, None, None)


def test_past_windows_follow_each_other() -> None:
    """Rolling windows tile the past up to the moment; calendar ones are closed periods."""
    days = past_spans(parse_window("7d"), AT, "Europe/Berlin", 3)
    assert [end - start for start, end in days] == [timedelta(days=7)] * 3
    assert days[-1][1] == AT
    assert all(one[1] == two[0] for one, two in pairwise(days))
    months = past_spans(parse_window("month"), AT, "Europe/Berlin", 2)
    assert months[-1][1] == datetime(2016, 2, 29, 23, tzinfo=UTC)
    assert past_spans(parse_window("all"), AT, "UTC", 3) == ()
