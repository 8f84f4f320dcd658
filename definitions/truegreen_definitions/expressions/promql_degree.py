"""Whether an expression is a sum of counts, each times a number: twice the events, twice its value.

Rates and increases of such an expression differ by the length of the window alone, so a ratio of
two is the same for both.
"""

from __future__ import annotations

import promql_parser as parser

from truegreen_definitions.expressions.promql import WINDOW, over

__all__ = ["is_sum_of_counts"]

_SUMS = ("sum",)
_COUNTS = ("increase", "rate")
_SOME_RANGE = "5m"


def is_sum_of_counts(text: str) -> bool:
    """Return whether an expression over `$window` grows with its counters, and with nothing else.

    What does not parse is not judged here.
    """
    try:
        tree = parser.parse(over(text, _SOME_RANGE).replace(WINDOW, _SOME_RANGE))
    except ValueError:
        return True
    return _degree(tree) == 1


def _degree(node: parser.Expr) -> int | None:
    """Return 1 for counts, 0 for numbers, None for what is neither."""
    if isinstance(node, parser.NumberLiteral):
        return 0
    if isinstance(node, parser.ParenExpr | parser.UnaryExpr):
        return _degree(node.expr)
    if isinstance(node, parser.AggregateExpr):
        return _degree(node.expr) if str(node.op) in _SUMS else None
    if isinstance(node, parser.Call):
        return _of_call(node)
    if isinstance(node, parser.BinaryExpr):
        return _of_operation(str(node.op), _degree(node.lhs), _degree(node.rhs))
    return None


def _of_call(node: parser.Call) -> int | None:
    name = node.func.name
    if name in _COUNTS:
        return 1
    if name == "vector":  # `or vector(0)`: no event yet
        return 1 if str(node.args[0]) in ("0", "0.0") else None
    return None


def _of_operation(operator: str, left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return None
    if operator in ("+", "-", "or"):
        return left if left == right else None
    if operator == "*":
        return left + right if left + right <= 1 else None
    return left if operator == "/" and right == 0 else None
