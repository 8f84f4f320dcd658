"""Contract: a vendor's terms: at-risk pool, allocations, minimums, penalties, rewards."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import (
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

__all__ = ["AgreementId", "AtRisk", "Contract", "ContractMeasure", "ContractSpec", "EarnBack"]
__all__ += ["LatencyShare", "Reward", "SignificantMinimum", "Tier"]


def _agreement_id(text: str) -> str:
    service, slash, agreement = text.partition("/")
    if not (service and slash and agreement) or "/" in agreement:
        bad_value(f"{text!r} is no agreement", "write service/agreement")
    return text


AgreementId: TypeAlias = Annotated[Text, AfterValidator(_agreement_id)]
"""The id of an agreement: `order-to-cash/availability`."""


class AtRisk(Model):
    """What the vendor puts at risk per period: an amount, or a share of the invoice."""

    amount: Money | None = None
    invoice_share: Ratio | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "AtRisk":
        if (self.amount is None) == (self.invoice_share is None):
            bad_value("the pool is given in one way", "write either amount or invoice_share")
        return self


class Tier(Model):
    """Below this attainment, this share of the allocation is credited."""

    below: Ratio
    credit: Ratio


class ContractMeasure(Model):
    """An agreement that moves money.

    Attributes:
        allocation: Share of the pool.
        repeat: Factor for a miss in a row.
    """

    agreement: AgreementId
    allocation: Ratio
    tiers: tuple[Tier, ...] = Field(min_length=1)
    repeat: Factor | None = None


class SignificantMinimum(Model):
    """A floor that no average may hide, and the credit (money) below it."""

    agreement: AgreementId
    floor: Ratio
    credit: Money


class LatencyShare(Model):
    """How an overrun is charged: money per hour, by the overrun of the vendor's steps."""

    method: Literal["proportional"]
    per_hour_of_overrun: Money


class Reward(Model):
    """What is earned beyond the promise, and what bars it."""

    pool: Money
    start: Annotated[Ratio, Field(alias="from")]
    stretch: Ratio
    gates: tuple[Literal["no_significant_minimum", "no_missed_xla"], ...] = ()


class EarnBack(Model):
    """A credit comes back after this many good periods."""

    periods: Annotated[int, whole_number(1)]


class ContractSpec(Model):
    """The terms."""

    vendor: Name
    period: Literal["month", "quarter", "year"]
    zone: Zone
    currency: Currency
    at_risk: AtRisk
    measures: tuple[ContractMeasure, ...] = ()
    significant_minimums: tuple[SignificantMinimum, ...] = ()
    latency_share: LatencyShare | None = None
    reward: Reward | None = None
    cap: Money | None = None
    earn_back: EarnBack | None = None


class Contract(Header):
    """A vendor's terms."""

    kind: Literal["Contract"]
    spec: ContractSpec
