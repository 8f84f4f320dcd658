"""Rules and groups as Prometheus reads them, before they are text.

A recording rule carries every label of its metric, so that no rule or alert depends on what an
expression happens to leave on a series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.yaml_text import Commented, Value
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from truegreen_definitions.names import AlertName, Metric

__all__ = ["Alert", "Group", "Recording", "Rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A recording rule.

    Attributes:
        labels: A value for every label of the metric; an empty one is left out.
    """

    metric: Metric
    expr: str
    labels: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse a series that breaks the metric contract."""
        if set(self.labels) != set(self.metric.labels):
            raise InvariantError(
                f"{self.metric.name} is recorded with {sorted(self.labels)}, "
                f"the contract says {sorted(self.metric.labels)}"
            )

    def to_yaml(self) -> Value:
        """Return the rule as YAML data."""
        labels = {name: self.labels[name] for name in self.metric.labels if self.labels[name]}
        return {"record": self.metric.name, "expr": self.expr, "labels": labels}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alerting rule; `pending` is the `for` of Prometheus, empty for none."""

    name: AlertName
    expr: str
    pending: str = ""
    labels: dict[str, str]
    annotations: dict[str, str]

    def to_yaml(self) -> Value:
        """Return the rule as YAML data."""
        pending: dict[str, Value] = {"for": self.pending} if self.pending else {}
        return {
            "alert": str(self.name),
            "expr": self.expr,
            **pending,
            "labels": self.labels,
            "annotations": self.annotations,
        }


Rule = Recording | Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A rule group: its rules are evaluated together, in order.

    Attributes:
        comment: What it is about and where that is defined.
    """

    name: str
    interval_seconds: int
    comment: str
    rules: tuple[Rule, ...]

    def to_yaml(self) -> Value:
        """Return the group as YAML data, below its comment."""
        group: dict[str, Value] = {
            "name": self.name,
            "interval": f"{self.interval_seconds}s",
            "rules": [rule.to_yaml() for rule in self.rules],
        }
        return Commented(group, self.comment)
