"""Whether an agreement was kept in a closed period, and how sure that is.

A census is judged by arithmetic. A sample is judged by its 95 % interval: met when the lower
bound reaches the objective, missed when the upper one does not, and in between only as far as its
point estimate looks. Shares are compared as score tests, which is what Wilson's interval is the
inverse of, so nothing is rounded: the bound of g good ones of n lies on the far side of p when
(g - p n)² > z² p (1 - p) n.

Source: E. B. Wilson, "Probable inference", JASA 22 (1927), with z = 1.96.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label, number_text, percent

if TYPE_CHECKING:
    from truegreen_definitions.plan import Agreement, Measurement
    from truegreen_exporters.engines.value_question import Valued

__all__ = ["Judged", "Standing", "judged_share", "judged_value", "not_counted"]

Z = Decimal("1.96")


class Standing(enum.StrEnum):
    """How an agreement stands; `seems` where only the point estimate says so."""

    MET = "met"
    SEEMS_MET = "seems met"
    SEEMS_MISSED = "seems missed"
    MISSED = "missed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An agreement in a closed period.

    Attributes:
        agreement: `service/name`.
        kind: `sla` or `xla`.
        share: What was attained as a share of the target, above 1 where it was passed; None
            where nothing was.
        spent: Share of what may go wrong that has gone wrong: 1 is exactly at the target; None
            where nothing is known.
        shown: What was counted, for people.
        good: Good events; None of a value, and where nothing is known.
        total: All events that count; None likewise.
        value: What was attained, a ratio or in the unit of the measure; None where nothing was.
        lower: Lower end of its 95 % interval; of a census the value itself.
        upper: Upper end of it; None as `lower` where no interval is known.
    """

    agreement: str
    kind: str
    standing: Standing
    share: float | None
    spent: float | None
    shown: str
    good: int | None = None
    total: int | None = None
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


def judged_share(agreement: Agreement, good: int, total: int, *, unknown: str = "") -> Judged:
    """Return how an agreement about a share of good stands.

    Args:
        agreement: The agreement.
        good: Good events of the period.
        total: All events that count.
        unknown: Why the counts are not all there; empty when they are.
    """
    objective = agreement.objective
    least = agreement.parts.min_sample if isinstance(agreement.parts, Records) else 0
    about = f"{good:,} of {total:,}"
    if unknown:
        return _nothing(agreement, f"{about}, {unknown}" if total else unknown)
    if not total:
        return _nothing(agreement, "no events")
    if total < least:
        shown = f"{about}, fewer than the {least:,} it takes to judge"
        return replace(_nothing(agreement, shown), good=good, total=total)
    attained = Decimal(good) / total
    lower, upper = _bounds(good, total) if agreement.sampling == "sample" else (attained, attained)
    return Judged(
        agreement=agreement.id,
        kind=agreement.kind,
        standing=_of_share(good, total, objective, sample=agreement.sampling == "sample"),
        share=float(attained / objective),
        spent=float((1 - attained) / (1 - objective)),
        shown=f"{about} = {percent(attained.quantize(Decimal('0.000001')))}, "
        f"promised {percent(objective)}",
        good=good,
        total=total,
        value=float(attained),
        lower=float(lower),
        upper=float(upper),
    )


def judged_value(measurement: Measurement, valued: Valued) -> Judged:
    """Return how an agreement about a value stands."""
    bound, parts = measurement.bound, measurement.parts
    if bound is None or valued.value is None:
        return _nothing(measurement, "no rows")
    if valued.total < parts.min_sample:
        shown = f"{valued.total:,} rows, fewer than the {parts.min_sample:,} it takes to judge"
        return _nothing(measurement, shown)
    target, most = float(bound.target), bound.direction == "at_most"
    value = valued.value
    best, worst = (valued.lower, valued.upper) if most else (valued.upper, valued.lower)

    def within(one: float) -> bool:
        return one <= target if most else one >= target

    if best is None or worst is None:
        standing = Standing.SEEMS_MET if within(value) else Standing.SEEMS_MISSED
    elif within(worst):
        standing = Standing.MET
    elif not within(best):
        standing = Standing.MISSED
    else:
        standing = Standing.SEEMS_MET if within(value) else Standing.SEEMS_MISSED
    over, under = (value, target) if most else (target, value)
    return Judged(
        agreement=measurement.id,
        kind=measurement.kind,
        standing=standing,
        share=under / over if over > 0 else None,
        spent=over / under if under > 0 else None,
        shown=f"{_amount(value, parts.unit)}, promised {bound.direction.replace('_', ' ')} "
        f"{_amount(target, parts.unit)}",
        value=value,
        lower=valued.lower,
        upper=valued.upper,
    )


def not_counted(agreement: Agreement | Measurement, why: str) -> Judged:
    """Return that nothing is known of an agreement."""
    return _nothing(agreement, why)


def _of_share(good: int, total: int, objective: Decimal, *, sample: bool) -> Standing:
    over = Decimal(good) - objective * total
    if not sample:
        return Standing.MET if over >= 0 else Standing.MISSED
    sure = over**2 - Z**2 * objective * (1 - objective) * total
    if over >= 0:
        return Standing.MET if sure >= 0 else Standing.SEEMS_MET
    return Standing.MISSED if sure > 0 else Standing.SEEMS_MISSED


def _bounds(good: int, total: int) -> tuple[Decimal, Decimal]:
    """Return Wilson's interval of a share."""
    share, square = Decimal(good) / total, Z**2 / total
    middle = share + square / 2
    half = (square * (share * (1 - share) + square / 4)).sqrt()
    return (middle - half) / (1 + square), (middle + half) / (1 + square)


def _nothing(agreement: Agreement | Measurement, shown: str) -> Judged:
    return Judged(
        agreement=agreement.id,
        kind=agreement.kind,
        standing=Standing.UNKNOWN,
        share=None,
        spent=None,
        shown=shown,
    )


def _amount(value: float, unit: str) -> str:
    rounded = Decimal(repr(value)).quantize(Decimal("0.01"))
    if unit == "seconds":
        return duration_label(rounded.quantize(Decimal(1)))
    return f"{number_text(rounded)} {unit}".rstrip()
