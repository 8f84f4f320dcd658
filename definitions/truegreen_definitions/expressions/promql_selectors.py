"""Which series an expression reads: the selectors of its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import promql_parser as parser

from truegreen_definitions.expressions.promql import matchers

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["selectors_in"]


def selectors_in(text: str) -> tuple[tuple[str, tuple[Matcher, ...]], ...]:
    """Return name and matchers of every selector; none where the text is no PromQL.

    Raises:
        ExpressionError: A matcher is of a form that Prometheus 2.42 does not know.
    """
    try:
        tree = parser.parse(text)
    except ValueError:
        return ()
    found: list[tuple[str, tuple[Matcher, ...]]] = []

    def visit(node: parser.Expr) -> bool:
        if isinstance(node, parser.VectorSelector):  # those of a range, too
            found.append((node.name or "", matchers(node)))
        return True

    parser.walk(tree, visit)
    return tuple(found)
