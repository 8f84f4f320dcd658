"""Questions of the generated tests, as PromQL with one answer without labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.expressions.promql import selector

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.names import AlertName, Metric, StateValue

__all__ = ["firing", "rounded", "state", "states_held"]


def firing(name: AlertName, labels: dict[str, str]) -> str:
    """Ask how many alerts of that name and these labels are firing; none gives no answer."""
    return f"sum({selector('ALERTS', {**labels, 'alertname': name, 'alertstate': 'firing'})})"


def state(promise: Promise, window: str, value: StateValue) -> str:
    """Ask whether an agreement is in a state over a window."""
    return f"sum({promise.series(names.STATE_OF, window=window, state=value)})"


def states_held(promise: Promise, window: str) -> str:
    """Ask in how many states an agreement is over a window."""
    return f"sum({promise.series(names.STATE_OF, window=window)})"


def rounded(promise: Promise, metric: Metric, **labels: str) -> str:
    """Ask for a value of an agreement, without the last digits of floating point."""
    return f"sum(round({promise.series(metric, **labels)}, 0.001))"
