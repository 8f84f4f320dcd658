"""PromQL of conditions: a comparison, read and written so that it says 1 or 0 and never nothing.

`up{job="shop"} == 1` leaves out the series for which it does not hold. Counting how long something
holds needs the others too, so the comparison is written with `bool`; and of several series the
least is taken, so that it holds when it holds for all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import promql_parser as parser

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.promql import one_line, with_matchers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["Comparison", "compared", "holds_for_all"]

_COMPARISONS = {"==", "!=", ">", "<", ">=", "<="}
_OF_ONE = re.compile(
    r"min\((?P<selector>[^()]+) (?P<sign>\S+) bool (?P<bound>[0-9]+(?:\.[0-9]+)?)\)"
)
_HINT = 'write a comparison, such as up{job="shop"} == 1'


class Comparison(NamedTuple):
    """A selector, a sign and the number that it is compared with."""

    selector: str
    sign: str
    bound: str


def compared(condition: str) -> Comparison | None:
    """Return what `holds_for_all` compares, at the start of a text; None for other shapes."""
    found = _OF_ONE.match(condition)
    return Comparison(**found.groupdict()) if found else None


def holds_for_all(text: str, add: Iterable[Matcher] = ()) -> str:
    """Return a condition as one value without labels: 1 where it holds for all series, else 0.

    Every selector gets the matchers of `add` that it does not have.

    Raises:
        ExpressionError: It is no comparison, or looks at time in a way that not every instant
            can be asked for.
    """
    _refuse_fixed_instants(_parse(text))
    tree = _parse(with_matchers(text, add))
    while isinstance(tree, parser.ParenExpr):
        tree = tree.expr
    if not isinstance(tree, parser.BinaryExpr) or str(tree.op) not in _COMPARISONS:
        raise ExpressionError("promql/not-a-condition", "no comparison", hint=_HINT)
    if tree.modifier is not None and tree.modifier.return_bool:
        raise ExpressionError(
            "promql/not-a-condition",
            "`bool` is added where it is needed",
            hint="write the comparison without it",
        )
    matching = f"{tree.modifier} " if tree.modifier is not None else ""
    out = f"min({_side(tree.lhs)} {tree.op} bool {matching}{_side(tree.rhs)})"
    _parse(out)
    return out


def _side(tree: parser.Expr) -> str:
    while isinstance(tree, parser.ParenExpr):
        tree = tree.expr
    text = one_line(tree.prettify())
    return f"({text})" if isinstance(tree, parser.BinaryExpr) else text


def _refuse_fixed_instants(tree: parser.Expr) -> None:
    refused: list[str] = []

    def visit(node: parser.Expr) -> None:
        if isinstance(node, parser.SubqueryExpr):
            refused.append("a subquery")
        elif isinstance(node, parser.VectorSelector) and node.at is not None:
            refused.append("the @ modifier")
        elif isinstance(node, parser.Call) and node.func.experimental:
            refused.append(f"{node.func.name}()")

    parser.walk(tree, visit)
    if refused:
        raise ExpressionError(
            "promql/not-allowed", f"{refused[0]} cannot be asked for at every slice", hint=_HINT
        )


def _parse(text: str) -> parser.Expr:
    try:
        return parser.parse(text)
    except ValueError as error:
        raise ExpressionError("promql/syntax", f"does not parse as PromQL: {error}") from error
