"""A pass over a table as SQL: one grouping by service and slot, a FILTER for each count.

Each condition that several indicators share is computed once. In the dialect of DuckDB; another
engine has it written in its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_exporters.engines.passes import Pass
    from truegreen_exporters.engines.strips import Span

__all__ = ["came", "counted", "failing", "moved", "near"]


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


def came(passes: Sequence[Pass], conditions: Sequence[str], changes: str) -> str:
    """Return the query of (service, sign, time for each pass, whether each condition holds).

    A column for each condition is planned and run in half the time of a number with a bit for
    each, and in a fraction of that of a sum for each count: that is what a small change costs.

    Args:
        passes: Of one table and zone.
        conditions: Theirs.
        changes: The relation of what came and went.
    """
    columns = [*(time_of(one.at) for one in passes), *map(holds, conditions)]
    asked = " OR ".join(dict.fromkeys(f"({_asked(one)})" for one in passes))
    return f"SELECT {quoted(SERVICE)}, _sign, {', '.join(columns)} FROM {changes} WHERE {asked}"  # noqa: S608  as above


def moved(one: Pass, strips: Sequence[Span], edges: Sequence[int]) -> str:
    """Return the query of (service, slot, rows, what they hold) of the rows of spans of time."""
    names = [f"_c{n}" for n in range(len(one.conditions))]
    held = ", ".join(f"{holds(text)} AS {name}" for text, name in zip(one.conditions, names))  # noqa: B905  as many
    inside = f"_t >= {edges[0]} AND _t < {edges[-1]}"
    return (
        f"SELECT _service, {_slot(edges)} AS _slot, count(*), {', '.join(names)} FROM ("  # noqa: S608  as above
        f"SELECT {quoted(SERVICE)} AS _service, {time_of(one.at)} AS _t, {held} "
        f"FROM ({_within(one, strips)}) WHERE {_asked(one)}) WHERE {inside} "
        f"GROUP BY _service, _slot, {', '.join(names)}"
    )


def near(one: Pass, spans: Sequence[Span], limit: int) -> str:
    """Return the query of (time, service, what it holds) of each row of spans of time."""
    return (
        f"SELECT {time_of(one.at)}, {quoted(SERVICE)}, {', '.join(map(holds, one.conditions))} "  # noqa: S608  as above
        f"FROM ({_within(one, spans)}) WHERE {_asked(one)} LIMIT {limit}"
    )


def _within(one: Pass, spans: Sequence[Span]) -> str:
    """Return the rows of spans of time, each of which the table finds by its zones."""
    at = time_of(one.at)
    return " UNION ALL ".join(
        f"SELECT * FROM {quoted(one.table)} WHERE {at} >= {start} AND {at} < {end}"  # noqa: S608  as above
        for start, end in spans
    )


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
