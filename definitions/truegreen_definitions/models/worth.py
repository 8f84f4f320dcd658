"""What a service is worth: its transactions, what it produces, and what an outage costs beside."""

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.shapes import either
from truegreen_definitions.models.values import (
    ColumnName,
    Currency,
    Factor,
    Money,
    Name,
    Ratio,
    Text,
    bad_value,
    whole_number,
)

__all__ = [
    "AgreementAtRisk",
    "AmountOf",
    "CashDelay",
    "CriticalPeriod",
    "Impacts",
    "Outage",
    "Overtime",
    "Penalties",
    "Periods",
    "Production",
    "Reputation",
    "Value",
]


class AmountOf(Model):
    """The rows that are the transactions of a channel.

    Attributes:
        table: Table of the transactions.
        amount: Its column of the amount; without it rows are only counted.
        at: SQL of the time of a transaction; without it nothing is expected of the channel.
        where: SQL that a row of the channel meets; every row where none is given.
    """

    table: Name
    amount: ColumnName | None = None
    at: Text | None = None
    where: Text | None = None


class AgreementAtRisk(Model):
    """An agreement whose bad share tells what part of the business is at risk.

    Attributes:
        agreement: Its name, in the same service; one that Prometheus counts.
        weight: Which share of the business a bad event of it puts at risk.
    """

    agreement: Name
    weight: Ratio = Decimal(1)


class CriticalPeriod(Model):
    """A time in which the service matters most.

    Attributes:
        calendar: When that is.
        factor: By how much more what is at risk counts then.
    """

    calendar: Name
    factor: Factor = Decimal(1)


def _form(data: object) -> str:
    return "#whole" if isinstance(data, dict | Model) else "#name"


Impacts: TypeAlias = tuple[
    Annotated[
        Annotated[Name, Tag("#name")] | Annotated[AgreementAtRisk, Tag("#whole")],
        Discriminator(_form),
    ],
    ...,
]
"""Agreements by name, or with a weight."""
Periods: TypeAlias = tuple[
    Annotated[
        Annotated[Name, Tag("#name")] | Annotated[CriticalPeriod, Tag("#whole")],
        Discriminator(_form),
    ],
    ...,
]
"""Calendars by name, or with a factor."""


class Value(Model):
    """What a transaction of a channel is worth.

    Measured from rows, it is the mean amount of the same hour of the week; `per_transaction`
    holds where rows say no amount, or too few do.

    Attributes:
        channel: Where the transactions come in; once in a service.
        currency: Currency of the amounts.
        per_transaction: Money that a transaction is worth.
        of: Rows with the real amounts.
        margin: Share of the amount that is earned; all of it counts where none is given.
        at_risk: Agreements whose bad share is the share of the channel that is at risk; every
            one of the service that Prometheus counts where none is given.
        recovered: Share of what is not bought in an outage that is bought later.
    """

    model_config = ConfigDict(json_schema_extra=either(("per_transaction",), ("of",)))

    channel: Name
    currency: Currency
    per_transaction: Money | None = None
    of: AmountOf | None = None
    margin: Ratio | None = None
    at_risk: Impacts = ()
    recovered: Ratio | None = None

    @model_validator(mode="after")
    def _is_worth_something(self) -> "Value":
        if self.per_transaction is None and (self.of is None or self.of.amount is None):
            bad_value(
                "nothing says what a transaction is worth",
                "write per_transaction: 84.20, or of: {table: orders, amount: amount}",
            )
        return self


class Production(Model):
    """What a production line makes.

    Attributes:
        name: What it is called; once in a service.
        unit: What it makes: `bottle`, `pallet`, `policy`.
        per_hour: Units that it makes in an hour.
        good: Share of them that can be used (`yield:`).
        value: Money that a unit is worth.
        currency: Currency of that.
        at_risk: Agreements whose bad share is the share of production that is at risk, as for a
            channel.
    """

    model_config = ConfigDict(
        json_schema_extra={"dependencies": {"value": ["currency"], "currency": ["value"]}}
    )

    name: Name
    unit: Text
    per_hour: Factor
    good: Annotated[Ratio, Field(alias="yield")] = Decimal(1)
    value: Money | None = None
    currency: Currency | None = None
    at_risk: Impacts = ()

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> "Production":
        if (self.value is None) != (self.currency is None):
            there, missing = ("currency", "value") if self.value is None else ("value", "currency")
            bad_value(f"`{there}` stands here without `{missing}`", f"add `{missing}`")
        return self


class Penalties(Model):
    """What is owed to clients for downtime.

    Attributes:
        per_minute: Money for a minute of it.
        currency: Currency of that.
    """

    per_minute: Money
    currency: Currency


class Overtime(Model):
    """Labour that an outage takes.

    Attributes:
        people: How many work on it.
        per_hour: What an hour of one of them costs.
        currency: Currency of that.
    """

    people: Annotated[int, whole_number(1)]
    per_hour: Money
    currency: Currency


class CashDelay(Model):
    """What it costs that money comes in later.

    Attributes:
        days: How many days later.
        cost_of_capital: Of a year, as a share.
    """

    days: Factor
    cost_of_capital: Ratio


class Reputation(Model):
    """Measures of the service that tell of its reputation.

    Attributes:
        churned: Customers who left.
        lost_conversions: Customers who came, and did not buy.
    """

    churned: Name | None = None
    lost_conversions: Name | None = None


class Outage(Model):
    """What an outage costs beside the business that is lost; what is not said is not counted.

    Attributes:
        penalties: What is owed to clients.
        overtime: Labour that it takes.
        cash_delay: What it costs that money comes in later; of what channels say is `recovered`.
        reputation: Measures that tell of the service's reputation; shown beside, never as money.
    """

    penalties: Penalties | None = None
    overtime: Overtime | None = None
    cash_delay: CashDelay | None = None
    reputation: Reputation | None = None
