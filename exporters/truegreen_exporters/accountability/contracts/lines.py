"""The lines of a statement that one term of a contract makes by itself.

Each function takes a term and what was counted, and returns the line; what periods before have to
do with it (misses in a row) is told by the caller.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import LineValue
from truegreen_definitions.units import number_text
from truegreen_exporters.accountability.contracts.statement import Line, Verdict, percent
from truegreen_exporters.accountability.money import amount, rounded

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract, Measure, SignificantMinimum
    from truegreen_exporters.accountability.contracts.statement import Counted

__all__ = ["cap_of", "credit_line", "minimum_line"]

ZERO = Decimal(0)


def cap_of(contract: Contract, at_risk: Decimal | None) -> Decimal | None:
    """Return the most that a period credits; None where nothing limits it."""
    return contract.cap if contract.cap is not None else at_risk


def credit_line(
    measure: Measure, counted: Counted | None, at_risk: Decimal | None, *, row: int, currency: str
) -> Line:
    """Return what a measure credits.

    Args:
        measure: The term.
        counted: What its agreement came to; None of a signal of which no hour is known.
        at_risk: The pool; None where an invoice is not known.
        row: How many misses in a row came before.
        currency: Of the contract.
    """
    if counted is None or not counted.total:
        return _no_data(LineValue.CREDIT, measure.agreement, counted)
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
    tier, factor = undercut[-1], _factor(measure, row)
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


def _factor(measure: Measure, row: int) -> Decimal:
    if not row or not measure.repeat:
        return Decimal(1)
    return measure.repeat[min(row, len(measure.repeat)) - 1]


def minimum_line(minimum: SignificantMinimum, counted: Counted | None, currency: str) -> Line:
    """Return what a significant minimum credits."""
    few = minimum.min_sample
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


def _no_data(kind: LineValue, agreement: str, counted: Counted | None) -> Line:
    if counted is None:
        why = "Prometheus counts it, and no `prometheus` source has brought an hour of the period"
    elif counted.pending:
        why = f"{counted.pending:,} cases are pending, none is ripe"
    else:
        why = "no case in the period"
    return Line(
        kind=kind,
        agreement=agreement,
        verdict=Verdict.NO_DATA,
        amount=ZERO,
        arithmetic=why,
        counted=counted,
    )
