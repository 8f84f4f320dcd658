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
from truegreen_definitions.units import number_text
from truegreen_exporters.accountability.latency_share import latency_lines
from truegreen_exporters.accountability.money import amount, rounded
from truegreen_exporters.accountability.reward import reward_line
from truegreen_exporters.accountability.statement import (
    Line,
    Portfolio,
    Statement,
    Verdict,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.plan import Contract, Measure, SignificantMinimum
    from truegreen_exporters.accountability.overruns import Overruns
    from truegreen_exporters.accountability.statement import Counted, State
    from truegreen_exporters.windows.periods import Period

__all__ = ["Facts", "factor_of", "look_back", "settle"]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a period.

    Attributes:
        state: Whether it is over, and late rows with it.
        counted: Counts by the agreement's id; an agreement that is not counted is missing.
        invoice: What is charged for the period; None when nobody has named it.
        overruns: What cases took too long, by service.
        notes: What else has to be known of the period.
    """

    period: Period
    state: State
    counted: Mapping[str, Counted]
    invoice: Decimal | None = None
    overruns: tuple[Overruns, ...] = ()
    notes: tuple[str, ...] = ()


def settle(contract: Contract, facts: Iterable[Facts]) -> tuple[Statement, ...]:
    """Return the statement of each period; the periods follow one another, oldest first.

    The first statement knows of no earlier period: begin with one more than the row of misses
    and the earn-back look back to.
    """
    book = _Book(contract)
    return tuple(book.enter(one) for one in facts)


def look_back(contract: Contract) -> int:
    """Return how many periods before one have to be settled for it to be settled rightly."""
    rows = max((len(measure.repeat) for measure in contract.measures), default=0)
    return max(contract.earn_back_periods + 1, rows + 1)


@dataclass(slots=True)
class _Book:
    """What has to be remembered from period to period."""

    contract: Contract
    missed: dict[str, int] = field(default_factory=dict)  # how often in a row
    statements: list[Statement] = field(default_factory=list)

    def enter(self, facts: Facts) -> Statement:
        contract, currency = self.contract, self.contract.currency
        at_risk = _at_risk(contract, facts)
        lines = [*self._credits(facts, at_risk)]
        lines += [_minimum(one, facts, currency) for one in contract.significant_minimums]
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
        later = [*self._earned_back(statement), *reward_line(contract, statement, facts.counted)]
        statement = replace(statement, lines=(*statement.lines, *later))
        self.statements.append(statement)
        return statement

    def _credits(self, facts: Facts, at_risk: Decimal | None) -> Iterator[Line]:
        for measure in self.contract.measures:
            counted = facts.counted.get(measure.agreement)
            if counted is None or not counted.total:
                yield _no_data(LineValue.CREDIT, measure.agreement, counted)
                continue
            row = self.missed.get(measure.agreement, 0)
            line = _credit(measure, counted, at_risk, row=row, currency=self.contract.currency)
            missed = line.verdict is Verdict.MISSED
            self.missed[measure.agreement] = row + 1 if missed else 0
            yield line

    def _earned_back(self, statement: Statement) -> Iterator[Line]:
        wait = self.contract.earn_back_periods
        if not wait or len(self.statements) < wait:
            return
        first, *since = [*self.statements[-wait:], statement]
        owed = _kept_of_measures(first)
        if not owed or any(one.missed or one.uncounted for one in since):
            return
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


def _at_risk(contract: Contract, facts: Facts) -> Decimal | None:
    if contract.at_risk is not None:
        return rounded(contract.at_risk, contract.currency)
    if contract.invoice_share is None or facts.invoice is None:
        return None
    return rounded(facts.invoice * contract.invoice_share, contract.currency)


def _credit(
    measure: Measure, counted: Counted, at_risk: Decimal | None, *, row: int, currency: str
) -> Line:
    undercut = [tier for tier in measure.tiers if counted.below(tier.below)]
    shown = counted.shown
    if not undercut:
        bound = percent(measure.tiers[0].below)
        return Line(
            kind=LineValue.CREDIT,
            agreement=measure.agreement,
            verdict=Verdict.MET,
            amount=ZERO,
            arithmetic=f"{shown}, not below {bound}",
            bound=measure.tiers[0].below,
            counted=counted,
        )
    tier, factor = undercut[-1], factor_of(measure, row)
    share = measure.allocation * tier.credit * factor
    terms = f"{percent(measure.allocation)} x {percent(tier.credit)}"
    if row and measure.repeat:
        which = "missed again" if row == 1 else f"miss {row + 1} in a row"
        terms += f" x {number_text(factor)} ({which})"
    if at_risk is None:
        owed, sum_ = ZERO, f"{terms} of an invoice that is not known"
    else:
        owed = rounded(at_risk * share, currency)
        sum_ = f"{amount(at_risk, currency)} x {terms}"
    return Line(
        kind=LineValue.CREDIT,
        agreement=measure.agreement,
        verdict=Verdict.MISSED,
        amount=owed,
        arithmetic=f"{shown}, below {percent(tier.below)}: {sum_}",
        bound=measure.tiers[0].below,
        counted=counted,
    )


def factor_of(measure: Measure, row: int) -> Decimal:
    """Return the factor of a miss that follows so many misses in a row."""
    if not row or not measure.repeat:
        return Decimal(1)
    return measure.repeat[min(row, len(measure.repeat)) - 1]


def _minimum(minimum: SignificantMinimum, facts: Facts, currency: str) -> Line:
    counted, few = facts.counted.get(minimum.agreement), minimum.min_sample
    if counted is None or (not counted.total and few <= 1):
        return _no_data(LineValue.MINIMUM, minimum.agreement, counted)
    low, floor = counted.below(minimum.floor), percent(minimum.floor)
    verdict = Verdict.MISSED if low else Verdict.MET
    if counted.total < few:
        low, verdict = False, Verdict.TOO_FEW
        arithmetic = f"{counted.total:,} events, judged from {few:,} on"
    else:
        arithmetic = f"{counted.shown}, {'' if low else 'not '}below the minimum of {floor}"
    return Line(
        kind=LineValue.MINIMUM,
        agreement=minimum.agreement,
        verdict=verdict,
        amount=rounded(minimum.credit, currency) if low else ZERO,
        arithmetic=arithmetic,
        bound=minimum.floor,
        counted=counted,
    )


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
    limit = contract.cap if contract.cap is not None else at_risk
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


def _no_data(kind: LineValue, agreement: str, counted: Counted | None) -> Line:
    why = "no case in the period" if counted is not None else "it is not counted from records"
    if counted is not None and counted.pending:
        why = f"{counted.pending:,} cases are pending, none is ripe"
    return Line(
        kind=kind,
        agreement=agreement,
        verdict=Verdict.NO_DATA,
        amount=ZERO,
        arithmetic=why,
        counted=counted,
    )


def _kept_of_measures(statement: Statement) -> Decimal:
    """Return what a period's measures credited after the cap; minimums come first under it."""
    credited = statement.sum_of(LineValue.CREDIT)
    return max(credited + statement.sum_of(LineValue.CAP), ZERO)
