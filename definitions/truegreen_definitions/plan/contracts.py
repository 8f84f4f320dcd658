"""Terms with a vendor or a client: what is at risk, by which agreements, and what is earned."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = [
    "Contract",
    "Invoices",
    "LatencyShare",
    "Measure",
    "Reward",
    "SignificantMinimum",
    "Tier",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """Below an attainment, this share of a measure's allocation is credited; both are ratios."""

    below: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An agreement that moves money.

    Attributes:
        agreement: Id, `service/name`.
        allocation: Share of the amount at risk; those of a contract may add up to more than 1.
        tiers: By attainment, highest first; the lowest that is undercut counts.
        repeat: Factors for the second miss in a row, the third and so on; the last one holds
            on. Empty when a repeated miss costs what the first did.
    """

    agreement: str
    allocation: Decimal
    tiers: tuple[Tier, ...]
    repeat: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignificantMinimum:
    """A floor of one agreement that no average may hide, and the credit below it, as money.

    Attributes:
        min_sample: With fewer events in a period nothing is judged.
    """

    agreement: str
    floor: Decimal
    credit: Decimal
    min_sample: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyShare:
    """How an overrun of the vendor's steps is charged.

    Attributes:
        method: How an overrun is split among the steps of a case.
        per_hour: Money for an hour of the vendor's share.
        origin: What tells the share; empty for all that do, a step by the first of them.
    """

    method: Literal["proportional", "shapley"]
    per_hour: Decimal
    origin: Literal["", "records", "journey", "histogram"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """Where the invoice of a period is found: the sum of a column over rows of a table.

    Attributes:
        table: Name of the table.
        amount: Column with the money.
        at: Column with the time by which a row is of a period.
        where: SQL over the table's columns that tells the rows of the contract; empty for all.
        currency: Column with the currency; empty when all rows are in the contract's.
    """

    table: str
    amount: str
    at: str
    where: str
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """What is earned beyond the promise.

    Attributes:
        pool: Money for an attainment of `stretch`; nothing is earned up to `start`.
        gates: What bars it.
    """

    pool: Decimal
    start: Decimal
    stretch: Decimal
    gates: tuple[Literal["no_significant_minimum", "no_missed_xla", "no_watermelon"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """Terms with a vendor or a client; money is in `currency`, shares are ratios.

    Attributes:
        vendor: Vendor who answers to us; empty where we answer to a client.
        client: Client to whom we answer; empty where a vendor answers to us.
        period: What is settled at once.
        zone: IANA time zone in which a period turns.
        at_risk: Money at risk in a period; None when it is a share of the invoice.
        invoice_share: Share of a period's invoice that is at risk; None when it is an amount.
        cap: Most that is credited in a period; None for the amount at risk.
        earn_back_periods: A credit comes back after this many periods without a miss; 0 for never.
        missing_hours: Share of a period's hours of which Prometheus's counts may be missing when
            it closes.
    """

    name: str
    title: str
    vendor: str
    client: str = ""
    period: Literal["week", "month", "quarter", "year"]
    zone: str
    currency: str
    at_risk: Decimal | None
    invoice_share: Decimal | None
    invoices: Invoices | None = None
    measures: tuple[Measure, ...]
    significant_minimums: tuple[SignificantMinimum, ...]
    latency_share: LatencyShare | None = None
    reward: Reward | None
    cap: Decimal | None
    earn_back_periods: int
    missing_hours: Decimal = Decimal("0.01")
    origin: Origin

    @property
    def agreements(self) -> tuple[str, ...]:
        """The ids of the agreements it is settled by, each once, in order."""
        named = [measure.agreement for measure in self.measures]
        named += [minimum.agreement for minimum in self.significant_minimums]
        return tuple(dict.fromkeys(named))

    @property
    def services(self) -> tuple[str, ...]:
        """The services of those agreements, each once, in order."""
        return tuple(dict.fromkeys(one.partition("/")[0] for one in self.agreements))

    @property
    def party(self) -> str:
        """The vendor, or the client."""
        return self.vendor or self.client
