"""What a service is worth: transactions, production, the cost of an outage, exchange rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["AtRisk", "CriticalPeriod", "ExchangeRate", "Outage", "Production", "TransactionValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """An agreement whose bad share tells what part of the business is at risk.

    Attributes:
        agreement: Its name, in the same service; it is counted by Prometheus.
        weight: Share of the business that a bad event puts at risk, 0 to 1.
    """

    agreement: str
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalPeriod:
    """A calendar in which a service matters most; what is at risk counts `factor` times then."""

    calendar: str
    factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionValue:
    """What the transactions of a channel are worth.

    Attributes:
        channel: Unique in its service.
        currency: ISO 4217.
        per_transaction: Money a transaction is worth; None where only rows say it.
        table: Table whose rows are the transactions; empty for none.
        amount: Its column of the amount; empty for none.
        margin: Share of the amount that is earned; None where the amount is.
        at: SQL of the time of a row; empty when rows say none, and nothing can be expected.
        where: SQL that a row of the channel meets, synthetic ones left out; empty for every row.
        at_risk: Whose bad share is the channel's share at risk; empty when nothing measures it.
        recovered: Share of what is not bought in an outage that is bought later; None if not said.
        origin: Where it is defined; None where nobody said, as in plans made by hand.
    """

    channel: str
    currency: str
    per_transaction: Decimal | None
    table: str
    amount: str
    margin: Decimal | None
    at: str = ""
    where: str = ""
    at_risk: tuple[AtRisk, ...] = ()
    recovered: Decimal | None = None
    origin: Origin | None = None

    @property
    def priced(self) -> bool:
        """Whether rows or the definition say what a transaction is worth."""
        return bool(self.amount) or self.per_transaction is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Production:
    """What a production line makes.

    Attributes:
        name: Unique in its service.
        per_hour: Units it makes in an hour, the bad ones among them.
        good: Share of them that can be used.
        value: Money a unit is worth; None if not said.
        currency: ISO 4217; empty if not said.
        at_risk: As of a channel.
    """

    name: str
    unit: str
    per_hour: Decimal
    good: Decimal
    value: Decimal | None
    currency: str
    at_risk: tuple[AtRisk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What an outage costs beside the business that is lost; what was not said is None or empty.

    Attributes:
        penalties_per_minute: Owed to clients for a minute of it, in `penalties_currency`.
        overtime_per_hour: What the labour of all who work on it costs, in `overtime_currency`.
        delay_days: How many days later money comes in.
        cost_of_capital: Of a year, as a share.
        churned: Measure of customers who left.
        lost_conversions: Measure of those who came and did not buy.
    """

    penalties_per_minute: Decimal | None = None
    penalties_currency: str = ""
    overtime_per_hour: Decimal | None = None
    overtime_currency: str = ""
    delay_days: Decimal | None = None
    cost_of_capital: Decimal | None = None
    churned: str = ""
    lost_conversions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """A declared rate: one unit of `currency` is `rate` of the reporting one, from a day on.

    Attributes:
        currency: ISO 4217.
        on: The day it was taken; it holds until a later one of the same currency.
    """

    currency: str
    rate: Decimal
    on: date
