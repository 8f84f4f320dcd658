"""The reward of a period: what is earned beyond the promise.

It follows the measure that did worst, so that no good one hides a bad one:
`pool x (attainment - from) / (stretch - from)`, between nothing and the whole pool. A gate bars it:
a significant minimum that was undercut, or an XLA of the contract's services that was missed, both
judged by arithmetic; or one of these services being a watermelon, its SLAs met and an XLA missed.
Where nobody can say whether it is one, nothing is earned.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue, WatermelonValue
from truegreen_exporters.accountability.contracts.statement import Line, Verdict, percent
from truegreen_exporters.accountability.money import amount, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Contract, Reward
    from truegreen_exporters.accountability.contracts.settlement import Facts
    from truegreen_exporters.accountability.contracts.statement import Statement

__all__ = ["reward_line"]

ZERO, ALL = Decimal(0), Decimal(1)


def reward_line(contract: Contract, statement: Statement, facts: Facts) -> Iterator[Line]:
    """Yield the line of the reward, if the contract has one.

    Args:
        contract: Its terms.
        statement: The measures and minimums of the period.
        facts: Counts by agreement, those of the gates among them.
    """
    if contract.reward is None:
        return
    verdict, earned, arithmetic = _earned(contract.reward, contract, statement, facts)
    yield Line(
        kind=LineValue.REWARD,
        agreement="",
        verdict=verdict,
        amount=-rounded(earned, contract.currency),
        arithmetic=arithmetic,
    )


def _earned(
    reward: Reward, contract: Contract, statement: Statement, facts: Facts
) -> tuple[Verdict, Decimal, str]:
    """Return verdict, reward before rounding, and the arithmetic."""
    counted = facts.counted
    if barred := _barred(reward, statement, facts):
        return Verdict.BARRED, ZERO, barred
    for service, state in facts.watermelons if "no_watermelon" in reward.gates else ():
        if state is WatermelonValue.UNKNOWN:
            return Verdict.NO_DATA, ZERO, f"nobody can say whether {service} is a watermelon"
    measures = [measure.agreement for measure in contract.measures]
    if not measures or any(one not in counted or not counted[one].total for one in measures):
        return Verdict.NO_DATA, ZERO, "not every measure has a case to judge it by"
    attained = {one: Decimal(counted[one].good) / counted[one].total for one in measures}
    worst = min(attained, key=lambda one: attained[one])
    shown = f"the worst measure, {worst}, came to {percent(attained[worst])}"
    if attained[worst] <= reward.start:
        return Verdict.NOT_EARNED, ZERO, f"{shown}, not above {percent(reward.start)}"
    way = (attained[worst] - reward.start) / (reward.stretch - reward.start)
    share = min(way, ALL)
    pool = amount(reward.pool, contract.currency)
    between = f"from {percent(reward.start)} to {percent(reward.stretch)}"
    return (
        Verdict.EARNED,
        reward.pool * share,
        f"{shown}: {pool} x {percent(share)} of the way {between}",
    )


def _barred(reward: Reward, statement: Statement, facts: Facts) -> str:
    """Return why a gate bars the reward; empty when none does."""
    if "no_significant_minimum" in reward.gates:
        for line in statement.lines:
            if line.kind is LineValue.MINIMUM and line.verdict is Verdict.MISSED:
                return f"{line.agreement} is below its significant minimum"
    if "no_missed_xla" in reward.gates:
        for agreement, one in sorted(facts.counted.items()):
            if one.kind == "xla" and one.below(one.promised):
                promised = percent(one.promised)
                return f"the XLA {agreement} is missed: {one.shown}, promised {promised}"
    if "no_watermelon" in reward.gates:
        for service, state in facts.watermelons:
            if state is WatermelonValue.WATERMELON:
                return f"{service} is a watermelon: its SLAs are met and an XLA is missed"
    return ""
