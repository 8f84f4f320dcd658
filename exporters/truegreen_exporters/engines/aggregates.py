"""From exact sums of a measure's rows to its value, ratio last, and the bounds of a sample's.

A mean and a ratio of a sample are bounded by the normal interval at 95 %, the ratio's variance by
linearisation; a quantile by order statistics, whose ranks are binomial. A census needs no
interval: its bounds are the value.

Source: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), 2.11 and 6.4; W. J. Conover,
"Practical Nonparametric Statistics", 3rd ed. (1999), 3.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

from truegreen_exporters.engines.value_question import MICROSECONDS, Valued

if TYPE_CHECKING:
    from truegreen_exporters.engines.value_question import ValueQuestion

__all__ = ["LEAST_SAMPLE", "Sums", "ranks", "valued"]

Z = 1.96
_BOUNDED = ("mean", "ratio", "quantile")
LEAST_SAMPLE = 2
"""Fewer rows of a sample bound nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What was added up over a window; durations in microseconds.

    Attributes:
        seconds: How long rows could count in it.
        special: Quantile or number of different values; None for other aggregates.
        squares: Sums of squares of the upper part, of products, and of squares of the lower.
        bounds: Of a sample's quantile; empty for other aggregates.
    """

    total: int
    pending: int
    excluded: int
    seconds: Decimal
    numerator: Decimal
    denominator: Decimal
    special: float | None
    squares: tuple[float, float, float]
    bounds: tuple[float, ...] = ()


def valued(question: ValueQuestion, sums: Sums) -> Valued:
    """Return the measure that the sums of a window make."""
    values = question.values
    scale = MICROSECONDS if values.elapsed is not None else Decimal(1)
    numerator, denominator = _divided(question, sums)
    value: float | None
    if denominator is not None and numerator is not None:
        numerator /= scale
        value = float(numerator / denominator) if denominator else None
    elif values.aggregate == "sum":
        value = float(sums.numerator / scale) if sums.total else None
    elif values.aggregate == "count":
        value = float(sums.total)
    else:
        value = None if sums.special is None else float(sums.special) / float(scale)
    lower, upper = _bounds(question, sums, value, float(scale))
    return Valued(
        value=value,
        lower=lower,
        upper=upper,
        total=sums.total,
        pending=sums.pending,
        excluded=sums.excluded,
        numerator=numerator,
        denominator=denominator,
    )


def ranks(count: int, quantile: float) -> tuple[int, int]:
    """Return the ranks (from 1) of the two rows between which a quantile lies with 95 %."""
    spread = Z * sqrt(count * quantile * (1 - quantile))
    low, high = floor(count * quantile - spread), ceil(count * quantile + spread) + 1
    return max(1, low), min(count, high)


def _divided(question: ValueQuestion, sums: Sums) -> tuple[Decimal | None, Decimal | None]:
    """Return the two sums that a value is the quotient of; None where it is none."""
    values = question.values
    if values.aggregate == "mean":
        return sums.numerator, Decimal(sums.total)
    if values.aggregate == "ratio":
        return sums.numerator, sums.denominator
    if values.aggregate == "rate":
        return sums.numerator, max(sums.seconds, Decimal(0)) / values.rate_seconds
    return None, None


def _bounds(
    question: ValueQuestion, sums: Sums, value: float | None, scale: float
) -> tuple[float | None, float | None]:
    if value is None or not question.sample or question.values.aggregate not in _BOUNDED:
        return value, value
    if question.values.aggregate == "quantile":
        low, high = sums.bounds or (None, None)
        return (low / scale, high / scale) if low is not None and high is not None else (None, None)
    if sums.total < LEAST_SAMPLE:
        return None, None
    margin = Z * _deviation(question, sums, value * scale) / scale
    return value - margin, value + margin


def _deviation(question: ValueQuestion, sums: Sums, value: float) -> float:
    """Return the standard error of a mean or a ratio, in the unit of the sums."""
    upper, product, lower = sums.squares
    count = sums.total
    if question.values.aggregate == "mean":
        spread, below = upper - count * value**2, float(count)
    else:
        spread = upper - 2 * value * product + value**2 * lower
        below = float(sums.denominator)
    return sqrt(max(spread, 0.0) * count / (count - 1)) / abs(below)
