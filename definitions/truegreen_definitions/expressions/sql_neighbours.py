"""`previous(…)` and `next(…)`: an expression in the row before or after, of the same key.

They are no functions of a database. An indicator that names a key (`per`) may use them in what
it asks of a row; an engine puts window functions in their place, over the rows it counts.

`next(X, T)` is a time: the earliest X of the key that is after T, and after the row's own X. The
row after need not be the one that is meant: of tickets in the order of their resolution, the
one that was opened first after a resolution may be resolved last, or never.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlglot import exp

from truegreen_definitions.expressions import sql
from truegreen_definitions.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["NEIGHBOURS", "Later", "asks_neighbours", "in_order", "later_asked", "over_group"]

NO_KEY = "sql/no-key"
_FUNCTIONS: dict[str, type[exp.Lag | exp.Lead]] = {"previous": exp.Lag, "next": exp.Lead}
NEIGHBOURS = frozenset(_FUNCTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What `next(X, T)` asks for.

    Attributes:
        time: X, checked.
        after: T, checked.
        name: Column that an engine answers it in.
    """

    time: str
    after: str
    name: str


def over_group(text: str, columns: Collection[str], *, keyed: bool) -> str:
    """Return the canonical text of an expression that may look at neighbours.

    Args:
        text: As written.
        columns: Declared columns of the table.
        keyed: Whether the indicator names a key.

    Raises:
        ExpressionError: It is not one scalar expression of the allowed kind, it asks for
            neighbours without a key or inside of one another, or it names an unknown column.
    """
    out = sql.over_columns(text, columns, also=NEIGHBOURS)
    for call in _calls(sql.tree_of(out, NEIGHBOURS)):
        if not keyed:
            raise ExpressionError(
                NO_KEY,
                f"`{call.name.lower()}` asks for a row of the same key, and no key is named",
                hint="say which rows belong together, such as per: customer",
            )
        inner = (one for one in call.find_all(exp.Anonymous) if one is not call)
        most = 2 if call.name.lower() == "next" else 1
        given = len(call.expressions)
        if not 1 <= given <= most or any(one.name.lower() in NEIGHBOURS for one in inner):
            raise ExpressionError(
                NO_KEY,
                f"`{call.name.lower()}` takes one expression over the columns",
                hint="it looks one row away; next(X, T) is the earliest time X after the time T",
            )
    return out


def asks_neighbours(text: str) -> bool:
    """Return whether a checked expression looks at other rows."""
    return any(name in text.lower() for name in NEIGHBOURS) and any(
        _calls(sql.tree_of(text, NEIGHBOURS))
    )


def later_asked(texts: Iterable[str]) -> tuple[Later, ...]:
    """Return what checked expressions ask for with `next(X, T)`, each once."""
    calls = (call for text in texts if asks_neighbours(text) for call in _asked(text))
    return tuple({one.name: one for one in map(_later, calls) if one is not None}.values())


def _asked(text: str) -> list[exp.Anonymous]:
    return _calls(sql.tree_of(text, NEIGHBOURS))


def _later(call: exp.Anonymous) -> Later | None:
    """Return what a call asks for after a time; None where it asks for the row beside."""
    if len(call.expressions) == 1:
        return None
    time, after = (sql.text_of_tree(one) for one in call.expressions)
    digest = sha256(f"{time}\0{after}".encode()).hexdigest()
    return Later(time=time, after=after, name=f"_next_{digest[:12]}")


@lru_cache(maxsize=4_096)
def in_order(text: str, key: str, partition: tuple[str, ...], order: tuple[str, ...]) -> str:
    """Return a checked expression with window functions in place of neighbours.

    A row whose key is unknown has no neighbours: nobody can say that two such belong together.
    In place of `next(X, T)` stands the column that it is answered in; see `later_asked`.

    Args:
        text: Canonical, as `over_group` returns it.
        key: Checked expression of the key.
        partition: Checked expressions whose values neighbours share beside the key.
        order: Checked expressions by which the rows of a key are ordered.
    """
    tree = sql.tree_of(text, NEIGHBOURS).copy()
    holder = exp.Paren(this=tree)
    for call in list(_calls(holder)):
        later = _later(call)
        call.replace(exp.column(later.name) if later else _window(call, key, partition, order))
    inside: exp.Expr = holder.this
    return sql.text_of_tree(inside)


def _window(
    call: exp.Anonymous, key: str, partition: Sequence[str], order: Sequence[str]
) -> exp.Expr:
    looked = exp.Window(
        this=_FUNCTIONS[call.name.lower()](this=call.expressions[0].copy()),
        partition_by=[_tree(one) for one in (key, *partition)],
        order=exp.Order(expressions=[exp.Ordered(this=_tree(one)) for one in order]),
    )
    return exp.Case().when(exp.Not(this=exp.Is(this=_tree(key), expression=exp.Null())), looked)


def _tree(text: str) -> exp.Expr:
    return exp.paren(sql.tree_of(text).copy(), copy=False)


def _calls(tree: exp.Expr) -> list[exp.Anonymous]:
    return [one for one in tree.find_all(exp.Anonymous) if one.name.lower() in NEIGHBOURS]
