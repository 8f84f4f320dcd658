"""Takes a batch's rows into their table, and keeps what they replace.

Of rows with one key the greatest revision is current, and stands in the table; what it replaced
stands in the table's past, with the time between which it was what we knew (`_known` included,
`_until` not, both in microseconds since 1970). So what was known then can be asked as well as
what is known now, while the current table stays as small and fast as it was.

Rows that are read again unchanged change nothing. Which rows came, went and changed is told to
`Changes`, from which counts are kept up to date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.store.schema import past_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.store.changes import Changes

__all__ = ["Taken", "known_then", "take_over"]

LISTED_KEYS = 2_000  # up to so many keys the index is asked; beyond, a scan is cheaper


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the rows of a batch.

    Attributes:
        distinct: Rows, of several with one key only the greatest revision.
        new: Of these, inserted.
        revised: Of these, written over a row with the same key.
        repeated: Of these, as the row was already, or older.
    """

    distinct: int
    new: int
    revised: int
    repeated: int


def take_over(
    connection: DuckDBPyConnection, mapping: Mapping, changes: Changes, known: int
) -> Taken:
    """Take the rows of `mapped` over, inside the caller's transaction; return what became of them.

    Args:
        connection: Holds the temporary table `mapped`.
        mapping: Names the table and its columns.
        changes: Is told what came and what went.
        known: When we learn of the rows, in microseconds since 1970.
    """
    table, names = quoted(mapping.table.name), [*map(quoted, mapping.types)]
    kept = ", ".join([*names, "_revision", "_source", "_known"])
    key = ", ".join(map(quoted, mapping.table.key))
    incomer, incomers = _incomer(connection, mapping, known)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE resident AS SELECT rowid AS _place, {kept} FROM {table} "  # noqa: S608  quoted
        f"WHERE {_same_key(connection, mapping, incomer)}"
    )
    newcomers = f"SELECT {kept} FROM {incomer} ANTI JOIN resident USING ({key})"  # noqa: S608  quoted
    new = _count(connection, f"INSERT INTO {table} ({kept}) {newcomers}")
    if new:
        changes.came(mapping.table.name, kept, newcomers)
    if new == incomers:
        return Taken(distinct=incomers, new=new, revised=0, repeated=0)
    differs = " OR ".join(
        f"i.{name} IS DISTINCT FROM r.{name}" for name in [*names, "_revision", "_source"]
    )
    later = _count(
        connection,
        f"CREATE OR REPLACE TEMP TABLE revised AS SELECT r._place, i.* FROM {incomer} i "  # noqa: S608  quoted
        f"JOIN resident r USING ({key}) WHERE i._revision >= r._revision AND ({differs})",
    )
    if not later:
        return Taken(distinct=incomers, new=new, revised=0, repeated=incomers - new)
    replaced = f"FROM resident WHERE _place IN (SELECT _place FROM revised)"  # noqa: F541
    connection.execute(
        f"INSERT INTO {past_of(mapping.table.name)} ({kept}, _until) "
        f"SELECT {kept}, {known} {replaced}"
    )
    changes.came(mapping.table.name, kept, f"SELECT {kept} FROM revised")  # noqa: S608  quoted
    changes.went(mapping.table.name, kept, f"SELECT {kept} {replaced}")
    own = {quoted(name) for name in mapping.table.key}
    updates = [name for name in [*names, "_revision", "_source", "_known"] if name not in own]
    changed = ", ".join(f"{name} = revised.{name}" for name in updates)
    revised = _count(
        connection,
        f"UPDATE {table} SET {changed} FROM revised WHERE {table}.rowid = revised._place",  # noqa: S608  quoted
    )
    return Taken(distinct=incomers, new=new, revised=revised, repeated=incomers - new - later)


def _count(connection: DuckDBPyConnection, statement: str) -> int:
    """Run a statement and return how many rows it has made or changed."""
    found = connection.execute(statement).fetchone()
    return int(found[0]) if found else 0


def known_then(table: str, moment: int) -> str:
    """Return the query of a table's rows as they were known at a moment, in microseconds."""
    return (
        f"SELECT * FROM {quoted(table)} WHERE _known <= {moment} UNION ALL BY NAME "  # noqa: S608  quoted
        f"SELECT * EXCLUDE (_until) FROM {past_of(table)} "
        f"WHERE _known <= {moment} AND _until > {moment}"
    )


def _incomer(connection: DuckDBPyConnection, mapping: Mapping, known: int) -> tuple[str, int]:
    """Return the relation of a batch's rows, of several with one key the latest, and their number.

    Most batches have no key twice, and need not be put in order.
    """
    names, source = ", ".join(map(quoted, mapping.types)), literal(mapping.source.name)
    rows = f"SELECT {names}, _revision, {source} AS _source, {known}::BIGINT AS _known FROM mapped"  # noqa: S608  quoted
    key = ", ".join(map(quoted, mapping.table.key))
    one = key if len(mapping.table.key) == 1 else f"({key})"
    count = _count(connection, "SELECT count(*) FROM mapped")
    distinct = _count(connection, f"SELECT count(DISTINCT {one}) FROM mapped")  # noqa: S608  quoted
    if distinct == count:
        return f"({rows})", count
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE incomer AS {rows} QUALIFY row_number() "
        f"OVER (PARTITION BY {key} ORDER BY _revision DESC, _row DESC) = 1"
    )
    return "incomer", distinct


def _same_key(connection: DuckDBPyConnection, mapping: Mapping, incomer: str) -> str:
    """Return the condition for rows of the table with a key of the batch."""
    names = mapping.table.key
    key = ", ".join(map(quoted, names))
    one_text = len(names) == 1 and mapping.types[names[0]] == "VARCHAR"
    if one_text:
        query = f"SELECT {key} FROM {incomer} LIMIT {LISTED_KEYS + 1}"  # noqa: S608  quoted
        keys = [value for (value,) in connection.execute(query).fetchall()]
        if len(keys) <= LISTED_KEYS:
            return f"{key} IN ({', '.join(map(literal, keys))})" if keys else "false"
    row = key if len(names) == 1 else f"({key})"
    return f"{row} IN (SELECT {row} FROM {incomer})"  # noqa: S608  quoted
