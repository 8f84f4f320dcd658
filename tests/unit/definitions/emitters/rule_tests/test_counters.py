"""Example series found for the selectors that people write."""

from __future__ import annotations

import pytest

from truegreen_definitions.emitters.rule_tests.counters import Counter, counters_of
from truegreen_definitions.plan import Signal


def signal(good: str, total: str) -> Signal:
    """Return a signal of the plain shape, from two selectors."""
    return Signal(good=f"sum(increase({good}[$window]))", total=f"sum(increase({total}[$window]))")


@pytest.mark.parametrize(
    ("good", "total", "expected"),
    [
        ('h{code="200"}', "h", ('h{code="200"}', "h")),
        ('h{code!~"5..",x!="1"}', 'h{x!="1"}', ("h", 'h{code="500"}')),
        ('h{code=~"2..|3.."}', 'h{code=~".+"}', ('h{code="200"}', 'h{code="0"}')),
        ('h{c="a",o="good"}', 'h{c="a"}', ('h{c="a",o="good"}', 'h{c="a"}')),
        (r'h{p=~"/api/v\\d+/[a-z]+"}', "h", ('h{p="/api/v0/a"}', "h")),
        ('h{code=~"[45].."}', 'h{code!=""}', ('h{code="400"}', 'h{code="other"}')),
    ],
)
def test_one_series_is_good_and_one_is_bad(
    good: str, total: str, expected: tuple[str, str]
) -> None:
    """Of one metric, one example matches both selectors and one only that of the total."""
    assert counters_of(signal(good, total)) == (
        Counter(expected[0], good=True, bad=False),
        Counter(expected[1], good=False, bad=True),
    )


def test_two_metrics_count_side_by_side() -> None:
    """A bucket counts the good events, the histogram's count counts them all."""
    assert counters_of(signal('d_bucket{le="0.7"}', "d_count")) == (
        Counter("d_count", good=True, bad=True),
        Counter('d_bucket{le="0.7"}', good=True, bad=False),
    )


@pytest.mark.parametrize(
    ("good", "total"),
    [
        ("sum(increase(a[$window])) - sum(increase(b[$window]))", "sum(increase(a[$window]))"),
        ("sum by (x) (increase(a[$window]))", "sum(increase(a[$window]))"),
        ("sum(increase(a[$window]))", "sum(increase(a[$window]))"),
        ('sum(increase(a{x=~"(?i)Q{3,}[^q]"}[$window]))', "sum(increase(a[$window]))"),
        ("sum(increase(a[$window] offset 5m))", "sum(increase(a[$window]))"),
    ],
)
def test_what_is_not_understood_has_no_example(good: str, total: str) -> None:
    """A shape without a certain example yields none, never a wrong one."""
    assert counters_of(Signal(good=good, total=total)) == ()
