"""Parquet files: read by DuckDB, in pages of rows, each file once.

The connection that reads a file is its own and may touch that one file alone, because the
store's connection may touch none. A file is written once: its cursor is the number of rows read
of it, and the digest of its ends, where the footer with all statistics stands. A file that has
no footer is still being written, and waits.

Nested values become JSON text, all others DuckDB's text; a time without a zone stays without.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import duckdb
import structlog

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.sources.csv_file import picks
from truegreen_exporters.sources.files import find_files
from truegreen_exporters.sources.pages import Fault, Mark, Page
from truegreen_exporters.sources.rows import Reject, Rows, SourceError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from truegreen_exporters.sources.pages import Reading, State

__all__ = ["parquet_pages"]

PAGE_ROWS = 20_000
END_BYTES = 1 << 16
QUIET_SECONDS = 60
_MAGIC = b"PAR1"
_NESTED = ("STRUCT", "MAP", "UNION")

_LOG = structlog.get_logger(__name__)


def parquet_pages(reading: Reading) -> Generator[Page | Fault, None, None]:
    """Yield what is new of every file."""
    for path in find_files(reading.mapping.source, reading.around.folder):
        try:
            yield from _of_file(reading, path)
        except SourceError as error:
            yield Fault(f"{path}: {error}")
        except OSError as error:
            yield Fault(f"{path}: {error.strerror}")


@dataclass(frozen=True, slots=True)
class _File:
    """What tells a file from another."""

    size: int
    modified_ns: int
    digest: str

    def state(self, rows: int) -> State:
        return {
            "size": self.size,
            "modified_ns": self.modified_ns,
            "digest": self.digest,
            "rows": rows,
        }


def _of_file(reading: Reading, path: str) -> Iterator[Page]:
    whole = reading.around.folder / path
    known = reading.marks.get(path)
    stat = whole.stat()
    if known and (known["size"], known["modified_ns"]) == (stat.st_size, stat.st_mtime_ns):
        file = _File(stat.st_size, stat.st_mtime_ns, str(known["digest"]))
    else:
        found = _looked_at(whole)
        if found is None:
            _tell_waiting(reading, path, stat)
            return
        file = found
    start = _rows_read(file, path, reading.marks)
    if known is not None and not start:
        _LOG.warning("file_replaced", source=reading.mapping.source.name, path=path)
    with _opened(whole) as connection:
        kinds = _columns(connection, whole)
        total = _total(connection, whole)
        if start >= total and known == file.state(start):
            return
        query = _query(reading.mapping.wanted, kinds)
        while not reading.stopped():
            end = min(start + PAGE_ROWS, total)
            rows = _rows(connection, query, whole, (start, end), len(reading.mapping.wanted))
            yield Page(rows=rows, cursor=Mark(part=path, state=file.state(end)), where=path)
            start = end
            if start >= total:
                return


def _looked_at(path: Path) -> _File | None:
    """Return what tells a file from another; None while it has no end yet.

    Raises:
        SourceError: It is no Parquet file.
    """
    with path.open("rb") as file:
        stat = os.fstat(file.fileno())
        head = file.read(END_BYTES)
        file.seek(max(0, stat.st_size - END_BYTES))
        tail = file.read(END_BYTES)
    if head[:4] not in {_MAGIC, _MAGIC[: len(head)]}:
        raise SourceError("it is no Parquet file")
    if len(head) < 2 * len(_MAGIC) or tail[-4:] != _MAGIC:
        return None
    digest = blake2b(head + tail, digest_size=16).hexdigest()
    return _File(stat.st_size, stat.st_mtime_ns, digest)


def _rows_read(file: _File, path: str, marks: Mapping[str, State]) -> int:
    """Return the rows already read of a file, under this or another name."""
    names = [path, *(other for other in marks if other != path)]
    same = [marks[name] for name in names if name in marks]
    return max(
        (
            int(state["rows"] or 0)
            for state in same
            if (state["size"], state["digest"]) == (file.size, file.digest)
        ),
        default=0,
    )


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection that may read one file and nothing else."""
    if any(sign in str(path) for sign in "*?["):
        raise SourceError("a Parquet file's path may not hold *, ? or [: rename it")
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": 1,
            "memory_limit": "1GB",
        }
    )
    connection.execute(f"SET allowed_paths = [{literal(str(path.absolute()))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET lock_configuration = true")
    return connection


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    query = "DESCRIBE SELECT * FROM read_parquet(?)"
    return {name: kind for name, kind, *_ in _fetched(connection, query, [str(path.absolute())])}


def _total(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    query = "SELECT count(*) FROM read_parquet(?)"
    return int(_fetched(connection, query, [str(path.absolute())])[0][0])


def _query(wanted: tuple[str, ...], kinds: Mapping[str, str]) -> str:
    names = list(kinds)
    columns = [names[i] for i in picks(names, wanted)]
    texts = [_text(name, kinds[name]) for name in columns]
    return (
        f"SELECT {', '.join([*texts, 'file_row_number'])} "  # noqa: S608  quoted
        "FROM read_parquet(?, file_row_number = true) "
        "WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number"
    )


def _text(name: str, kind: str) -> str:
    if kind.startswith(_NESTED) or kind.endswith("]"):
        return f"CAST(to_json({quoted(name)}) AS VARCHAR)"
    return f"CAST({quoted(name)} AS VARCHAR)"


def _rows(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    span: tuple[int, int],
    width: int,
) -> Rows:
    found = _fetched(connection, query, [str(path.absolute()), *span])
    rejects = [
        Reject.of(row[-1] + 1, RejectReasonValue.NUL, "a value holds a NUL", str(row[:-1]))
        for row in found
        if any(isinstance(value, str) and "\0" in value for value in row[:-1])
    ]
    bad = {reject.line for reject in rejects}
    kept = [row for row in found if row[-1] + 1 not in bad]
    values = tuple(tuple(row[i] for row in kept) for i in range(width))
    return Rows(values=values, lines=[row[-1] + 1 for row in kept], rejects=rejects)


def _fetched(
    connection: duckdb.DuckDBPyConnection, query: str, values: list[object]
) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(query, values).fetchall()
    except duckdb.Error as error:
        raise SourceError(f"it cannot be read as Parquet: {error}") from error


def _tell_waiting(reading: Reading, path: str, stat: os.stat_result) -> None:
    if time.time() - stat.st_mtime > QUIET_SECONDS:
        raise SourceError("it has no end: whoever wrote it did not finish")
    _LOG.info("file_incomplete", source=reading.mapping.source.name, path=path)
