"""What is doubtful in accepted PromQL: it counts, but perhaps not what its author means.

Each function takes an expression as `promql.increase` returns it and names what it found there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import promql_parser as parser

from truegreen_definitions.expressions.promql import matchers, over

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["aggregated", "not_counters", "selected", "unbounded_labels"]

COUNTER_SUFFIXES = ("_total", "_count", "_sum", "_bucket")

# Labels with a value for every user, order or request, by the last word of their name.
UNBOUNDED = re.compile(
    r"(?:.*_)?(?:id|uuid|guid|email|ip|session|token|trace|span|url|uri|query|timestamp)",
    re.IGNORECASE,
)


def not_counters(text: str) -> tuple[str, ...]:
    """Return the metric names that do not look like counters, in order."""
    return tuple(name for name in _metrics(text) if not name.endswith(COUNTER_SUFFIXES))


def aggregated(text: str) -> tuple[str, ...]:
    """Return the metric names that recording rules have made, in order; their colon says so.

    `job:requests:sum` is a sum of counters: the restart of one of them looks like a fall of
    the sum, and what is left of it counts a second time.
    """
    return tuple(name for name in _metrics(text) if ":" in name)


def selected(text: str) -> tuple[tuple[str, tuple[Matcher, ...]], ...]:
    """Return metric and matchers of every selector that names its metric, in order, each once."""
    found: dict[tuple[str, tuple[Matcher, ...]], None] = {}

    def visit(node: parser.Expr) -> None:
        if isinstance(node, parser.VectorSelector) and node.name:
            found[node.name, matchers(node)] = None

    _walk(text, visit)
    return tuple(found)


def unbounded_labels(text: str) -> tuple[str, ...]:
    """Return the labels that hold a value for every user, order or request, in order."""
    labels: set[str] = set()

    def visit(node: parser.Expr) -> None:
        if isinstance(node, parser.VectorSelector):
            labels.update(matcher.name for matcher in node.matchers.matchers)
        elif isinstance(node, parser.AggregateExpr) and node.modifier is not None:
            labels.update(node.modifier.labels)

    _walk(text, visit)
    return tuple(sorted(label for label in labels if UNBOUNDED.fullmatch(label)))


def _metrics(text: str) -> tuple[str, ...]:
    names: set[str] = set()

    def visit(node: parser.Expr) -> None:
        if isinstance(node, parser.VectorSelector) and node.name:
            names.add(node.name)

    _walk(text, visit)
    return tuple(sorted(names))


def _walk(text: str, visit: Callable[[parser.Expr], None]) -> None:
    parser.walk(parser.parse(over(text, "5m")), visit)
