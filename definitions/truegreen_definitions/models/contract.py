"""Contract: terms with a vendor or a client: at-risk pool, minimums, penalties, rewards.

With `vendor:` the vendor answers for the promises, with `client:` we do: the same terms, and
what is owed goes the other way.

Example:
    apiVersion: truegreen/v1
    kind: Contract
    metadata: {name: paygate-2026}
    spec:
      vendor: paygate
      period: month
      zone: Europe/Berlin
      currency: EUR
      at_risk: {amount: 12000.00}
      measures:
        - agreement: order-to-cash/pay-felt
          allocation: 40%
          tiers: [{below: 99%, credit: 50%}, {below: 97%, credit: 100%}]
          repeat: 1.5
      significant_minimums:
        - {agreement: order-to-cash/availability, floor: 99.5%, credit: 2500.00}
      latency_share: {method: proportional, per_hour_of_overrun: 150.00}
      reward: {pool: 4000.00, from: 99%, stretch: 99.8%, gates: [no_significant_minimum]}
      cap: 12000.00
      earn_back: {periods: 2}
      missing_hours: 1%
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.dependency import AgreementId
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    ColumnName,
    Currency,
    Factor,
    Money,
    Name,
    Ratio,
    Text,
    Zone,
    bad_value,
    whole_number,
)

__all__ = ["Contract", "ContractMeasure", "ContractSpec", "EarnBack", "Pool"]
__all__ += ["Invoices", "LatencyShare", "Reward", "SignificantMinimum", "Tier"]


class Invoices(Model):
    """Rows that are charged for a period: their amounts together are its invoice.

    Attributes:
        table: Table of the charges.
        amount: Column with the money.
        at: Column with the time by which a charge is of a period.
        where: SQL that tells the charges of this contract.
        currency: Column with the currency; charges in another than the contract's are left out.
    """

    table: Name
    amount: ColumnName
    at: ColumnName
    where: Text | None = None
    currency: ColumnName | None = None


class Pool(Model):
    """What is put at risk per period: an amount, or a share of the invoice.

    Attributes:
        amount: The pool of a period, in the contract's currency.
        invoice_share: Share of the period's invoice.
        invoices: Where the invoice of a period is found; else it is given by hand.
    """

    model_config = ConfigDict(
        json_schema_extra=one_of("amount", "invoice_share")
        | {"dependencies": {"invoices": ["invoice_share"]}}
    )

    amount: Money | None = None
    invoice_share: Ratio | None = None
    invoices: Invoices | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Pool":
        if (self.amount is None) == (self.invoice_share is None):
            bad_value("the pool is given in one way", "write either amount or invoice_share")
        if self.invoices is not None and self.invoice_share is None:
            bad_value("the pool is no share of an invoice", "write invoice_share, or no invoices")
        return self


class Tier(Model):
    """Below this attainment, this share of the allocation is credited.

    Attributes:
        below: Attainment below which the tier holds.
        credit: Share of the allocation that is credited.
    """

    below: Ratio
    credit: Ratio


class ContractMeasure(Model):
    """An agreement that moves money.

    Attributes:
        agreement: Its id, SERVICE/AGREEMENT.
        allocation: Share of the pool.
        tiers: What a miss costs, by how far it goes.
        repeat: Factor for a miss in a row; a list for the second, the third and so on, of which
            the last holds on.
    """

    agreement: AgreementId
    allocation: Ratio
    tiers: tuple[Tier, ...] = Field(min_length=1)
    repeat: Factor | Annotated[tuple[Factor, ...], Field(min_length=1)] | None = None


class SignificantMinimum(Model):
    """A floor that no average may hide, and the credit (money) below it.

    Attributes:
        agreement: Its id, SERVICE/AGREEMENT.
        floor: Attainment that no period may fall below.
        credit: Money credited when one does, in the contract's currency.
        min_sample: With fewer events in a period nothing is judged.
    """

    agreement: AgreementId
    floor: Ratio
    credit: Money
    min_sample: Annotated[int, whole_number(1)] = 1


class LatencyShare(Model):
    """How an overrun is charged: money per hour, by the overrun of the vendor's steps.

    Attributes:
        method: `proportional`: by the positive overrun of its steps; `shapley`: by what each
            step adds, so that a fast one helps.
        per_hour_of_overrun: Money for an hour above what is tolerated.
        origin: What tells the share: `records` (the rows of the services' processes), `journey`
            (the runs of robots, exact), `histogram` (an application's own, an estimate). Left
            out, all do that know a step of the vendor; a step is charged by the first of them.
    """

    method: Literal["proportional", "shapley"] = "proportional"
    per_hour_of_overrun: Money
    origin: Literal["records", "journey", "histogram"] | None = None


class Reward(Model):
    """What is earned beyond the promise, and what bars it.

    Attributes:
        pool: The most that can be earned in a period.
        start: Attainment at which it begins.
        stretch: Attainment at which all of it is earned.
        gates: What must not have happened in the period.
    """

    pool: Money
    start: Annotated[Ratio, Field(alias="from")]
    stretch: Ratio
    gates: tuple[Literal["no_significant_minimum", "no_missed_xla", "no_watermelon"], ...] = ()

    @model_validator(mode="after")
    def _some_way(self) -> "Reward":
        if self.stretch <= self.start:
            bad_value("stretch is not above from", "a reward grows from one to the other")
        return self


class EarnBack(Model):
    """A credit comes back after this many good periods.

    Attributes:
        periods: Good periods in a row.
    """

    periods: Annotated[int, whole_number(1)]


class ContractSpec(Model):
    """The terms.

    Attributes:
        vendor: Vendor who answers for it to us.
        client: Client to whom we answer for it.
        period: What is settled at once.
        zone: Time zone in which a period begins and ends.
        currency: Currency of every amount in it.
        at_risk: The pool that credits are taken from.
        measures: Agreements that move money.
        significant_minimums: Floors with a credit of their own.
        latency_share: How overruns are charged.
        reward: What is earned beyond the promise.
        cap: The most that all credits of a period come to.
        earn_back: When a credit comes back.
        missing_hours: Share of a period's hours of which Prometheus's counts may be missing; with
            more the period waits for them.
    """

    model_config = ConfigDict(json_schema_extra=one_of("vendor", "client"))

    vendor: Name | None = None
    client: Name | None = None
    period: Literal["week", "month", "quarter", "year"]
    zone: Zone
    currency: Currency
    at_risk: Pool
    measures: tuple[ContractMeasure, ...] = ()
    significant_minimums: tuple[SignificantMinimum, ...] = ()
    latency_share: LatencyShare | None = None
    reward: Reward | None = None
    cap: Money | None = None
    earn_back: EarnBack | None = None
    missing_hours: Ratio = Decimal("0.01")

    @model_validator(mode="after")
    def _one_party(self) -> "ContractSpec":
        if (self.vendor is None) == (self.client is None):
            bad_value("a contract is with one party", "write either vendor or client")
        return self


class Contract(Header):
    """Terms with a vendor or a client: what a miss costs and what excellence earns."""

    kind: Literal["Contract"]
    spec: ContractSpec
