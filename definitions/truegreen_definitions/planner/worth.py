"""What a service is worth, in the plan: its expressions are read, its agreements resolved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.kinds import is_signal
from truegreen_definitions.models.worth import AgreementAtRisk
from truegreen_definitions.plan import (
    AtRisk,
    CriticalPeriod,
    ExchangeRate,
    Outage,
    Production,
    TransactionValue,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import MoneyTerms, PolicySpec
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.models.worth import AmountOf, Impacts
    from truegreen_definitions.models.worth import Outage as OutageModel
    from truegreen_definitions.problems import Problem

__all__ = ["critical_periods_of", "outage_of", "production_of", "rates_of", "values_of"]


def critical_periods_of(definition: Definition[Service]) -> tuple[CriticalPeriod, ...]:
    """Return the critical periods of a service, as written."""
    return tuple(
        CriticalPeriod(calendar=one.calendar, factor=one.factor)
        for one in definition.model.spec.periods
    )


def values_of(
    definition: Definition[Service], catalog: Catalog, policy: PolicySpec, problems: list[Problem]
) -> tuple[TransactionValue, ...]:
    """Return what transactions are worth; what is wrong with their SQL is added to the problems."""
    found = []
    for index, model in enumerate(definition.model.spec.value):
        of, read = model.of, {"at": "", "where": ""}
        table = catalog.tables.get(of.table) if of else None
        if of is not None and table is not None:
            columns = table.model.spec.columns
            for field, text in (("at", of.at), ("where", of.where)):
                place = definition.place("spec", "value", index, "of", field)
                parse = partial(sql.over_columns, columns=columns)
                read[field] = (attempt(problems, place, text, parse) if text else "") or ""
            read["where"] = sql.both(read["where"], _real(of, policy, columns))
        found.append(
            TransactionValue(
                channel=model.channel,
                currency=model.currency,
                per_transaction=model.per_transaction,
                table=model.of.table if model.of else "",
                amount=(model.of.amount or "") if model.of else "",
                margin=model.margin,
                at=read["at"],
                where=read["where"],
                at_risk=_at_risk(definition, catalog, model.at_risk),
                recovered=model.recovered,
                origin=definition.origin_of("spec", "value", index),
            )
        )
    return tuple(found)


def production_of(definition: Definition[Service], catalog: Catalog) -> tuple[Production, ...]:
    """Return what a service makes."""
    return tuple(
        Production(
            name=model.name,
            unit=model.unit,
            per_hour=model.per_hour,
            good=model.good,
            value=model.value,
            currency=model.currency or "",
            at_risk=_at_risk(definition, catalog, model.at_risk),
        )
        for model in definition.model.spec.production
    )


def outage_of(model: OutageModel | None) -> Outage | None:
    """Return what an outage costs beside the business that is lost."""
    if model is None:
        return None
    owed, labour, delay, said = model.penalties, model.overtime, model.cash_delay, model.reputation
    return Outage(
        penalties_per_minute=owed.per_minute if owed else None,
        penalties_currency=owed.currency if owed else "",
        overtime_per_hour=labour.people * labour.per_hour if labour else None,
        overtime_currency=labour.currency if labour else "",
        delay_days=delay.days if delay else None,
        cost_of_capital=delay.cost_of_capital if delay else None,
        churned=(said.churned or "") if said else "",
        lost_conversions=(said.lost_conversions or "") if said else "",
    )


def rates_of(money: MoneyTerms | None) -> tuple[ExchangeRate, ...]:
    """Return the declared rates, by currency, oldest first."""
    rates = money.rates if money else ()
    return tuple(
        ExchangeRate(currency=one.currency, rate=one.rate, on=one.on)
        for one in sorted(rates, key=lambda rate: (rate.currency, rate.on))
    )


def _real(of: AmountOf, policy: PolicySpec, columns: Collection[str]) -> str:
    """Return the condition that leaves out the rows of our own probes."""
    column = policy.synthetic.columns.get(of.table, "") if policy.synthetic else ""
    return f"NOT COALESCE({column}, FALSE)" if column in columns else ""


def _at_risk(
    definition: Definition[Service], catalog: Catalog, impacts: Impacts
) -> tuple[AtRisk, ...]:
    """Return the agreements that tell what is at risk: those named, else all live ones."""
    whole = (
        one if isinstance(one, AgreementAtRisk) else AgreementAtRisk(agreement=one)
        for one in impacts
    )
    named = whole if impacts else _live(definition, catalog)
    return tuple(AtRisk(agreement=one.agreement, weight=one.weight) for one in named)


def _live(definition: Definition[Service], catalog: Catalog) -> Iterator[AgreementAtRisk]:
    for _, _, agreement in definition.model.spec.agreements():
        if is_signal(catalog, agreement):
            yield AgreementAtRisk(agreement=agreement.name)
