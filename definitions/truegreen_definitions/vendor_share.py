"""Splits the end-to-end overrun of one case among the steps that made it.

A step's excess `d` is its time above what is tolerated, below 0 where it was quicker. A case is
over its end-to-end target by `O = max(0, sum of d - slack)`, where the slack is the target less
the sum of tolerances. Two ways to share `O`:

proportional  by the steps' positive excess, `O x d+ / sum of d+`: to be checked on paper, and
              nobody is paid for being quick
shapley       by Shapley's value of `v(S) = max(0, sum over S of d - slack)`: what a step adds to
              the overrun on average over all orders in which the steps could be looked at. A
              quick step is credited. Exact, over all subsets, so for `MOST_PLAYERS` steps at most

With no slack and no step quicker than tolerated both are the excess itself. Durations are whole
microseconds: shares are rounded down and what is left goes to those with the largest remainders,
so they add up to the overrun exactly. Pure.

Source: L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II
(1953); largest remainders after T. Hare (1859).
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from truegreen_definitions.names import MethodValue

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_PLAYERS", "overrun", "shares"]

MOST_PLAYERS = 12
"""Shapley's value asks every subset: 4,096 of so many steps."""


def overrun(excess: Sequence[int], slack: int) -> int:
    """Return by how much a case is over its target, in the unit of the excess."""
    return max(0, sum(excess) - slack)


def shares(excess: Sequence[int], slack: int, method: MethodValue) -> tuple[int, ...]:
    """Return each step's share of the overrun; together they are the overrun.

    Args:
        excess: Time above tolerated of each step on the critical path, below 0 where quicker.
        slack: Target less the sum of tolerances.
        method: How it is shared.

    Raises:
        ValueError: The slack is negative, or there are too many steps for Shapley's value.
    """
    if slack < 0:
        raise ValueError(
            f"the target is {-slack} below the sum of tolerances: slack is not below 0"
        )
    if method is MethodValue.SHAPLEY:
        return _shapley(excess, slack)
    total = overrun(excess, slack)
    positive = [max(0, one) for one in excess]
    return _rounded([total * one for one in positive], sum(positive), total)


def _shapley(excess: Sequence[int], slack: int) -> tuple[int, ...]:
    count = len(excess)
    if count > MOST_PLAYERS:
        raise ValueError(f"{count} steps: Shapley's value is exact for {MOST_PLAYERS} at most")
    values = _values(excess, slack)
    # How many of all orders have exactly the members of a set before one of the others.
    orders = [factorial(size) * factorial(count - size - 1) for size in range(count)]
    weights = [
        orders[size] if size < count else 0 for size in map(int.bit_count, range(1 << count))
    ]
    sums = []
    for place in range(count):
        bit = 1 << place
        without = (members for members in range(1 << count) if not members & bit)
        sums.append(
            sum(weights[members] * (values[members | bit] - values[members]) for members in without)
        )
    return _rounded(sums, factorial(count), values[-1])


def _values(excess: Sequence[int], slack: int) -> list[int]:
    """Return the overrun of every subset; a subset is the number whose bits are its members."""
    sums = [0]
    for one in excess:
        sums += [before + one for before in sums]
    return [max(0, one - slack) for one in sums]


def _rounded(numerators: Sequence[int], denominator: int, total: int) -> tuple[int, ...]:
    """Return whole parts of fractions that add up to a total, by largest remainder.

    Equal remainders are served in the order of the steps.
    """
    if not denominator:
        return tuple(0 for _ in numerators)
    parts = [divmod(numerator, denominator) for numerator in numerators]
    left = total - sum(whole for whole, _ in parts)
    order = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    more = frozenset(order[:left])
    return tuple(whole + (place in more) for place, (whole, _) in enumerate(parts))
