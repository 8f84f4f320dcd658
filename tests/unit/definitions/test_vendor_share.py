"""The overrun of a case is shared as the methods say, to the last microsecond."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.names import MethodValue
from truegreen_definitions.vendor_share import MOST_PLAYERS, overrun, shares

HOUR = 3_600_000_000
EXCESS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=5)
SLACK = st.integers(0, 10**12)


def by_definition(excess: list[int], slack: int) -> list[Fraction]:
    """Return Shapley's value as an average over all orders, which is how it is defined."""
    added = [Fraction(0)] * len(excess)
    orders = list(permutations(range(len(excess))))
    for order in orders:
        before = 0
        for place in order:
            after = before + excess[place]
            added[place] += max(0, after - slack) - max(0, before - slack)
            before = after
    return [one / len(orders) for one in added]


@pytest.mark.parametrize(
    ("excess", "slack", "proportional", MethodValue.SHAPLEY),
    [
        ((10, 2), 0, ("10.00", "2.00"), ("10.00", "2.00")),
        ((10, 2), 5, ("5.83", "1.17"), ("6.00", "1.00")),
        ((10, -4, 2), 0, ("6.67", "0.00", "1.33"), ("8.67", "-2.33", "1.67")),
    ],
)
def test_worked_numbers(
    excess: tuple[int, ...], slack: int, proportional: tuple[str, ...], shapley: tuple[str, ...]
) -> None:
    """Hours that were worked out on paper come out, to a hundredth."""
    scaled = [one * HOUR for one in excess]
    for method, expected in (
        (MethodValue.PROPORTIONAL, proportional),
        (MethodValue.SHAPLEY, shapley),
    ):
        found = shares(scaled, slack * HOUR, method)
        assert tuple(f"{one / HOUR + 0.0:.2f}" for one in found) == expected, method


@given(EXCESS, SLACK)
@settings(max_examples=40)
def test_shares_are_the_whole_overrun(excess: list[int], slack: int) -> None:
    """Both methods add up to the overrun exactly; the proportional one gives nobody less than 0."""
    total = max(0, sum(excess) - slack)
    assert overrun(excess, slack) == total
    assert sum(shares(excess, slack, MethodValue.SHAPLEY)) == total
    proportional = shares(excess, slack, MethodValue.PROPORTIONAL)
    assert sum(proportional) == total
    assert all(0 <= part <= max(0, one) for part, one in zip(proportional, excess, strict=True))


@given(EXCESS, SLACK)
@settings(max_examples=40)
def test_shapley_is_the_average_over_all_orders(excess: list[int], slack: int) -> None:
    """Every share is within a microsecond of the definition's fraction."""
    found = shares(excess, slack, MethodValue.SHAPLEY)
    for part, exact in zip(found, by_definition(excess, slack), strict=True):
        assert abs(part - exact) < 1


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=5), SLACK)
@settings(max_examples=40)
def test_methods_agree_where_they_must(excess: list[int], slack: int) -> None:
    """Without slack and earliness both give the excess itself; alone or alike, any slack does."""
    assert (
        shares(excess, 0, MethodValue.SHAPLEY)
        == shares(excess, 0, MethodValue.PROPORTIONAL)
        == tuple(excess)
    )
    alone, alike = excess[:1], [excess[0]] * 4
    for same in (alone, alike):
        assert shares(same, slack, MethodValue.SHAPLEY) == shares(
            same, slack, MethodValue.PROPORTIONAL
        )


@given(EXCESS, SLACK)
@settings(max_examples=40)
def test_shapley_is_fair(excess: list[int], slack: int) -> None:
    """A step that is on the tolerance to the microsecond gets nothing, and equals get the same."""
    found = shares([*excess, 0, excess[0]], slack, MethodValue.SHAPLEY)
    assert abs(found[-2]) <= 1
    assert abs(found[0] - found[-1]) <= 1


def test_what_cannot_be_shared_is_refused() -> None:
    """A target below the tolerances and too many steps for all subsets are errors."""
    with pytest.raises(ValueError, match="slack is not below 0"):
        shares([1], -1, MethodValue.PROPORTIONAL)
    with pytest.raises(ValueError, match="13 steps"):
        shares([1] * (MOST_PLAYERS + 1), 0, MethodValue.SHAPLEY)
    assert sum(shares([7] * MOST_PLAYERS, 5, MethodValue.SHAPLEY)) == 7 * MOST_PLAYERS - 5
    assert shares([], 3, MethodValue.PROPORTIONAL) == shares([], 3, MethodValue.SHAPLEY) == ()
