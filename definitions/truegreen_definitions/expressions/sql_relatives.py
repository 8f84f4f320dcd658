"""Relatives of PostgreSQL, by sqlglot: offered to who accepts that no test has run on a server.

A query is written for PostgreSQL first, where it is tested to give what DuckDB gives, and then
read and written anew by sqlglot for the relative. What its manual says it has not is put in other
words here. Servers of the family speak PostgreSQL's protocol and number their types as it does;
databases of other families do not, so there is no way to ask them, and none is offered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RELATIVES", "Relative", "relative_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A server that is asked in words of its own.

    Attributes:
        name: What `engine: {dialect: …}` and sqlglot call it.
        title: What people call it.
        filters: Whether aggregates take a FILTER.
        number: What a number without a width is, where that is not as wide as it needs to be.
    """

    name: str
    title: str
    filters: bool = True
    number: str = ""

    def written(self, query: str) -> str:
        """Return a query for PostgreSQL as this server is asked it."""
        tree = sqlglot.parse_one(query, read="postgres")
        for kind, other in _OTHER_WORDS:
            for node in list(tree.find_all(kind)):
                # What stands in a node that was replaced is replaced with it, or after it.
                _put(node, other(node))
        if not self.filters:
            for node in list(tree.find_all(exp.Filter)):
                _put(node, _counted_if(node))
        if self.number:
            for node in list(tree.find_all(exp.DataType)):
                if node.this == exp.DType.DECIMAL and not node.expressions:
                    _put(node, exp.DataType.build(self.number))
        return tree.sql(self.name, comments=False)


RELATIVES: tuple[Relative, ...] = (
    Relative(name="redshift", title="Amazon Redshift", filters=False, number="DECIMAL(38, 12)"),
    Relative(name="materialize", title="Materialize"),
    Relative(name="risingwave", title="RisingWave"),
)


def relative_of(engine: str) -> Relative | None:
    """Return the relative that an engine is; None for those that are tested."""
    return next((one for one in RELATIVES if one.name == engine), None)


def _put(node: exp.Expr, other: exp.Expr) -> None:
    if other is not node:
        node.replace(other)


def _without_order(node: exp.Collate) -> exp.Expr:
    """Return a text as the server orders it: byte by byte, in all of these."""
    found: exp.Expr = node.this
    return found


def _always_finite(node: exp.Anonymous) -> exp.Expr:
    """Return a condition that holds: these servers have no infinite times."""
    return exp.true() if node.name.lower() == "isfinite" else node


def _by_comparing(node: exp.WidthBucket) -> exp.Expr:
    """Return how many of some edges, in order, are not above a number."""
    number, array = node.this, node.find(exp.Array)
    edges = array.expressions if array else []
    whens = "".join(
        f" WHEN {number.sql('postgres')} >= {edge.sql('postgres')} THEN {place}"
        for place, edge in reversed(list(enumerate(edges, 1)))
    )
    return sqlglot.parse_one(f"CASE{whens} ELSE 0 END", read="postgres")


def _plain_pattern(node: exp.Literal) -> exp.Expr:
    """Return a pattern in which a dot is no line break anyway."""
    if node.is_string and node.name.startswith("(?p)"):
        return exp.Literal.string(node.name.removeprefix("(?p)"))
    return node


def _unhinted(node: exp.CTE) -> exp.Expr:
    """Return a named query that says nothing of how it is run."""
    node.set("materialized", None)
    return node


_OTHER_WORDS: tuple[tuple[type[exp.Expr], Callable[..., exp.Expr]], ...] = (
    (exp.CTE, _unhinted),
    (exp.Literal, _plain_pattern),
    (exp.Collate, _without_order),
    (exp.Anonymous, _always_finite),
    (exp.WidthBucket, _by_comparing),
)


def _counted_if(node: exp.Filter) -> exp.Expr:
    """Return an aggregate of those rows alone that a condition holds for."""
    found: exp.Expr = node.this.copy()
    condition = node.expression.this
    ordered = found.find(exp.Ordered) if isinstance(found, exp.WithinGroup) else None
    several = found.find(exp.Distinct)
    value = several.expressions[0] if several else (ordered or found).this
    counted = exp.Literal.number(1) if isinstance(value, exp.Star) else value.copy()
    value.replace(exp.Case(ifs=[exp.If(this=condition.copy(), true=counted)]))
    return found
