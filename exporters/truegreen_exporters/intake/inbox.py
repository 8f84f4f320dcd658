"""The inbox: posts that were acknowledged, kept on disk until their rows are in the store.

A post is flushed to disk before it is answered (SQLite, `synchronous = full`), and leaves when
the store has committed its rows together with the number of the last post taken. Killed at any
moment, what was answered is in one or the other, and the number says that it is not taken twice.

A delivery that comes again is acknowledged and not kept again: deliveries are remembered for a
week. The inbox is bounded; what does not fit is refused, and the sender asked to come again.
Posts of a source that is no more wait for a week, so that it may come back.

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
from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["Inbox", "InboxError", "InboxFullError", "Post"]

MOST_POSTS = 100_000
MOST_BYTES = 256 << 20
MOST_PAGE_BYTES = 8 << 20
REMEMBERED_SECONDS = 7 * DAY_SECONDS

_TABLES = """
PRAGMA journal_mode = wal;
PRAGMA synchronous = full;
CREATE TABLE IF NOT EXISTS post(
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, delivery TEXT NOT NULL,
    received REAL NOT NULL, headers TEXT NOT NULL, body BLOB, UNIQUE(source, delivery));
CREATE INDEX IF NOT EXISTS taken ON post(received) WHERE body IS NULL;
CREATE INDEX IF NOT EXISTS waiting ON post(received) WHERE body NOTNULL;
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
        """Return posts of a source that came after another, in order, not too much at once.

        Raises:
            InboxError: The file cannot be read.
        """
        with self._lock:
            try:
                waiting = self._connection.execute(
                    "SELECT id, headers, body FROM post WHERE source = ? AND id > ? "
                    "AND body NOTNULL ORDER BY id LIMIT ?",
                    (source, after, limit),
                )
                found, size = list[tuple[int, str, bytes]](), 0
                for post in waiting:
                    found.append(post)
                    size += len(post[2])
                    if size >= MOST_PAGE_BYTES:
                        break
                waiting.close()
            except sqlite3.Error as error:
                raise InboxError(f"cannot read inbox {self._path}: {error}") from error
        return tuple(Post(id=n, headers=json.loads(text), body=body) for n, text, body in found)

    def newest(self) -> int:
        """Return the number of the last post that was kept, of whichever source; 0 if none was.

        Raises:
            InboxError: The file cannot be read.
        """
        with self._lock:
            try:
                (last,) = self._connection.execute("SELECT max(id) FROM post").fetchone()
            except sqlite3.Error as error:
                raise InboxError(f"cannot read inbox {self._path}: {error}") from error
        return last or 0

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

    def go_on_behind(self, last: int) -> None:
        """Give later posts greater numbers than one that the store knows.

        A file that was lost, or is older than the store, would give numbers again, and posts
        would be taken for those that the store has.

        Raises:
            InboxError: The file cannot be written.
        """
        with self._lock:
            try:
                self._connection.execute(
                    "INSERT INTO sqlite_sequence(name, seq) SELECT 'post', 0 WHERE NOT EXISTS "
                    "(SELECT 1 FROM sqlite_sequence WHERE name = 'post')"
                )
                self._connection.execute(
                    "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'post'", (last,)
                )
            except sqlite3.Error as error:
                raise InboxError(f"cannot write inbox {self._path}: {error}") from error

    def let_go_unclaimed(self, sources: Collection[str]) -> int:
        """Let go of posts of other sources than these that nobody has taken for a week.

        Returns:
            How many they were.

        Raises:
            InboxError: The file cannot be written.
        """
        marks = ", ".join("?" * len(sources))
        unclaimed = f"body NOTNULL AND received < ? AND source NOT IN ({marks})"
        values = (time.time() - REMEMBERED_SECONDS, *sources)
        with self._lock:
            try:
                count, size = self._connection.execute(
                    f"SELECT count(*), coalesce(sum(length(body)), 0) FROM post WHERE {unclaimed}",  # noqa: S608  marks alone
                    values,
                ).fetchone()
                if count:
                    self._connection.execute(f"DELETE FROM post WHERE {unclaimed}", values)  # noqa: S608  as above
            except sqlite3.Error as error:
                raise InboxError(f"cannot write inbox {self._path}: {error}") from error
            self._posts -= count
            self._bytes -= size
        return int(count)

    def _known(self, source: str, delivery: str) -> bool:
        try:
            found = self._connection.execute(
                "SELECT 1 FROM post WHERE source = ? AND delivery = ?", (source, delivery)
            ).fetchone()
        except sqlite3.Error as error:
            raise InboxError(f"cannot read inbox {self._path}: {error}") from error
        return found is not None
