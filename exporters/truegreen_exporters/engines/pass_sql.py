"""A pass over a table as SQL: one grouping by service and slot, a FILTER for each count.

Each condition that several indicators share is computed once. In the dialect of DuckDB; another
engine has it written in its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.engines.passes import MASK_BITS
from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.engines.passes import Pass
    from truegreen_exporters.engines.strips import Span

__all__ = ["counted", "failing", "moved", "near", "time_of"]


def counted(one: Pass, relation: str, edges: Sequence[int], which: str = "true") -> str:
    """Return the query of (service, slot, counts of each indicator) over a relation."""
    terms = _Terms(one)
    inside = f"_t >= {edges[0]} AND _t < {edges[-1]}"
    return (
        f"SELECT _service, _slot, {', '.join(terms.counts('count(*)'))} FROM ("  # noqa: S608  expressions were checked by the compiler
        f"SELECT _service, {_slot(edges)} AS _slot, {', '.join(terms.names)} FROM ("
        f"SELECT {quoted(SERVICE)} AS _service, {time_of(one.at)} AS _t, {terms.columns} "
        f"FROM {relation} WHERE {_asked(one)} AND {which}) WHERE {inside}) "
        "GROUP BY _service, _slot"
    )


def moved(
    one: Pass,
    changes: str,
    strips: Sequence[Span],
    edges: Sequence[int],
    known: Sequence[Span] = (),
) -> str:
    """Return the query of what changes the counts.

    Its columns are kind, service, slot, time where it is to be known, rows, and what they hold.
    Kind 0 is the relation `changes`, with its sign; kind 1 the rows of the table whose time lies
    in one of the strips, over which an edge has moved. The time is to be known of changes within
    the spans `known`. What rows hold is written as whole numbers with a bit for each of
    `MASK_BITS` conditions: that is planned in a fraction of the time of a sum for each count, and
    planning is what a small change costs.
    """
    rows = [f"SELECT 0 AS _kind, * FROM {changes}"]  # noqa: S608  as above
    rows += [f"SELECT 1 AS _kind, *, 1::TINYINT AS _sign FROM {s}" for s in _strips(one, strips)]  # noqa: S608  as above
    timed = [n for n, edge in enumerate(edges) if any(a <= edge < b for a, b in known)]
    time = f"CASE WHEN _kind = 0 AND _slot IN ({', '.join(map(str, timed))}) THEN _t END"
    masks, names = _masks(one.conditions)
    return (
        f"SELECT _kind, _service, _slot, {time if timed else 'NULL'} AS _near, "  # noqa: S608  as above
        f"sum(_sign)::BIGINT, {names} FROM (SELECT *, {_slot(edges)} AS _slot "
        f"FROM (SELECT _kind, _sign, {quoted(SERVICE)} AS _service, {time_of(one.at)} AS _t, "
        f"{masks} FROM ({' UNION ALL BY NAME '.join(rows)}) WHERE {_asked(one)}) "
        f"WHERE _t >= {edges[0]} AND _t < {edges[-1]}) "
        f"GROUP BY _kind, _service, _slot, _near, {names}"
    )


def near(one: Pass, spans: Sequence[Span], limit: int) -> str:
    """Return the query of (time, service, rows, what they hold) of the rows of spans of time."""
    masks, names = _masks(one.conditions)
    rows = " UNION ALL ".join(f"SELECT * FROM {span}" for span in _strips(one, spans))  # noqa: S608  as above
    return (
        f"SELECT _t, _service, count(*), {names} FROM ("  # noqa: S608  as above
        f"SELECT {quoted(SERVICE)} AS _service, {time_of(one.at)} AS _t, {masks} "
        f"FROM ({rows}) WHERE {_asked(one)}) GROUP BY _t, _service, {names} LIMIT {limit}"
    )


def _strips(one: Pass, strips: Sequence[Span]) -> list[str]:
    """Return the table with the condition of each span, which it finds by its zones."""
    at = time_of(one.at)
    return [f"{quoted(one.table)} WHERE {at} >= {start} AND {at} < {end}" for start, end in strips]


def _masks(conditions: Sequence[str]) -> tuple[str, str]:
    """Return the columns of whole numbers that say which conditions hold, and their names."""
    chunks = [
        conditions[start : start + MASK_BITS] for start in range(0, len(conditions), MASK_BITS)
    ]
    masks = [
        " + ".join(
            f"CASE WHEN CAST(({text}) AS BOOLEAN) THEN {1 << bit}::BIGINT ELSE 0 END"
            for bit, text in enumerate(chunk)
        )
        for chunk in chunks
    ]
    columns = ", ".join(f"{text} AS _m{n}" for n, text in enumerate(masks))
    return columns, ", ".join(f"_m{n}" for n in range(len(masks)))


def failing(one: Pass) -> str:
    """Return the query of the services on whose rows an expression of the pass fails.

    TRY alone cannot tell a failure from a missing value; around a struct it can.
    """
    terms = _Terms(one)
    found = [time_of(one.at), *(f"CAST(({text}) AS BOOLEAN)" for text in terms.texts)]
    tests = " OR ".join(f"TRY({{'v': {text}}}) IS NULL" for text in found)
    return f"SELECT DISTINCT {quoted(SERVICE)} FROM {quoted(one.table)} WHERE {tests}"  # noqa: S608  as above


class _Terms:
    """The conditions of a pass as columns, each once, and the counts over them."""

    def __init__(self, one: Pass) -> None:
        self._one = one
        self._places = {text: f"_c{n}" for n, text in enumerate(one.conditions)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._places.values())

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._places)

    @property
    def columns(self) -> str:
        return ", ".join(f"{holds(text)} AS {name}" for text, name in self._places.items())

    def counts(self, aggregate: str) -> list[str]:
        """Return (good, total, excluded) of each indicator."""
        found = []
        for indicator in self._one.indicators:
            of = " AND ".join(self._places[text] for text in indicator.of) or "true"
            out = " OR ".join(self._places[text] for text in indicator.out) or "false"
            kept = f"{of} AND NOT ({out})"
            good = f"{kept} AND {self._places[indicator.good]}"
            found += [
                f"coalesce({aggregate} FILTER ({condition}), 0)::BIGINT"
                for condition in (good, kept, f"{of} AND ({out})")
            ]
        return found


def _asked(one: Pass) -> str:
    service = quoted(SERVICE)
    if not one.services:
        return f"{service} IS NOT NULL"
    return f"{service} IN ({', '.join(map(literal, one.services))})"


def _slot(edges: Sequence[int], low: int = 0, high: int | None = None) -> str:
    """Return the slot of `_t` by halving: the last edge that is not after it."""
    high = len(edges) - 1 if high is None else high
    if high - low <= 1:
        return str(low)
    middle = (low + high) // 2
    below, above = _slot(edges, low, middle), _slot(edges, middle, high)
    return f"CASE WHEN _t < {edges[middle]} THEN {below} ELSE {above} END"
