"""Rows with the earliest time of their key after another time: what `next(X, T)` asks for.

Each row stands twice in one order of time by key: where its own X is, and where it asks, which is
after T and after its own X. What it asks for is the least X behind that place. So a key of many
rows costs no more than their order, and rows without an anchor time, such as tickets that are
still open, are found all the same.

Columns beside those of the rows: one a question, by its name; the rest begin with `_next_` too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.expressions.sql_neighbours import Later

__all__ = ["with_later"]


def with_later(
    relation: str, asked: Sequence[Later], *, asking: str, found: str, key: str, out: str
) -> str:
    """Return what rows are selected from, with a column for each question.

    Args:
        relation: Query or name of the rows.
        asked: The questions; without any it is the relation itself.
        asking: Condition of the rows that ask.
        found: Condition of the rows whose X is looked at.
        key: SQL of their key; rows whose key is unknown belong to nobody.
        out: Condition of rows that are left out: they are beside one another alone.
    """
    if not asked:
        return relation
    places = [
        f"CASE WHEN {_time(one.after)} IS NOT NULL "
        f"THEN greatest({_time(one.time)}, {_time(one.after)}) END AS {one.name}_at, "
        f"CAST(NULL AS TIMESTAMPTZ) AS {one.name}_x"
        for one in asked
    ]
    times = [
        f"{_time(one.time)} AS {one.name}_at, {_time(one.time)} AS {one.name}_x" for one in asked
    ]
    grouped = f"({key}) AS _next_key, ({out}) AS _next_out"
    windows = [
        f"min({one.name}_x) OVER (PARTITION BY _next_key, _next_out "
        f"ORDER BY {one.name}_at, _next_asks "
        f"ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS {one.name}"
        for one in asked
    ]
    return (
        f"(SELECT * FROM (SELECT *, {', '.join(windows)} FROM ("  # noqa: S608  expressions were checked by the compiler
        f"SELECT *, {grouped}, 1 AS _next_asks, {', '.join(places)} "
        f"FROM {relation} WHERE {asking} UNION ALL "
        f"SELECT *, {grouped}, 0 AS _next_asks, {', '.join(times)} "
        f"FROM {relation} WHERE {found} AND ({key}) IS NOT NULL)) WHERE _next_asks = 1)"
    )


def _time(expression: str) -> str:
    return f"CAST(({expression}) AS TIMESTAMPTZ)"
