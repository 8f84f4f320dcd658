"""PromQL of rules: series of the metric contract, with no label that it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import Matcher, selector

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.names import Metric

__all__ = ["any_of", "series"]


def series(metric: Metric, **labels: str) -> str:
    """Return the selector of a metric with these label values.

    Raises:
        InvariantError: The metric has no such label.
    """
    _refuse_unknown(metric, labels)
    return selector(metric.name, labels)


def any_of(metric: Metric, label: str, values: Iterable[str], **labels: str) -> str:
    """Return the selector of a metric where one label has any of these values.

    Raises:
        InvariantError: The metric has no such label.
    """
    _refuse_unknown(metric, (label, *labels))
    plain = [Matcher(name, "=", value) for name, value in labels.items()]
    matchers = sorted([*plain, Matcher(label, "=~", "|".join(values))])
    return f"{metric.name}{{{','.join(str(matcher) for matcher in matchers)}}}"


def _refuse_unknown(metric: Metric, labels: Iterable[str]) -> None:
    for label in sorted(labels):
        if label not in metric.labels:
            raise InvariantError(f"{metric.name} has no label {label}: {metric.labels}")
