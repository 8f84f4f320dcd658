"""How far each source has been read, and what was counted on the way, in the tables of the store.

A cursor is of a text file, a mark of a part of any other source. Counters count all rows there
ever were; of the rows that were refused the newest are kept.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from truegreen_exporters.sources.pages import Mark, State
    from truegreen_exporters.sources.rows import Reject

__all__ = ["Batch", "counters", "cursors", "marks", "note", "seen", "succeeded", "successes"]

KEPT_REJECTS = 1_000  # of a source, the newest: counters count them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one commit took in."""

    rows: int
    rejects: tuple[Reject, ...]
    unmatched: int


def cursors(connection: DuckDBPyConnection, source: str) -> dict[str, Cursor]:
    """Return the cursors of a source by path."""
    found = connection.execute(
        "SELECT path, position, line, size, inode, modified_ns, seal, block, chain "
        "FROM _cursor WHERE source = ?",
        [source],
    ).fetchall()
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


def marks(connection: DuckDBPyConnection, source: str) -> dict[str, State]:
    """Return how far each part of a source has been read, for what is no text file."""
    query = "SELECT part, state FROM _mark WHERE source = ?"
    found = connection.execute(query, [source]).fetchall()
    return {part: json.loads(state) for part, state in found}


def seen(connection: DuckDBPyConnection, source: str) -> frozenset[str]:
    """Return the digests of rows of a source that a reading may meet again."""
    query = "SELECT digest FROM _seen WHERE source = ?"
    return frozenset(digest for (digest,) in connection.execute(query, [source]).fetchall())


def counters(connection: DuckDBPyConnection) -> dict[tuple[str, str, str], int]:
    """Return every cumulative count by (source, `rows|rejected|unmatched`, reason)."""
    found = connection.execute("SELECT source, kind, reason, total FROM _counter").fetchall()
    return {(source, kind, reason): total for source, kind, reason, total in found}


def successes(connection: DuckDBPyConnection) -> dict[str, float]:
    """Return when each source was last read without a fault, in Unix seconds."""
    found = connection.execute("SELECT name, last_success FROM _source").fetchall()
    return {name: when for name, when in found if when is not None}


def succeeded(connection: DuckDBPyConnection, source: str, when: float) -> None:
    """Note that a source was read without a fault, in Unix seconds."""
    connection.execute("UPDATE _source SET last_success = ? WHERE name = ?", [when, source])


def note(connection: DuckDBPyConnection, source: str, cursor: Cursor | Mark, batch: Batch) -> None:
    """Note what a batch was, and how far its source has been read, inside a transaction.

    Args:
        connection: To the store.
        source: Whose batch it is.
        cursor: How far it has been read.
        batch: What was taken in.
    """
    if isinstance(cursor, Cursor):
        _move_cursor(connection, source, cursor)
        part = cursor.path
    else:
        _move_mark(connection, source, cursor)
        part = cursor.part
    counts = Counter({("rows", ""): batch.rows, ("unmatched", ""): batch.unmatched})
    counts.update(("rejected", reject.reason.value) for reject in batch.rejects)
    for (kind, reason), n in counts.items():
        if n:
            connection.execute(
                "INSERT INTO _counter VALUES (?, ?, ?, ?) ON CONFLICT "
                "DO UPDATE SET total = total + excluded.total",
                [source, kind, reason, n],
            )
    if batch.rejects:
        rows = [(r.line, r.reason.value, r.kept, r.excerpt) for r in batch.rejects]
        connection.execute(
            "INSERT INTO _reject SELECT ?, ?, unnest(?::BIGINT[]), unnest(?::VARCHAR[]), "
            "unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
            [source, part, *map(list, zip(*rows, strict=True))],
        )
        connection.execute(
            "DELETE FROM _reject WHERE source = ? AND rowid < (SELECT rowid FROM _reject "
            "WHERE source = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
            [source, source, KEPT_REJECTS - 1],
        )


def _move_cursor(connection: DuckDBPyConnection, source: str, cursor: Cursor) -> None:
    position = cursor.position
    connection.execute(
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


def _move_mark(connection: DuckDBPyConnection, source: str, mark: Mark) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO _mark VALUES (?, ?, ?)",
        [source, mark.part, json.dumps(mark.state)],
    )
    if mark.seen:
        known = dict(mark.seen)  # a row that came twice is one
        connection.execute(
            "INSERT OR REPLACE INTO _seen SELECT ?, unnest(?::VARCHAR[]), unnest(?::DOUBLE[])",
            [source, list(known), list(known.values())],
        )
    if mark.forget_before is not None:
        connection.execute(
            "DELETE FROM _seen WHERE source = ? AND place < ?", [source, mark.forget_before]
        )
