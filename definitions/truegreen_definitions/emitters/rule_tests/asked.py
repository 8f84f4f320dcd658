"""What the generated tests ask, and the answers with every label they must carry.

An answer is compared label by label, so a rule that drops a label or adds one is found.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.case import Check, Sample
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.expressions.promql import selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.emitters.rules.promise import Promised
    from truegreen_definitions.names import AlertName, Metric, SeverityValue

__all__ = ["alert", "alert_labels", "during", "held", "missing", "value", "value_of"]

PLACES = Decimal("0.000001")  # digits beyond are those of floating point


def value_of(at: int, promise: Promised, metric: Metric, expected: Decimal, **more: str) -> Check:
    """Check the value of an agreement's series, but for the last digits of floating point."""
    return value(at, metric, {**promise.labels, **more}, expected)


def value(at: int, metric: Metric, labels: Mapping[str, str], expected: Decimal) -> Check:
    """Check the value of a recorded series, whose labels these are; empty ones are left out."""
    there = {name: text for name, text in labels.items() if text}
    rounded = expected.quantize(PLACES, ROUND_HALF_UP)
    expr = f"round({series(metric, **there)}, {PLACES:f})"
    return Check(at, expr, (Sample(there, rounded),))


def during(situation: str, checks: Iterable[Check]) -> Iterator[Check]:
    """Yield checks that say which situation they are about."""
    for check in checks:
        yield replace(check, situation=situation)


def missing(at: int, promise: Promised, metric: Metric, **more: str) -> Check:
    """Check that a series of an agreement has no value."""
    return Check(at, series(metric, **promise.labels, **more))


def held(at: int, metric: Metric, labels: Mapping[str, str], state: str) -> Check:
    """Check that of all states with these labels this one is 1, and no other."""
    every = {"__name__": metric.name, **labels, names.STATE: state}
    return Check(at, f"{series(metric, **labels)} == 1", (Sample(every, 1),))


def alert(at: int, name: AlertName, labels: Mapping[str, str], *, fires: bool) -> Check:
    """Check that an alert with exactly these labels is firing, or that none of its kind is.

    Args:
        at: When, in seconds.
        name: The alert.
        labels: All its labels, as `alert_labels` returns them.
        fires: Whether it must be firing.
    """
    every = {**labels, "alertname": str(name), "alertstate": "firing"}
    asked = {key: text for key, text in every.items() if key not in _ANSWERED}
    expected = (Sample({"__name__": "ALERTS", **every}, 1),) if fires else ()
    return Check(at, selector("ALERTS", asked), expected)


# Who is told belongs to the answer, not to the question: an alert for somebody else is wrong.
_ANSWERED = (names.OWNER, names.KIND, names.STEP, str(names.AlertLabel.SEVERITY))


def alert_labels(promise: Promised, severity: SeverityValue | str, **more: str) -> dict[str, str]:
    """Return all labels of an alert about an agreement."""
    return {
        **promise.labels,
        **({names.STEP: promise.agreement.step} if promise.agreement.step else {}),
        names.OWNER: promise.agreement.owner,
        str(names.AlertLabel.SEVERITY): str(severity),
        **more,
    }
