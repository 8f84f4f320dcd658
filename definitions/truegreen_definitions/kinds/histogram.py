"""Latency as an application's own histogram tells it: requests at most so long, of all.

A classic histogram counts exactly where the threshold is one of its bounds; the label `le` is
written `1` by some clients and `1.0` by others (and by every server since 3.0), so both are asked
for. A native histogram is interpolated inside one of its buckets.

Where bounds are declared, the time above what is tolerated is estimated too, from the counts of
all buckets: as if times lay evenly in a bucket, and at the last bound beyond that.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.expressions import promql
from truegreen_definitions.expressions.promql import Matcher
from truegreen_definitions.kinds.asked import Asked, Lowered
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.kinds.synthetic import not_synthetic
from truegreen_definitions.plan import Signal, Weighted
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.models.indicator import MetricSource

__all__ = ["excess_weights", "of_histogram"]

_PLACES = Decimal("0.000000001")
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
        asked.report(
            "promql/no-example",
            "no generated test shows what a native histogram counts: promtool has no words for it",
            *("source", "native"),
            hint="take a classic one with the threshold as a bound, or test it yourself and allow "
            "the warning",
            severity=Severity.WARNING,
        )
        fraction = f"histogram_fraction(0, {number_text(threshold)}, {within})"
        parts = Signal(
            good=f"{fraction} * histogram_count({within})", total=f"histogram_count({total})"
        )
    else:
        total = _increase(asked, f"{source.metric}_count", every)
        within = _increase(asked, f"{source.metric}_bucket", (*succeeded, _le(threshold)))
        parts = Signal(good=within, total=total, excess=_excess(source, asked, step, every))
    return Lowered(parts=parts, sampling="census", step=step) if total and within else None


def excess_weights(bounds: Sequence[Decimal], tolerated: Decimal) -> dict[Decimal | None, Decimal]:
    """Return by what each cumulative count is multiplied, so that the sum is time above tolerated.

    None is the count of all. Times are taken to lie evenly in each bucket, and at the last bound
    beyond it: so a sum over many cases is near the middle of what the buckets allow, and never
    more than that for the slowest.

    Args:
        bounds: Of the histogram, in seconds.
        tolerated: In seconds.
    """
    upper = sorted(bounds)
    if not upper or tolerated >= upper[-1]:
        return {}
    means = []
    for low, high in zip((Decimal(0), *upper), upper, strict=False):
        above = max(low, tolerated)
        inside = max(high - above, Decimal(0))
        means.append(inside * ((above + high) / 2 - tolerated) / (high - low))
    means.append(upper[-1] - tolerated)
    weights: dict[Decimal | None, Decimal] = {
        bound: own - following
        for bound, own, following in zip(upper, means, means[1:], strict=False)
    }
    return {None: means[-1], **{bound: one for bound, one in weights.items() if one}}


def _excess(
    source: MetricSource, asked: Asked, step: str, every: tuple[Matcher, ...]
) -> tuple[Weighted, ...]:
    named = asked.service.model.spec.step(step)
    if named is None or named.latency is None:
        return ()
    found = []
    for bound, weight in excess_weights(source.bounds, named.latency.tolerated).items():
        metric = f"{source.metric}_count" if bound is None else f"{source.metric}_bucket"
        chosen = every if bound is None else (*every, _le(bound))
        counted = _increase(asked, metric, chosen)
        found.append(Weighted(weight=weight.quantize(_PLACES).normalize(), counted=counted))
    return tuple(found) if all(one.counted for one in found) else ()


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
