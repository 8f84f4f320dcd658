"""What an expression adds up: against the same sum worked out by hand, and nothing uncertain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from truegreen_definitions.expressions.promql import Matcher
from truegreen_definitions.expressions.promql_sums import Summand, summands_of

A, B = "sum(increase(a[$window]))", 'sum(increase(b{x!="1"}[$window]))'


def summand(factor: str, metric: str, *, or_zero: bool = False) -> Summand:
    """Return a summand of `A` or `B`."""
    matchers = (Matcher("x", "!=", "1"),) if metric == "b" else ()
    return Summand(Decimal(factor), metric, matchers, or_zero)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (A, (summand("1", "a"),)),
        (f"sum({A} + {B})", (summand("1", "a"), summand("1", "b"))),
        (f"{A} - ({B} - {A})", (summand("1", "a"), summand("-1", "b"), summand("1", "a"))),
        (f"{A} - ({B} or vector(0))", (summand("1", "a"), summand("-1", "b", or_zero=True))),
        (f"2.5 * ({A} + {B} * 2)", (summand("2.5", "a"), summand("5", "b"))),
        (f"({A} + {B}) / 4", (summand("0.25", "a"), summand("0.25", "b"))),
        ("sum(increase(a[$window] offset 5m))", (Summand(Decimal(1), "a", (), ago_seconds=300),)),
        (
            'sum(label_replace((increase(a[$window])), "x", "$1", "y", "(.*)"))',
            (summand("1", "a"),),
        ),
    ],
)
def test_sums_are_read(text: str, found: tuple[Summand, ...]) -> None:
    """Each counter stands with its factor, through signs, brackets and multiples."""
    assert summands_of(text) == found


@pytest.mark.parametrize(
    "text",
    [
        f"{A} * {B}",
        f"4 / {A}",
        f"{A} / {B}",
        f"{A} * 0",
        f"{A} or {B}",
        f"{A} > {B}",
        f"{A} + 1",
        f"max({A})",
        "sum(increase(a[$window] offset -5m))",
        'sum(label_replace(sum(increase(a[$window])), "x", "$1", "y", "(.*)"))',
        "sum(increase(a[$window]) + increase(b[$window]))",
        "sum by (x) (increase(a[$window]))",
    ],
)
def test_what_is_no_such_sum_is_not_read(text: str) -> None:
    """Products, choices, labels and shifts have no reading, rather than a wrong one."""
    assert summands_of(text) is None
