"""A vendor's terms: what is at risk, by which agreements, and what is earned beyond."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Contract", "Measure", "Reward", "SignificantMinimum", "Tier"]


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
        repeat: Factor for a miss that follows a miss; 1 when not declared.
    """

    agreement: str
    allocation: Decimal
    tiers: tuple[Tier, ...]
    repeat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SignificantMinimum:
    """A floor of one agreement that no average may hide, and the credit below it, as money."""

    agreement: str
    floor: Decimal
    credit: Decimal


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
    gates: tuple[Literal["no_significant_minimum", "no_missed_xla"], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A vendor's terms; money is in `currency`, shares are ratios.

    Attributes:
        period: What is settled at once.
        zone: IANA time zone in which a period turns.
        at_risk: Money at risk in a period; None when it is a share of the invoice.
        invoice_share: Share of a period's invoice that is at risk; None when it is an amount.
        cap: Most that is credited in a period; None for the amount at risk.
        earn_back_periods: A credit comes back after this many periods without a miss; 0 for never.
    """

    name: str
    title: str
    vendor: str
    period: Literal["month", "quarter", "year"]
    zone: str
    currency: str
    at_risk: Decimal | None
    invoice_share: Decimal | None
    measures: tuple[Measure, ...]
    significant_minimums: tuple[SignificantMinimum, ...]
    reward: Reward | None
    cap: Decimal | None
    earn_back_periods: int
    origin: Origin
