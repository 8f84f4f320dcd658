"""Books of what became of every row, kept apart from the counters that are exported.

They are written in the transaction that takes the rows, from what the database says it has done.
An audit compares them with the counters and with the tables themselves: a difference means that
rows were lost, counted twice or changed behind our back.

    rows       the counter of rows = rows when the books were opened + taken
    store      rows in the table = rows when the books were opened + new ones of all its sources
               - those that are not kept any more
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.store.revisions import Taken

__all__ = ["differences", "enter", "gone", "let_go", "open_books"]

_TABLES = """
CREATE TABLE IF NOT EXISTS _book(
    source VARCHAR PRIMARY KEY, before BIGINT NOT NULL, taken BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS _shelf(
    table_name VARCHAR PRIMARY KEY, before BIGINT NOT NULL, new BIGINT NOT NULL);
ALTER TABLE _shelf ADD COLUMN IF NOT EXISTS gone BIGINT DEFAULT 0;
"""


def open_books(connection: DuckDBPyConnection, plan: Plan) -> None:
    """Open a book for every source and table of a plan that has none, inside a transaction."""
    connection.execute(_TABLES)
    for source in plan.sources:
        connection.execute(
            "INSERT OR IGNORE INTO _book SELECT ?, coalesce(sum(total), 0), 0 FROM _counter "
            "WHERE source = ? AND kind = 'rows'",
            [source.name, source.name],
        )
    for table in plan.tables:
        connection.execute(
            f"INSERT OR IGNORE INTO _shelf SELECT ?, count(*), 0, 0 FROM {quoted(table.name)}",  # noqa: S608  quoted
            [table.name],
        )


def enter(connection: DuckDBPyConnection, mapping: Mapping, rows: int, taken: Taken) -> None:
    """Enter a batch, inside the transaction that takes it.

    Args:
        connection: Holds the books.
        mapping: Whose batch it is.
        rows: Rows of the batch, those with the same key each for itself.
        taken: What became of them.
    """
    accounted = rows - taken.distinct + taken.new + taken.revised + taken.repeated
    connection.execute(
        "UPDATE _book SET taken = taken + ? WHERE source = ?", [accounted, mapping.source.name]
    )
    connection.execute(
        "UPDATE _shelf SET new = new + ? WHERE table_name = ?", [taken.new, mapping.table.name]
    )


def let_go(connection: DuckDBPyConnection, table: str, rows: int) -> None:
    """Enter rows that have left a table, inside the transaction that removes them."""
    connection.execute("UPDATE _shelf SET gone = gone + ? WHERE table_name = ?", [rows, table])


def gone(connection: DuckDBPyConnection, plan: Plan) -> dict[str, int]:
    """Return how many rows have left each table that does not keep all of them."""
    found = dict(connection.execute("SELECT table_name, gone FROM _shelf").fetchall())
    return {table.name: int(found[table.name]) for table in plan.tables if table.keep_seconds}


def differences(connection: DuckDBPyConnection, plan: Plan) -> dict[str, tuple[int, int]]:
    """Return by how many rows each source differs in its counter, and in its table."""
    rows = dict(
        connection.execute(
            "SELECT b.source, abs(b.before + b.taken - coalesce(sum(c.total), 0)) FROM _book b "
            "LEFT JOIN _counter c ON c.source = b.source AND c.kind = 'rows' "
            "GROUP BY b.source, b.before, b.taken"
        ).fetchall()
    )
    shelves = connection.execute("SELECT table_name, before + new - gone FROM _shelf").fetchall()
    known = {table.name for table in plan.tables}
    stored = {
        name: abs(expected - _size(connection, name)) for name, expected in shelves if name in known
    }
    return {
        source.name: (int(rows.get(source.name, 0)), stored.get(source.table, 0))
        for source in plan.sources
    }


def _size(connection: DuckDBPyConnection, table: str) -> int:
    found = connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()  # noqa: S608  quoted
    return int(found[0]) if found else 0
