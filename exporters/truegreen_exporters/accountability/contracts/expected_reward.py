"""What is expected of the reward of a running period.

It exceeds a share of its pool when every measure exceeds the attainment that earns the share, and
no gate is shut. So the probability of that is a product over the agreements, a falling function of
the share, and what is expected is the area under it: summed exactly between the attainments that
are possible, or over `STEPS` equal steps where those are more.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.contracts.estimate import TAIL, Estimate
from truegreen_exporters.accountability.money import rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from truegreen_definitions.plan import Contract, Reward
    from truegreen_exporters.accountability.contracts.outlook import Outlook
    from truegreen_exporters.accountability.contracts.settlement import Facts

__all__ = ["expected_reward"]

ZERO, ONE = Decimal(0), Decimal(1)
STEPS = 1000


def expected_reward(contract: Contract, facts: Facts, outlooks: Mapping[str, Outlook]) -> Estimate:
    """Return the reward by the end of a period, as a positive amount."""
    reward = contract.reward
    nothing = Estimate(lower=ZERO, point=ZERO, upper=ZERO)
    if reward is None or not contract.measures:
        return nothing
    measured = {one.agreement: outlooks.get(one.agreement) for one in contract.measures}
    views = [view for view in measured.values() if view is not None and view.total]
    if len(views) < len(measured):
        return nothing
    gates = _gates(contract, facts, outlooks)
    edges = _edges(reward, views)
    levels = [
        _likely(reward, (low + high) / 2, measured, gates, outlooks)
        for low, high in pairwise(edges)
    ]
    widths = [high - low for low, high in pairwise(edges)]
    area = sum((Decimal(one) * width for one, width in zip(levels, widths, strict=True)), ZERO)
    highs = {share: _highest(edges, levels, share) for share in (1 - TAIL, TAIL)}
    return Estimate(
        lower=rounded(reward.pool * highs[1 - TAIL], contract.currency),
        point=rounded(reward.pool * area, contract.currency),
        upper=rounded(reward.pool * highs[TAIL], contract.currency),
    )


def _gates(contract: Contract, facts: Facts, outlooks: Mapping[str, Outlook]) -> dict[str, Decimal]:
    """Return the attainment that each agreement may not end below."""
    asked = contract.reward.gates if contract.reward is not None else ()
    found: dict[str, Decimal] = {}
    if "no_significant_minimum" in asked:
        for one in contract.significant_minimums:
            view = outlooks.get(one.agreement)
            if view is not None and view.total >= one.min_sample:
                found[one.agreement] = max(one.floor, found.get(one.agreement, ZERO))
    if {"no_missed_xla", "no_watermelon"} & set(asked):
        for agreement, counted in facts.counted.items():
            if counted.kind == "xla" and agreement in outlooks:
                found[agreement] = max(counted.promised, found.get(agreement, ZERO))
    return found


def _edges(reward: Reward, views: Sequence[Outlook]) -> list[Decimal]:
    """Return the shares of the pool at which the probability may change, from 0 to 1."""
    if sum(view.distribution.last - view.distribution.first for view in views) > STEPS:
        return [Decimal(step) / STEPS for step in range(STEPS + 1)]
    found = {ZERO, ONE}
    for view in views:
        for lots in range(view.distribution.first, view.distribution.last + 1):
            attained = view.good_with(lots) / view.total
            share = (attained - reward.start) / (reward.stretch - reward.start)
            if ZERO < share < ONE:
                found.add(share)
    return sorted(found)


def _likely(
    reward: Reward,
    share: Decimal,
    measured: Mapping[str, Outlook | None],
    gates: Mapping[str, Decimal],
    outlooks: Mapping[str, Outlook],
) -> float:
    """Return the probability that the reward is more than a share of its pool."""
    needed = reward.start + share * (reward.stretch - reward.start)
    likely = 1.0
    for agreement in {*measured, *gates}:
        bound = gates.get(agreement, ZERO)
        if agreement in measured:
            bound = max(bound, needed)
        likely *= 1.0 - outlooks[agreement].below(bound)
    return likely


def _highest(edges: Sequence[Decimal], levels: Sequence[float], probability: float) -> Decimal:
    """Return the greatest share that is exceeded, or reached, with a probability."""
    found = ZERO
    for edge, level in zip(edges[1:], levels, strict=True):
        if level < probability:
            break
        found = edge
    return found
