"""Which counters an expression over `$window` adds up, and how often it takes each.

Read are sums of an increase, now or a while ago, their sums, differences and multiples, and what is
0 instead of missing (`or vector(0)`). What is written on labels is lost in a sum over everything.
All else has no such reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import promql_parser as parser

from truegreen_definitions.expressions.promql import matchers, over

if TYPE_CHECKING:
    from truegreen_definitions.expressions.promql import Matcher

__all__ = ["Summand", "summands_of"]

_RANGE = "5m"  # any will do: what is read has no range left
_NOTHING = "vector(0)"
_SIGNS = {"+": 1, "-": -1}
_ON_LABELS = ("label_replace", "label_join")


@dataclass(frozen=True, slots=True)
class Summand:
    """The increase of the counters that a selector finds, times a factor.

    Attributes:
        or_zero: Whether it counts as 0 where it finds none; else the whole expression is missing.
        ago_seconds: How long ago the window ends.
    """

    factor: Decimal
    metric: str
    matchers: tuple[Matcher, ...]
    or_zero: bool = False
    ago_seconds: int = 0


def summands_of(text: str) -> tuple[Summand, ...] | None:
    """Return what an expression of a plan's `Signal` adds up; None for all other shapes."""
    return _read(parser.parse(over(text, _RANGE)))


def _read(tree: parser.Expr) -> tuple[Summand, ...] | None:
    if isinstance(tree, parser.ParenExpr):
        return _read(tree.expr)
    if isinstance(tree, parser.AggregateExpr):
        return _summed(tree)
    if isinstance(tree, parser.BinaryExpr):
        return _of_two(tree)
    return None


def _summed(tree: parser.AggregateExpr) -> tuple[Summand, ...] | None:
    """Return the summands of a sum over everything; a sum of sums is that sum."""
    if str(tree.op) != "sum" or tree.modifier is not None:
        return None
    inside = _labelled(tree.expr)
    if not isinstance(inside, parser.Call):
        # Labels may tell two series apart that only a sum of each side would join.
        return _read(inside) if inside is _bare(tree.expr) else None
    if inside.func.name != "increase":
        return None
    found = inside.args[0].vector_selector
    ago = found.offset.total_seconds() if found.offset else 0
    if not found.name or ago < 0 or ago % 1:
        return None
    return (Summand(Decimal(1), found.name, matchers(found), ago_seconds=int(ago)),)


def _bare(tree: parser.Expr) -> parser.Expr:
    while isinstance(tree, parser.ParenExpr):
        tree = tree.expr
    return tree


def _labelled(tree: parser.Expr) -> parser.Expr:
    """Return the expression whose labels are written anew, if any."""
    inside = _bare(tree)
    while isinstance(inside, parser.Call) and inside.func.name in _ON_LABELS:
        inside = _bare(inside.args[0])
    return inside


def _of_two(tree: parser.BinaryExpr) -> tuple[Summand, ...] | None:
    operator = str(tree.op)
    left = _read(tree.lhs)
    # Both sides are one value without labels, however they are matched.
    if operator == "or" and left is not None and tree.rhs.prettify() == _NOTHING:
        return tuple(replace(one, or_zero=True) for one in left)
    if operator in ("*", "/"):
        return _multiple(tree, operator)
    right = _read(tree.rhs)
    if left is None or right is None or operator not in _SIGNS:
        return None
    return (*left, *(replace(one, factor=_SIGNS[operator] * one.factor) for one in right))


def _multiple(tree: parser.BinaryExpr, operator: str) -> tuple[Summand, ...] | None:
    sides = (tree.lhs, tree.rhs)
    number = next((one for one in sides if isinstance(one, parser.NumberLiteral)), None)
    counted = next((found for one in sides if (found := _read(one)) is not None), None)
    if number is None or counted is None or (operator == "/" and number is tree.lhs):
        return None
    factor = Decimal(repr(number.val))
    if not factor.is_finite() or not factor:
        return None
    factor = 1 / factor if operator == "/" else factor
    return tuple(replace(one, factor=one.factor * factor) for one in counted)
