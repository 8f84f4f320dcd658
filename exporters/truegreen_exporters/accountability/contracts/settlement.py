"""Settles a contract, period after period.

The rules, each a line of the statement:

- A measure below one of its tiers credits `at risk x allocation x credit` of the lowest tier
  it undercuts, and `x repeat` when the last period in which it was counted was a miss too: the
  factor of the second miss in a row, of the third and so on.
- An agreement below its significant minimum credits that minimum, whatever an average says;
  with fewer events than its `min_sample` it is not judged, and not missed.
- A share of latency charges the vendor's part of what cases took too long (`latency_share`).
- All credits of a period are held to the cap: the contract's, else the amount at risk.
- With earn-back, the credits of measures come back after that many periods in a row without
  any miss. What a minimum has cost stays.
- The reward has rules of its own (`reward`).

A measure without a single case is neither met nor missed: it credits nothing, earns nothing and
leaves the row of misses as it was. Terms with a client are settled just so: there it is we who
owe. Pure: counts in, statements out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_exporters.accountability.contracts.latency_share import latency_lines
from truegreen_exporters.accountability.contracts.lines import cap_of, credit_line, minimum_line
from truegreen_exporters.accountability.contracts.reward import reward_line
from truegreen_exporters.accountability.contracts.statement import (
    Line,
    Portfolio,
    Statement,
    Verdict,
)
from truegreen_exporters.accountability.money import amount, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.names import WatermelonValue
    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.contracts.statement import Counted, State
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.windows.periods import Period

__all__ = ["Book", "Facts", "look_back", "pool_of", "settle"]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a period.

    Attributes:
        state: Whether it is over, and late rows with it.
        counted: Counts by the agreement's id; an agreement that is not counted is missing.
        invoice: What is charged for the period; None when nobody has named it.
        overruns: What cases took too long, by service.
        watermelons: What the SLAs of each service say against its XLAs, where a gate asks.
        notes: What else has to be known of the period.
    """

    period: Period
    state: State
    counted: Mapping[str, Counted]
    invoice: Decimal | None = None
    overruns: tuple[Overruns, ...] = ()
    watermelons: tuple[tuple[str, WatermelonValue], ...] = ()
    notes: tuple[str, ...] = ()


def settle(contract: Contract, facts: Iterable[Facts]) -> tuple[Statement, ...]:
    """Return the statement of each period; the periods follow one another, oldest first.

    The first statement knows of no earlier period: begin with one more than the row of misses
    and the earn-back look back to.
    """
    book = Book(contract)
    return tuple(book.enter(one) for one in facts)


def look_back(contract: Contract) -> int:
    """Return how many periods before one have to be settled for it to be settled rightly."""
    rows = max((len(measure.repeat) for measure in contract.measures), default=0)
    return max(contract.earn_back_periods + 1, rows + 1)


@dataclass(slots=True)
class Book:
    """What has to be remembered from period to period.

    Attributes:
        rows: Misses in a row of each measure, in the contract's order.
        statements: Of the periods so far.
    """

    contract: Contract
    rows: list[int] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin without a miss."""
        self.rows = self.rows or [0 for _ in self.contract.measures]

    def enter(self, facts: Facts) -> Statement:
        """Settle the next period and return its statement."""
        contract, currency = self.contract, self.contract.currency
        at_risk = pool_of(contract, facts)
        lines = [*self._credits(facts, at_risk)]
        lines += [
            minimum_line(one, facts.counted.get(one.agreement), currency)
            for one in contract.significant_minimums
        ]
        lines += latency_lines(contract, facts.overruns)
        lines += _cap(contract, at_risk, lines)
        statement = Statement(
            contract=contract.name,
            currency=currency,
            period=facts.period,
            state=facts.state,
            at_risk=at_risk,
            lines=tuple(lines),
            pending=sum(counted.pending for counted in facts.counted.values()),
            portfolio=_portfolio(contract, facts),
            notes=facts.notes,
        )
        later = [*self._earned_back(statement), *reward_line(contract, statement, facts)]
        statement = replace(statement, lines=(*statement.lines, *later))
        self.statements.append(statement)
        return statement

    def _credits(self, facts: Facts, at_risk: Decimal | None) -> Iterator[Line]:
        for place, measure in enumerate(self.contract.measures):
            counted = facts.counted.get(measure.agreement)
            row, currency = self.rows[place], self.contract.currency
            line = credit_line(measure, counted, at_risk, row=row, currency=currency)
            if line.verdict is not Verdict.NO_DATA:
                self.rows[place] = row + 1 if line.verdict is Verdict.MISSED else 0
            yield line

    def due_back(self) -> Decimal:
        """Return what comes back if the next period is without a miss."""
        wait = self.contract.earn_back_periods
        if not wait or len(self.statements) < wait:
            return ZERO
        first, *since = self.statements[-wait:]
        return ZERO if any(one.missed or one.uncounted for one in since) else _kept(first)

    def _earned_back(self, statement: Statement) -> Iterator[Line]:
        wait, owed = self.contract.earn_back_periods, self.due_back()
        if not owed or statement.missed or statement.uncounted:
            return
        first = self.statements[-wait]
        arithmetic = (
            f"the credits of {first.period.label}, {amount(owed, statement.currency)}, come back "
            f"after {wait} period{'s' if wait > 1 else ''} without a miss"
        )
        yield Line(
            kind=LineValue.EARN_BACK,
            agreement="",
            verdict=Verdict.APPLIED,
            amount=-owed,
            arithmetic=arithmetic,
        )


def pool_of(contract: Contract, facts: Facts) -> Decimal | None:
    """Return the money at risk in a period; None while its invoice is not known."""
    if contract.at_risk is not None:
        return rounded(contract.at_risk, contract.currency)
    if contract.invoice_share is None or facts.invoice is None:
        return None
    return rounded(facts.invoice * contract.invoice_share, contract.currency)


def _portfolio(contract: Contract, facts: Facts) -> Portfolio | None:
    """Return the average that all agreements of the contract make, weighted by their events."""
    named = (facts.counted.get(one) for one in contract.agreements)
    counted = [one for one in named if one is not None and one.total]
    if not counted:
        return None
    return Portfolio(
        len(counted), sum(one.good for one in counted), sum(one.total for one in counted)
    )


def _cap(contract: Contract, at_risk: Decimal | None, lines: list[Line]) -> list[Line]:
    credited = sum((line.amount for line in lines), ZERO)
    limit = cap_of(contract, at_risk)
    if limit is None or credited <= limit:
        return []
    currency = contract.currency
    over = rounded(credited - limit, currency)
    arithmetic = f"{amount(credited, currency)} credited, {amount(limit, currency)} at most"
    return [
        Line(
            kind=LineValue.CAP,
            agreement="",
            verdict=Verdict.APPLIED,
            amount=-over,
            arithmetic=arithmetic,
        )
    ]


def _kept(statement: Statement) -> Decimal:
    """Return what a period's measures credited after the cap; minimums come first under it."""
    credited = statement.sum_of(LineValue.CREDIT)
    return max(credited + statement.sum_of(LineValue.CAP), ZERO)
