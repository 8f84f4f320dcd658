"""A statement: what a contract moves in one period, line by line, with the arithmetic.

An amount is what the one who promised owes the other: the vendor us, or we a client; what is owed
the other way is negative. The lines of a statement add up to its total, to the smallest unit of
the currency.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from truegreen_exporters.windows.periods import Period

__all__ = ["Counted", "Line", "Portfolio", "State", "Statement", "Verdict", "percent"]

_SHOWN = Decimal("0.0001")


def percent(ratio: Decimal) -> str:
    """Return a ratio for people, to a millionth: `97.25%`."""
    return f"{number_text((ratio * 100).quantize(_SHOWN))}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What an agreement came to in a period: exact counts, and what is not ripe yet.

    Attributes:
        promised: The agreement's objective, a ratio.
        kind: `sla` or `xla`.
        excluded: Cases that never count, by the agreement's exclusions.
        unknown_hours: Hours of the period of which Prometheus's counts are not known.
    """

    good: int
    total: int
    pending: int
    promised: Decimal
    kind: str
    excluded: int = 0
    unknown_hours: int = 0

    @property
    def shown(self) -> str:
        """The counts and their ratio, for people: `970 of 1,000 = 97%`."""
        ratio = percent(Decimal(self.good) / self.total)
        hours = f"{self.unknown_hours:,} hour{'s' if self.unknown_hours > 1 else ''} not known"
        notes = [hours] * bool(self.unknown_hours)
        notes += [f"{self.excluded:,} excluded"] * bool(self.excluded)
        aside = f" ({', '.join(notes)})" if notes else ""
        return f"{self.good:,} of {self.total:,} = {ratio}{aside}"

    def below(self, bound: Decimal) -> bool:
        """Return whether the attainment is below a ratio; exact, false when nothing happened."""
        return Decimal(self.good) < bound * self.total


class State(enum.StrEnum):
    """Whether what is known of a period may still change."""

    RUNNING = "running"
    SETTLING = "settling"
    CLOSED = "closed"


class Verdict(enum.StrEnum):
    """What became of a line."""

    MET = "met"
    MISSED = "missed"
    NO_DATA = "no data"
    TOO_FEW = "too few"
    BARRED = "barred"
    NOT_EARNED = "not earned"
    EARNED = "earned"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The counts of several agreements together.

    Attributes:
        agreements: How many have cases.
    """

    agreements: int
    good: int
    total: int

    @property
    def attained(self) -> Decimal:
        """Their attainment, a ratio."""
        return Decimal(self.good) / self.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a statement.

    Attributes:
        agreement: The agreement it is about, or the service whose latency is shared; empty for a
            line about the whole.
        amount: What is owed by it, in the contract's currency, rounded.
        arithmetic: How the amount comes about, in numbers.
        bound: Attainment below which something is credited; None where there is none.
        counted: What it was judged by; None where nothing was counted.
    """

    kind: LineValue
    agreement: str
    verdict: Verdict
    amount: Decimal
    arithmetic: str
    bound: Decimal | None = None
    counted: Counted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a contract moves in a period.

    Attributes:
        at_risk: The pool of the period; None when it is a share of an invoice nobody has named.
        state: Whether the lines may still change.
        pending: Cases that are not ripe.
        portfolio: What all agreements that the contract names came to together; None without a
            case. An average that a significant minimum looks behind.
        notes: What else has to be known of the period.
    """

    contract: str
    currency: str
    period: Period
    state: State
    at_risk: Decimal | None
    lines: tuple[Line, ...]
    pending: int
    portfolio: Portfolio | None = None
    notes: tuple[str, ...] = ()

    def sum_of(self, *kinds: LineValue) -> Decimal:
        """Return the sum of the lines of some kinds; of all when none is named."""
        chosen = kinds or tuple(LineValue)
        return sum((line.amount for line in self.lines if line.kind in chosen), Decimal(0))

    @property
    def uncounted(self) -> bool:
        """Whether a measure or a minimum had nothing to be judged by."""
        judged = (LineValue.CREDIT, LineValue.MINIMUM)
        return any(line.verdict is Verdict.NO_DATA for line in self.lines if line.kind in judged)

    @property
    def missed(self) -> bool:
        """Whether a measure or a minimum was missed."""
        return any(line.verdict is Verdict.MISSED for line in self.lines)
