"""PromQL text, built from the metric contract: a name or label it lacks cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import Matcher

if TYPE_CHECKING:
    from truegreen_dashboards.verdicts import Verdict
    from truegreen_definitions.names import Metric

__all__ = ["coded", "equal", "like", "of_own_window", "select", "unequal", "unlike"]

_LE = "le"


def equal(label: str, value: str) -> Matcher:
    """Return a matcher for exactly this value (`$service` is a value too)."""
    return Matcher(label, "=", value)


def unequal(label: str, value: str) -> Matcher:
    """Return a matcher for every other value."""
    return Matcher(label, "!=", value)


def like(label: str, *values: str) -> Matcher:
    """Return a matcher for any of these values, which hold no regular expression characters."""
    return Matcher(label, "=~", "|".join(values))


def unlike(label: str, *values: str) -> Matcher:
    """Return a matcher for none of these values, which hold no regular expression characters."""
    return Matcher(label, "!~", "|".join(values))


def select(metric: Metric, *matches: Matcher, part: str = "", over: str = "") -> str:
    """Return a selector.

    Args:
        metric: From the contract.
        matches: Matchers on labels it has.
        part: Of a histogram: `_bucket`, `_sum` or `_count`.
        over: Range such as `$__range`; empty for an instant vector.

    Raises:
        InvariantError: The metric has no such label, or is no histogram.
    """
    if bool(part) != (metric.type == "histogram"):
        raise InvariantError(f"{metric.name} is a {metric.type}: part {part!r} does not fit")
    allowed = (*metric.labels, _LE) if part == "_bucket" else metric.labels
    for match in matches:
        if match.label not in allowed:
            known = ", ".join(allowed)
            raise InvariantError(f"{metric.name} has no label {match.label}: it has {known}")
    inside = ",".join(str(match) for match in matches)
    braces = f"{{{inside}}}" if inside else ""
    return f"{metric.name}{part}{braces}{f'[{over}]' if over else ''}"


def of_own_window(expr: str) -> str:
    """Return an expression reduced to each agreement's own window, by its info series."""
    on = f"{names.SERVICE}, {names.AGREEMENT}, {names.WINDOW}"
    return f"({expr}) and on ({on}) {select(names.AGREEMENT_INFO)}"


def coded(
    metric: Metric, verdicts: tuple[Verdict, ...], *matches: Matcher, label: str = names.STATE
) -> str:
    """Return the codes of 0/1 state series: one series per state, 0 where it does not hold.

    The greatest of them (`max by (…)`) is the code of the state that holds.

    Args:
        metric: Has such series.
        verdicts: All states, with their codes.
        matches: Matchers on other labels.
        label: Whose values the states are.
    """
    return " or ".join(
        f"{select(metric, *matches, equal(label, verdict.state))} * {verdict.code}"
        for verdict in verdicts
    )
