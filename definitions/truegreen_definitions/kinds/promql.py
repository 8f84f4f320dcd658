"""Indicator kind `promql`: counters that an application already has.

`good` and `total` (or `bad` and `total`) name counters in Prometheus. The plain form is a
selector, and the compiler writes the increase over every window it needs. The free form is any
expression over `increase(…[$window])`, for counters that must be added or relabelled first.
Never a rate, and never a ratio: ratios are taken last.

Fields: `good` or `bad`, and `total`; `manual` for people. Traffic of our own probes is left
out by the Policy's matcher (`synthetic.promql`), which is added to every selector. Every event
counts: the sampling is `census`.

Warnings: `promql/not-a-counter` for a name that does not look like a counter,
`promql/sum-before-increase` for the sum of a recording rule, of which no increase can be taken,
`promql/unbounded-label` for a label with a value for every user, order or request,
`promql/no-example` for a free form of which no test can be generated.

Passes:
    kind: promql
    good: 'shop_requests_total{code!~"5.."}'
    total: shop_requests_total

Fails:
    kind: promql
    good: 'sum(rate(shop_requests_total{code!~"5.."}[5m]))'
    total: shop_requests_total
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions import promql
from truegreen_definitions.expressions.promql_degree import is_sum_of_counts
from truegreen_definitions.expressions.promql_doubts import (
    aggregated,
    not_counters,
    unbounded_labels,
)
from truegreen_definitions.expressions.promql_sums import summands_of
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.kinds.synthetic import not_synthetic
from truegreen_definitions.models.indicator import IndicatorSpec, PromqlIndicator
from truegreen_definitions.plan import Signal
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["PROMQL"]


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, PromqlIndicator):
        raise InvariantError(f"a promql indicator is expected, not {spec.kind}")
    add = (*not_synthetic(asked), *matchers_of_scope(asked))
    total = _counted(asked, spec.total, "total", add)
    if spec.good:
        good = _counted(asked, spec.good, "good", add)
    else:
        bad = _counted(asked, spec.bad, "bad", add)
        # No bad event yet means no series yet; without a total there is still no good.
        good = f"{total} - ({_number(bad)} or vector(0))" if bad else ""
    if not good or not total:
        return None
    return Lowered(parts=Signal(good=good, total=total), sampling="census")


def _counted(asked: Asked, text: str, field: str, add: tuple[Matcher, ...]) -> str:
    out = asked.read(text, field, by=lambda value: promql.increase(value, add))
    if out:
        _doubt(asked, out, field)
    return out


def _number(counted: str) -> str:
    """Return a count that is missing where it is NaN; a sum of increases never is."""
    return counted if is_sum_of_counts(counted) else f"{counted} >= 0"


def _doubt(asked: Asked, counted: str, field: str) -> None:
    """Warn of what is counted, but perhaps not as its author means."""
    doubts = [
        (
            "promql/sum-before-increase",
            f"{name} is the sum of a recording rule: a restart behind it is counted twice",
            "take the increase of the counters it is made of, and the sum of that",
        )
        for name in aggregated(counted)
    ]
    doubts += [
        (
            "promql/not-a-counter",
            f"{name} does not look like a counter",
            (
                "good and total are counts of events: their names end in _total, or in _count "
                "or _bucket for a histogram"
            ),
        )
        for name in not_counters(counted)
        if ":" not in name
    ]
    doubts += [
        (
            "promql/unbounded-label",
            f"the label `{label}` has a value for every user, order or request",
            "ask for what is common to many: a status, a path template, a region",
        )
        for label in unbounded_labels(counted)
    ]
    if summands_of(counted) is None:
        doubts.append(
            (
                "promql/no-example",
                f"`{field}` is no sum of increases, so no generated test shows what it counts",
                (
                    "write it as sums, differences and multiples of increase(…), or test it "
                    "yourself and allow the warning"
                ),
            )
        )
    for problem_id, message, hint in doubts:
        asked.report(problem_id, message, field, hint=hint, severity=Severity.WARNING)


PROMQL = IndicatorKind("promql", _lower)
