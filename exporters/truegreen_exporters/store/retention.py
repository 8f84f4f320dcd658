"""Lets rows go that are older than their table keeps them, and revisions that nobody asks for.

A row is as old as the newest of its dates and times, so an old ticket that was resolved today is
young. It goes `lateness` and a day after its time, when no window that is counted can hold it; a
row without any time stays. What was counted of closed periods stands in the ledger and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.units import DAY_SECONDS
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.intake.mapping import SERVICE, quoted
from truegreen_exporters.store import books
from truegreen_exporters.store.schema import past_of

if TYPE_CHECKING:
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from truegreen_definitions.plan import Plan, Table
    from truegreen_exporters.store.changes import Changes

__all__ = ["let_go"]

_TIMES = frozenset({"date", "timestamp"})
_ZONES_SECONDS = DAY_SECONDS  # a date begins at other instants in other zones
_MICROSECONDS = 1_000_000


def let_go(
    connection: DuckDBPyConnection, plan: Plan, changes: Changes, now: datetime
) -> dict[str, int]:
    """Remove what is not kept any more, inside the caller's transaction.

    Args:
        connection: Holds the tables.
        plan: Says how long each keeps its rows.
        changes: Is told what went.
        now: The present.

    Returns:
        The rows that went from each table that any went from, revisions not among them.
    """
    gone = {}
    for table in plan.tables:
        if table.keep_seconds:
            oldest = microseconds(now) - _MICROSECONDS * (
                table.keep_seconds + plan.policy.lateness_seconds + _ZONES_SECONDS
            )
            count = _rows(connection, table, changes, oldest)
            if count:
                gone[table.name] = count
        kept = table.keep_revisions_seconds
        if kept:
            before = microseconds(now) - _MICROSECONDS * kept
            connection.execute(
                f"DELETE FROM {past_of(table.name)} WHERE _until < ?",  # noqa: S608  quoted
                [before],
            )
    return gone


def _rows(connection: DuckDBPyConnection, table: Table, changes: Changes, oldest: int) -> int:
    times = [column.name for column in table.columns if column.type in _TIMES]
    if not times:
        return 0
    # `greatest` passes over what is NULL, and is NULL where nothing else is there.
    newest = ", ".join(f"CAST({quoted(name)} AS TIMESTAMPTZ)" for name in times)
    old = f"greatest({newest}) < make_timestamptz({oldest})"
    own = {column.name: None for column in table.columns} | {SERVICE: None}
    columns = ", ".join([*map(quoted, own), "_revision", "_source", "_known"])
    rows, past = quoted(table.name), past_of(table.name)
    changes.went(table.name, columns, f"SELECT {columns} FROM {rows} WHERE {old}")  # noqa: S608  quoted
    found = connection.execute(f"DELETE FROM {rows} WHERE {old}").fetchone()  # noqa: S608  quoted
    count = int(found[0]) if found else 0
    if count:
        key = ", ".join(map(quoted, table.key))
        connection.execute(
            f"DELETE FROM {past} WHERE rowid IN ("  # noqa: S608  quoted
            f"SELECT p.rowid FROM {past} AS p ANTI JOIN {rows} USING ({key}))"
        )
        books.let_go(connection, table.name, count)
    return count
