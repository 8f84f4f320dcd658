"""The inbox: posts that were acknowledged, kept on disk until their rows are in the store.

A post is flushed to disk before it is answered (SQLite, `synchronous = full`), and leaves when
the store has committed its rows together with the number of the last post taken. Killed at any
moment, what was answered is in one or the other, and the number says that it is not taken twice.

A delivery that comes again is acknowledged and not kept again: deliveries are remembered for a
week. The inbox is bounded; what does not fit is refused, and the sender asked to come again.

Threads: any thread may use an inbox.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from truegreen_definitions.errors import RetryableError, TerminalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Inbox", "InboxError", "InboxFullError", "Post"]

MOST_POSTS = 100_000
MOST_BYTES = 256 << 20
REMEMBERED_SECONDS = 7 * 86_400

_TABLES = """
PRAGMA journal_mode = wal;
PRAGMA synchronous = full;
CREATE TABLE IF NOT EXISTS post(
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, delivery TEXT NOT NULL,
    received REAL NOT NULL, headers TEXT NOT NULL, body BLOB, UNIQUE(source, delivery));
CREATE INDEX IF NOT EXISTS taken ON post(received) WHERE body IS NULL;
"""


class InboxError(RetryableError):
    """A post cannot be kept now; the sender should come again."""


class InboxFullError(InboxError):
    """There are too many posts that no cycle has taken yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as it came.

    Attributes:
        id: Its number; later posts have greater ones, and none is given twice.
        headers: Those that the source's columns are read from, by name in lower case.
    """

    id: int
    headers: Mapping[str, str]
    body: bytes


class Inbox:
    """An open inbox.

    Args:
        path: Its file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=5
            )
            self._connection.executescript(_TABLES)
            counted = "SELECT count(*), coalesce(sum(length(body)), 0) FROM post WHERE body NOTNULL"
            self._posts, self._bytes = self._connection.execute(counted).fetchone()
        except sqlite3.Error as error:
            raise TerminalError(f"cannot open inbox {path}: {error}") from error
        path.chmod(0o600)

    def __enter__(self) -> Self:
        """Return the inbox."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def put(self, source: str, delivery: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep a post for good; return whether it is new.

        Raises:
            InboxFullError: There is no room until a cycle has taken some posts.
            InboxError: The disk does not take it.
        """
        with self._lock:
            if self._posts >= MOST_POSTS or self._bytes + len(body) > MOST_BYTES:
                if self._known(source, delivery):
                    return False
                raise InboxFullError(f"inbox {self._path} is full: {self._posts} posts wait")
            try:
                kept = self._connection.execute(
                    "INSERT INTO post(source, delivery, received, headers, body) "
                    "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (source, delivery, time.time(), json.dumps(dict(headers)), body),
                ).rowcount
            except sqlite3.Error as error:
                raise InboxError(f"cannot write inbox {self._path}: {error}") from error
            self._posts += kept
            self._bytes += len(body) * kept
            return bool(kept)

    def posts(self, source: str, after: int, limit: int) -> tuple[Post, ...]:
        """Return posts of a source that came after another, in order.

        Raises:
            InboxError: The file cannot be read.
        """
        with self._lock:
            try:
                found = self._connection.execute(
                    "SELECT id, headers, body FROM post WHERE source = ? AND id > ? "
                    "AND body NOTNULL ORDER BY id LIMIT ?",
                    (source, after, limit),
                ).fetchall()
            except sqlite3.Error as error:
                raise InboxError(f"cannot read inbox {self._path}: {error}") from error
        return tuple(Post(id=n, headers=json.loads(text), body=body) for n, text, body in found)

    def drop(self, source: str, upto: int) -> None:
        """Let go of posts whose rows have been committed; their deliveries stay known for a week.

        Raises:
            InboxError: The file cannot be written.
        """
        with self._lock:
            try:
                gone = self._connection.execute(
                    "SELECT count(*), coalesce(sum(length(body)), 0) FROM post "
                    "WHERE source = ? AND id <= ? AND body NOTNULL",
                    (source, upto),
                ).fetchone()
                self._connection.execute(
                    "UPDATE post SET body = NULL, headers = '{}' "
                    "WHERE source = ? AND id <= ? AND body NOTNULL",
                    (source, upto),
                )
                self._connection.execute(
                    "DELETE FROM post WHERE body IS NULL AND received < ?",
                    (time.time() - REMEMBERED_SECONDS,),
                )
            except sqlite3.Error as error:
                raise InboxError(f"cannot write inbox {self._path}: {error}") from error
            self._posts -= gone[0]
            self._bytes -= gone[1]

    def _known(self, source: str, delivery: str) -> bool:
        found = self._connection.execute(
            "SELECT 1 FROM post WHERE source = ? AND delivery = ?", (source, delivery)
        ).fetchone()
        return found is not None
