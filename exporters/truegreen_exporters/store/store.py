"""The record store: rows, cursors and counters of every source in one DuckDB file.

Rows and the cursor and counters that go with them are committed in one transaction: killed at
any moment, the store holds each row once. Only one process can hold the file.

Threads: one thread uses a store; `interrupt` alone may be called from another.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import duckdb

from truegreen_exporters.engines.engine import Interrupted
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.sql_terms import in_zone
from truegreen_exporters.store import books, progress, schema
from truegreen_exporters.store.changes import Changes
from truegreen_exporters.store.opening import StoreError, connected
from truegreen_exporters.store.progress import Batch
from truegreen_exporters.store.retention import let_go
from truegreen_exporters.store.revisions import take_over
from truegreen_exporters.store.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.sources.cursor import Cursor
    from truegreen_exporters.sources.pages import Mark, State
    from truegreen_exporters.sources.rows import JsonLines, Rows

__all__ = ["Connection", "Store"]

Connection: TypeAlias = duckdb.DuckDBPyConnection
"""To a record store."""


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """An open state file.

    Attributes:
        reread: Sources whose definition changed, so that their files are read again.
        since: When the file was made, in Unix seconds: since then its counters count.
        changes: What came and went in the tables that are watched.

    Args:
        path: The file; None for a store in memory.
        plan: Its tables and sources.
        clock: Returns the present, with a zone: when rows are learned of.
        adopting: Whether the file is brought to the plan; else it is only read, is left as it
            is, and is refused where it has not what the plan reads.
    """

    def __init__(
        self,
        path: Path | None,
        plan: Plan,
        clock: Callable[[], datetime] = _now,
        *,
        adopting: bool = True,
    ) -> None:
        self.path = str(path) if path else ":memory:"
        self._clock = clock
        self.connection = connected(path, compacting=adopting)
        self.changes = Changes(self.connection)
        try:
            self.reread = self.adopt(plan) if adopting else self._only_read(plan)
            ((self.since,),) = self._fetch("SELECT since FROM _made")
        except BaseException:
            self.connection.close()
            raise

    def __enter__(self) -> Self:
        """Return the store."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.connection.close()

    def adopt(self, plan: Plan) -> tuple[str, ...]:
        """Bring the file to a plan's tables; return the sources that are read again.

        Raises:
            TerminalError: They have changed their meaning; the file is as before.
        """
        try:
            with self._telling("use"):
                self.connection.begin()
                reread = schema.apply(self.connection, plan.tables, plan.sources)
                books.open_books(self.connection, plan)
                self.connection.commit()
        finally:
            self._end_transaction()
        self._staging = Staging(self.connection)
        self.changes.watch(())  # the tables may have other columns now
        return reread

    def _only_read(self, plan: Plan) -> tuple[str, ...]:
        """Refuse a file that would have to be changed to be read by a plan."""
        try:
            with self._telling("read"):
                self.connection.begin()
                missing = schema.missing(self.connection, plan.tables)
        finally:
            self._end_transaction()
        if missing:
            raise StoreError(
                f"state file {self.path} was not filled by this plan: it has no "
                f"{', '.join(missing)}; run `truegreen export` with this plan first, or name the "
                "plan that filled it"
            )
        return ()

    def size(self) -> int | None:
        """Return the bytes of the state file, with what is not folded into it yet; None: memory."""
        if self.path == ":memory:":
            return None
        files = (Path(self.path), Path(f"{self.path}.wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def interrupt(self) -> None:
        """Make the statement that runs now fail; for another thread that wants to end."""
        self.connection.interrupt()

    def cursors(self, source: str) -> dict[str, Cursor]:
        """Return the cursors of a source by path."""
        with self._telling("read"):
            return progress.cursors(self.connection, source)

    def marks(self, source: str) -> dict[str, State]:
        """Return how far each part of a source has been read, for what is no text file."""
        with self._telling("read"):
            return progress.marks(self.connection, source)

    def seen(self, source: str) -> frozenset[str]:
        """Return the digests of rows of a source that a reading may meet again."""
        with self._telling("read"):
            return progress.seen(self.connection, source)

    def counters(self) -> dict[tuple[str, str, str], int]:
        """Return every cumulative count by (source, `rows|rejected|unmatched`, reason)."""
        with self._telling("read"):
            return progress.counters(self.connection)

    def differences(self, plan: Plan) -> dict[str, tuple[int, int]]:
        """Return by how many rows each source's books differ; see `books`."""
        with self._telling("read"):
            return books.differences(self.connection, plan)

    def gone(self, plan: Plan) -> dict[str, int]:
        """Return how many rows have left each table that does not keep all of them."""
        with self._telling("read"):
            return books.gone(self.connection, plan)

    def successes(self) -> dict[str, float]:
        """Return when each source was last read without a fault, in Unix seconds."""
        with self._telling("read"):
            return progress.successes(self.connection)

    def succeeded(self, source: str, when: float) -> None:
        """Note that a source was read without a fault, in Unix seconds."""
        with self._telling("write"):
            progress.succeeded(self.connection, source, when)

    def add(self, mapping: Mapping, rows: Rows | JsonLines, cursor: Cursor | Mark) -> Batch:
        """Take in rows of a source and its new cursor, all or nothing.

        Raises:
            SourceError: The source's expressions do not fit its rows.
            StoreError: The file cannot be written.
        """
        with self._telling("read"):
            self.connection.execute(in_zone(mapping.source.zone))
            rejects = self._staging.fill(mapping, rows)
        query = "SELECT count(*), count(*) FILTER (service IS NULL) FROM mapped"
        ((taken, unmatched),) = self._fetch(query)
        batch = Batch(
            rows=taken,
            rejects=tuple(rejects),
            unmatched=unmatched if mapping.source.service else 0,
        )
        try:
            with self._telling("write"):
                self.connection.begin()
                known = microseconds(self._clock())
                taken = take_over(self.connection, mapping, self.changes, known)
                books.enter(self.connection, mapping, batch.rows, taken)
                progress.note(self.connection, mapping.source.name, cursor, batch)
                self.connection.commit()
        finally:
            self._end_transaction()
        return batch

    def let_go(self, plan: Plan, now: datetime) -> dict[str, int]:
        """Remove what the tables of a plan do not keep any more, all or nothing.

        Returns:
            How many rows went from each table that any went from.

        Raises:
            StoreError: The file cannot be written.
        """
        try:
            with self._telling("write"):
                self.connection.begin()
                gone = let_go(self.connection, plan, self.changes, now)
                self.connection.commit()
        finally:
            self._end_transaction()
        return gone

    def _fetch(self, query: str) -> list[tuple[Any, ...]]:
        with self._telling("read"):
            return self.connection.execute(query).fetchall()

    @contextmanager
    def _telling(self, deed: str) -> Iterator[None]:
        """Turn what the database refuses into an error that names the file."""
        try:
            yield
        except duckdb.InterruptException as error:
            raise Interrupted(str(error)) from error
        except duckdb.Error as error:
            raise StoreError(f"cannot {deed} state file {self.path}: {error}") from error

    def _end_transaction(self) -> None:
        """Leave no transaction open after a failure; after a commit there is none."""
        try:
            self.connection.rollback()
        except duckdb.TransactionException:
            return
