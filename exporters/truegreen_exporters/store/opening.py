"""Opens the file of a record store: what DuckDB may do there, and what is no such file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from truegreen_definitions.errors import TerminalError
from truegreen_exporters.store.compaction import compact

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StoreError", "connected"]

# Definitions are untrusted: their SQL must not reach files, the network or extensions.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "1GB",
    "index_scan_max_count": "100000",  # rows are found by their keys, however many there are
}
_MAGIC = slice(8, 12)  # where a DuckDB file says what it is


class StoreError(TerminalError):
    """The state file cannot be opened or written; what was committed stays."""


def connected(path: Path | None, *, compacting: bool) -> duckdb.DuckDBPyConnection:
    """Return a connection to a state file; None: to a store in memory.

    Args:
        path: The file.
        compacting: Whether it may be written anew where it is half empty.

    Raises:
        StoreError: It is in use, or cannot be opened.
    """
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
