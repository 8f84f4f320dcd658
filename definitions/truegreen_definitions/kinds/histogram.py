"""Latency as an application's own histogram tells it: requests at most so long, of all.

A classic histogram counts exactly where the threshold is one of its bounds; the label `le` is
written `1` by some clients and `1.0` by others (and by every server since 3.0), so both are asked
for. A native histogram is interpolated inside one of its buckets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions import promql
from truegreen_definitions.expressions.promql import Matcher
from truegreen_definitions.kinds.asked import Asked, Lowered
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.kinds.synthetic import not_synthetic
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.models.indicator import MetricSource

__all__ = ["of_histogram"]

NOT_A_BOUND = "latency/not-a-bound"


def of_histogram(
    source: MetricSource, asked: Asked, step: str, threshold: Decimal
) -> Lowered | None:
    """Return the requests of a histogram, all and those within a threshold in seconds."""
    _refuse_other_bounds(source, asked, step, threshold)
    every = (*_matchers(asked, source.where, "where"), *not_synthetic(asked))
    every += matchers_of_scope(asked)
    succeeded = (*every, *_matchers(asked, source.success, "success"))
    if source.native:
        total = _increase(asked, source.metric, every)
        within = _increase(asked, source.metric, succeeded)
        fraction = f"histogram_fraction(0, {number_text(threshold)}, {within})"
        parts = Signal(
            good=f"{fraction} * histogram_count({within})", total=f"histogram_count({total})"
        )
    else:
        total = _increase(asked, f"{source.metric}_count", every)
        within = _increase(asked, f"{source.metric}_bucket", (*succeeded, _le(threshold)))
        parts = Signal(good=within, total=total)
    return Lowered(parts=parts, sampling="census", step=step) if total and within else None


def _increase(asked: Asked, metric: str, add: tuple[Matcher, ...]) -> str:
    return asked.read(
        metric, "source", "metric", by=lambda name: promql.increase(promql.metric_name(name), add)
    )


def _matchers(asked: Asked, text: str, field: str) -> tuple[Matcher, ...]:
    if text and asked.read(text, "source", field, by=_checked):
        return promql.parse_matchers(text)
    return ()


def _checked(text: str) -> str:
    promql.parse_matchers(text)
    return text


def _le(threshold: Decimal) -> Matcher:
    bound = number_text(threshold)
    if "." in bound:
        return Matcher("le", "=", bound)
    return Matcher("le", "=~", rf"{bound}(\.0)?")


def _refuse_other_bounds(source: MetricSource, asked: Asked, step: str, threshold: Decimal) -> None:
    if not source.bounds or threshold in source.bounds:
        return
    near = sorted(source.bounds, key=lambda bound: (abs(bound - threshold), bound))[:2]
    nearest = " or ".join(duration_label(bound) for bound in near)
    asked.report(
        NOT_A_BOUND,
        f"the threshold {duration_label(threshold)} of the step `{step}` is no bucket bound of "
        f"{source.metric}",
        *("source", "bounds"),
        hint=f"give the histogram that bound, or take the nearest as threshold: {nearest}",
    )
