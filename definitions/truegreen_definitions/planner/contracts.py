"""Contracts in the plan: terms with a vendor or a client, as they were written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.plan import (
    Contract,
    Invoices,
    LatencyShare,
    Measure,
    Reward,
    SignificantMinimum,
    Tier,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.contract import Contract as ContractModel
    from truegreen_definitions.models.contract import ContractMeasure
    from truegreen_definitions.models.contract import LatencyShare as LatencyShareModel
    from truegreen_definitions.models.contract import Reward as RewardModel
    from truegreen_definitions.problems import Problem

__all__ = ["contract_of"]


def contract_of(
    definition: Definition[ContractModel],
    tables: Mapping[str, Collection[str]],
    problems: list[Problem],
) -> Contract:
    """Return a contract; its measures in the order of the definition.

    Args:
        definition: As it is written.
        tables: The columns of each table.
        problems: What is wrong with its expressions is added here.
    """
    spec, share = definition.model.spec, definition.model.spec.latency_share
    return Contract(
        name=definition.name,
        title=definition.title,
        vendor=spec.vendor or "",
        client=spec.client or "",
        period=spec.period,
        zone=spec.zone,
        currency=spec.currency,
        at_risk=spec.at_risk.amount,
        invoice_share=spec.at_risk.invoice_share,
        invoices=_invoices(definition, tables, problems),
        measures=tuple(_measure(one) for one in spec.measures),
        significant_minimums=tuple(
            SignificantMinimum(
                agreement=one.agreement,
                floor=one.floor,
                credit=one.credit,
                min_sample=one.min_sample,
            )
            for one in spec.significant_minimums
        ),
        latency_share=_latency_share(share) if share else None,
        reward=_reward(spec.reward) if spec.reward else None,
        cap=spec.cap,
        earn_back_periods=spec.earn_back.periods if spec.earn_back else 0,
        missing_hours=spec.missing_hours,
        origin=definition.origin,
    )


def _latency_share(one: LatencyShareModel) -> LatencyShare:
    return LatencyShare(
        method=one.method, per_hour=one.per_hour_of_overrun, origin=one.origin or ""
    )


def _measure(one: ContractMeasure) -> Measure:
    tiers = sorted(one.tiers, key=lambda tier: tier.below, reverse=True)
    return Measure(
        agreement=one.agreement,
        allocation=one.allocation,
        tiers=tuple(Tier(below=tier.below, credit=tier.credit) for tier in tiers),
        repeat=(one.repeat,) if isinstance(one.repeat, Decimal) else one.repeat or (),
    )


def _invoices(
    definition: Definition[ContractModel],
    tables: Mapping[str, Collection[str]],
    problems: list[Problem],
) -> Invoices | None:
    """Return where invoices are found; a table or column that is missing is a check's to report."""
    declared = definition.model.spec.at_risk.invoices
    if declared is None:
        return None
    columns = tables.get(declared.table)
    where: str | None = ""
    if declared.where is not None and columns is not None:
        place = definition.place("spec", "at_risk", "invoices", "where")
        where = attempt(
            problems, place, declared.where, lambda text: sql.over_columns(text, columns)
        )
    return Invoices(
        table=declared.table,
        amount=declared.amount,
        at=declared.at,
        where=where or "",
        currency=declared.currency or "",
    )


def _reward(one: RewardModel) -> Reward:
    return Reward(pool=one.pool, start=one.start, stretch=one.stretch, gates=one.gates)
