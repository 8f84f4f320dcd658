"""Contracts in the plan: a vendor's terms, as they were written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Contract, Measure, Reward, SignificantMinimum, Tier

if TYPE_CHECKING:
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.contract import Contract as ContractModel
    from truegreen_definitions.models.contract import ContractMeasure
    from truegreen_definitions.models.contract import Reward as RewardModel

__all__ = ["contract_of"]


def contract_of(definition: Definition[ContractModel]) -> Contract:
    """Return a contract; its measures in the order of the definition."""
    spec = definition.model.spec
    return Contract(
        name=definition.name,
        title=definition.title,
        vendor=spec.vendor,
        period=spec.period,
        zone=spec.zone,
        currency=spec.currency,
        at_risk=spec.at_risk.amount,
        invoice_share=spec.at_risk.invoice_share,
        measures=tuple(_measure(one) for one in spec.measures),
        significant_minimums=tuple(
            SignificantMinimum(agreement=one.agreement, floor=one.floor, credit=one.credit)
            for one in spec.significant_minimums
        ),
        reward=_reward(spec.reward) if spec.reward else None,
        cap=spec.cap,
        earn_back_periods=spec.earn_back.periods if spec.earn_back else 0,
        origin=definition.origin,
    )


def _measure(one: ContractMeasure) -> Measure:
    tiers = sorted(one.tiers, key=lambda tier: tier.below, reverse=True)
    return Measure(
        agreement=one.agreement,
        allocation=one.allocation,
        tiers=tuple(Tier(below=tier.below, credit=tier.credit) for tier in tiers),
        repeat=one.repeat or Decimal(1),
    )


def _reward(one: RewardModel) -> Reward:
    return Reward(pool=one.pool, start=one.start, stretch=one.stretch, gates=one.gates)
