"""What came into a table, and what went, since somebody last asked.

A changed row goes as it was and comes as it is. The rows stand in temporary tables, written in
the transaction of their batch, so that a batch that is taken back takes them with it. They are
lost with the process, and so are the counts that are kept up by them: both begin again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from duckdb import DuckDBPyConnection

__all__ = ["Changes"]

MOST_ROWS = 100_000  # beyond, counting all rows again is cheaper than keeping up


class Changes:
    """The changes of the tables that are watched; tables that nobody watches cost nothing."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: dict[str, int] = {}
        self._turns: dict[str, int] = {}

    def turns(self, tables: Iterable[str]) -> int:
        """Return how often rows of some tables have come or gone since the store was opened."""
        return sum(self._turns.get(table, 0) for table in tables)

    def watch(self, tables: Iterable[str]) -> None:
        """Begin anew to note the changes of these tables, and of no others."""
        for table in self._rows:
            self._connection.execute(f"DROP TABLE IF EXISTS {self.relation(table)}")
        self._rows = {}
        for table in tables:
            self._connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {self.relation(table)} AS "  # noqa: S608  quoted
                f"SELECT *, 1::TINYINT AS _sign FROM {quoted(table)} LIMIT 0"
            )
            self._rows[table] = 0

    def relation(self, table: str) -> str:
        """Return the relation of a table's changes: its columns, and `_sign` (1 came, -1 went)."""
        return quoted(f"_changes_{table}")

    def known(self, table: str) -> bool:
        """Return whether every change of a table since the last `clear` is at hand."""
        return self._rows.get(table, MOST_ROWS + 1) <= MOST_ROWS

    def empty(self, table: str) -> bool:
        """Return whether nothing has changed since the last `clear`."""
        return self._rows.get(table) == 0

    def clear(self, table: str) -> None:
        """Forget the changes of a table, because all its rows have been counted."""
        if self._rows.get(table):
            self._connection.execute(f"DELETE FROM {self.relation(table)}")  # noqa: S608  quoted
            self._rows[table] = 0

    def came(self, table: str, columns: str, query: str) -> None:
        """Note the rows of a query as new."""
        self._note(table, columns, query, 1)

    def went(self, table: str, columns: str, query: str) -> None:
        """Note the rows of a query, as they were, as gone."""
        self._note(table, columns, query, -1)

    def _note(self, table: str, columns: str, query: str, sign: int) -> None:
        self._turns[table] = self._turns.get(table, 0) + 1
        if not self.known(table):
            return
        ((count,),) = self._connection.execute(
            f"INSERT INTO {self.relation(table)} ({columns}, _sign) "  # noqa: S608  quoted
            f"SELECT {columns}, {sign} FROM ({query})"
        ).fetchall()
        self._rows[table] += count
