"""The record store: rows, cursors and counters of every source in one DuckDB file.

Rows and the cursor and counters that go with them are committed in one transaction: killed at
any moment, the store holds each row once. Only one process can hold the file.

Threads: one thread uses a store; `interrupt` alone may be called from another.
"""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import duckdb

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.engines.engine import Interrupted
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position
from truegreen_exporters.store import books, schema
from truegreen_exporters.store.changes import Changes
from truegreen_exporters.store.compaction import compact
from truegreen_exporters.store.retention import let_go
from truegreen_exporters.store.revisions import take_over
from truegreen_exporters.store.staging import Staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.intake.mapping import Mapping
    from truegreen_exporters.sources.pages import Mark, State
    from truegreen_exporters.sources.rows import JsonLines, Reject, Rows

__all__ = ["Batch", "Connection", "Store", "StoreError"]

Connection: TypeAlias = duckdb.DuckDBPyConnection
"""To a record store."""

# Definitions are untrusted: their SQL must not reach files, the network or extensions.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "index_scan_max_count": "100000",  # rows are found by their keys, however many there are
}


KEPT_REJECTS = 1_000  # of a source, the newest: counters count them all
_MAGIC = slice(8, 12)  # where a DuckDB file says what it is


class StoreError(TerminalError):
    """The state file cannot be opened or written; what was committed stays."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one commit took in."""

    rows: int
    rejects: tuple[Reject, ...]
    unmatched: int


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
        self.connection = _connect(path, compacting=adopting)
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
        found = self._fetch(
            "SELECT path, position, line, size, inode, modified_ns, seal, block, chain "
            "FROM _cursor WHERE source = ?",
            [source],
        )
        return {
            path: Cursor(
                path=path,
                position=Position(offset, line),
                size=size,
                inode=int(inode),
                modified_ns=modified,
                seal=seal,
                block=block,
                chain=chain,
            )
            for path, offset, line, size, inode, modified, seal, block, chain in found
        }

    def marks(self, source: str) -> dict[str, State]:
        """Return how far each part of a source has been read, for what is no text file."""
        found = self._fetch("SELECT part, state FROM _mark WHERE source = ?", [source])
        return {part: json.loads(state) for part, state in found}

    def seen(self, source: str) -> frozenset[str]:
        """Return the digests of rows of a source that a reading may meet again."""
        found = self._fetch("SELECT digest FROM _seen WHERE source = ?", [source])
        return frozenset(digest for (digest,) in found)

    def counters(self) -> dict[tuple[str, str, str], int]:
        """Return every cumulative count by (source, `rows|rejected|unmatched`, reason)."""
        found = self._fetch("SELECT source, kind, reason, total FROM _counter")
        return {(source, kind, reason): total for source, kind, reason, total in found}

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
        found = self._fetch("SELECT name, last_success FROM _source")
        return {name: when for name, when in found if when is not None}

    def succeeded(self, source: str, when: float) -> None:
        """Note that a source was read without a fault, in Unix seconds."""
        with self._telling("write"):
            self.connection.execute(
                "UPDATE _source SET last_success = ? WHERE name = ?", [when, source]
            )

    def add(self, mapping: Mapping, rows: Rows | JsonLines, cursor: Cursor | Mark) -> Batch:
        """Take in rows of a source and its new cursor, all or nothing.

        Raises:
            SourceError: The source's expressions do not fit its rows.
            StoreError: The file cannot be written.
        """
        with self._telling("read"):
            self.connection.execute(f"SET TimeZone = {literal(mapping.source.zone)}")
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
                self._note(mapping.source.name, cursor, batch)
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

    def _fetch(self, query: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
        with self._telling("read"):
            return self.connection.execute(query, values).fetchall()

    @contextmanager
    def _telling(self, deed: str) -> Iterator[None]:
        """Turn what the database refuses into an error that names the file."""
        try:
            yield
        except duckdb.InterruptException as error:
            raise Interrupted(str(error)) from error
        except duckdb.Error as error:
            raise StoreError(f"cannot {deed} state file {self.path}: {error}") from error

    def _move_cursor(self, source: str, cursor: Cursor) -> None:
        position = cursor.position
        self.connection.execute(
            "INSERT OR REPLACE INTO _cursor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                source,
                cursor.path,
                position.offset,
                position.line,
                cursor.size,
                cursor.inode,
                cursor.modified_ns,
                cursor.seal,
                cursor.block,
                cursor.chain,
            ],
        )

    def _move_mark(self, source: str, mark: Mark) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO _mark VALUES (?, ?, ?)",
            [source, mark.part, json.dumps(mark.state)],
        )
        if mark.seen:
            known = dict(mark.seen)  # a row that came twice is one
            self.connection.execute(
                "INSERT OR REPLACE INTO _seen SELECT ?, unnest(?::VARCHAR[]), unnest(?::DOUBLE[])",
                [source, list(known), list(known.values())],
            )
        if mark.forget_before is not None:
            self.connection.execute(
                "DELETE FROM _seen WHERE source = ? AND place < ?", [source, mark.forget_before]
            )

    def _note(self, source: str, cursor: Cursor | Mark, batch: Batch) -> None:
        if isinstance(cursor, Cursor):
            self._move_cursor(source, cursor)
            part = cursor.path
        else:
            self._move_mark(source, cursor)
            part = cursor.part
        counts = Counter({("rows", ""): batch.rows, ("unmatched", ""): batch.unmatched})
        counts.update(("rejected", reject.reason.value) for reject in batch.rejects)
        for (kind, reason), n in counts.items():
            if n:
                self.connection.execute(
                    "INSERT INTO _counter VALUES (?, ?, ?, ?) ON CONFLICT "
                    "DO UPDATE SET total = total + excluded.total",
                    [source, kind, reason, n],
                )
        if batch.rejects:
            rows = [(r.line, r.reason.value, r.detail, r.excerpt) for r in batch.rejects]
            self.connection.execute(
                "INSERT INTO _reject SELECT ?, ?, unnest(?::BIGINT[]), unnest(?::VARCHAR[]), "
                "unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                [source, part, *map(list, zip(*rows, strict=True))],
            )
            self.connection.execute(
                "DELETE FROM _reject WHERE source = ? AND rowid < (SELECT rowid FROM _reject "
                "WHERE source = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                [source, source, KEPT_REJECTS - 1],
            )

    def _end_transaction(self) -> None:
        """Leave no transaction open after a failure; after a commit there is none."""
        try:
            self.connection.rollback()
        except duckdb.TransactionException:
            return


def _connect(path: Path | None, *, compacting: bool) -> duckdb.DuckDBPyConnection:
    if path is None:
        return duckdb.connect(config=_CONFIG)
    _refuse_other_files(path)
    try:
        if compacting:
            compact(path)
        # An absolute path, because DuckDB reads a name such as `md:x` as an address.
        return duckdb.connect(str(path.absolute()), config=_CONFIG)
    except duckdb.Error as error:
        message = str(error)
        if "Could not set lock" in message:
            raise StoreError(
                f"state file {path} is in use by another process: end it, or "
                + ("name another --state" if compacting else "ask with a copy of it")
            ) from error
        raise StoreError(f"cannot open state file {path}: {message}") from error


def _refuse_other_files(path: Path) -> None:
    """Refuse a file that is no database: DuckDB would open a CSV or Parquet file as one."""
    try:
        if path.exists():
            with path.open("rb") as file:
                head = file.read(_MAGIC.stop)
            if head and head[_MAGIC] != b"DUCK":
                raise StoreError(f"cannot open state file {path}: it is not a state file")
    except OSError as error:
        raise StoreError(f"cannot open state file {path}: {error.strerror}") from error
