"""Counts rows where they are kept, in the record store, which is DuckDB."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from truegreen_exporters.engines.engine import CountError, Interrupted
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.sql_engine import SqlEngine
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.intake.mapping import quoted
from truegreen_exporters.store.revisions import known_then

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["DuckDbEngine"]


class DuckDbEngine(SqlEngine):
    """Counts the rows that a connection's database holds.

    Args:
        connection: To a record store.
        known_at: Count the rows as they were known at this moment; None: as they are known now.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, known_at: datetime | None = None
    ) -> None:
        super().__init__()
        self._connection = connection
        self._known = None if known_at is None else microseconds(known_at)

    def as_known(self, at: datetime) -> DuckDbEngine:
        """Return the engine that counts the rows as they were known at a moment."""
        return DuckDbEngine(self._connection, at)

    def relation(self, table: str) -> str:
        """Return what a table's rows are selected from: as they are, or were, known."""
        if self._known is None:
            return quoted(table)
        return f"({known_then(table, self._known)})"

    def fetch(self, zone: str, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query in which times without a zone are of this zone."""
        return self.described(zone, query)[1]

    def described(self, zone: str, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of a query's columns, and its rows."""
        with _counting():
            self._connection.execute(in_zone(zone))
            rows = self._connection.execute(query).fetchall()
            return [column[0] for column in self._connection.description or ()], rows


@contextmanager
def _counting() -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        raise Interrupted(str(error)) from error
    except duckdb.Error as error:
        raise CountError(str(error)) from error
