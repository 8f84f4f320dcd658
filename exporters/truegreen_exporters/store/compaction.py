"""Writes a state file anew when most of it is air: DuckDB gives no space back by itself.

What rows that went have left is filled by later ones, so a file grows to its greatest need and
stays there. Once half of it is unused it is copied, and the copy takes its place before anybody
reads: killed at any moment, the old file or the whole new one stands at its path. Where there is
no room for a copy the file stays as it is.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import duckdb
import structlog

from truegreen_definitions.files import sync_folder
from truegreen_exporters.intake.mapping import literal, quoted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["WORTH_BYTES", "compact"]

WORTH_BYTES = 64 * 1024 * 1024  # less is not worth a copy

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
_LOG = structlog.get_logger(__name__)


def compact(path: Path) -> None:
    """Write a state file anew if half of it, and enough, is unused.

    Args:
        path: The file, if it is there yet.

    Raises:
        duckdb.Error: It cannot be opened, because another process has it, say.
    """
    before = path.stat().st_size if path.exists() else 0
    if before < WORTH_BYTES:
        return
    copy = path.with_name(f".{path.name}.compact")
    _remove(copy)
    with duckdb.connect(str(path.absolute()), config=_CONFIG) as connection:
        connection.execute("CHECKPOINT")
        query = "SELECT current_database(), block_size * free_blocks FROM pragma_database_size()"
        ((name, unused),) = connection.execute(query).fetchall()
        if unused < max(WORTH_BYTES, before // 2):
            return
        try:
            connection.execute(f"ATTACH {literal(str(copy.absolute()))} AS compacted")
            connection.execute(f"COPY FROM DATABASE {quoted(name)} TO compacted")
            connection.execute("DETACH compacted")
        except duckdb.Error as error:
            _give_up(path, copy, error)
            return
    try:
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        copy.chmod(stat.S_IMODE(path.stat().st_mode))
        copy.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        _give_up(path, copy, error)
        return
    _LOG.info("state_file_compacted", path=str(path), bytes_won=before - path.stat().st_size)


def _give_up(path: Path, copy: Path, error: Exception) -> None:
    _remove(copy)
    _LOG.warning("state_file_not_compacted", path=str(path), reason=str(error))


def _remove(copy: Path) -> None:
    for left in (copy, copy.with_name(f"{copy.name}.wal")):
        left.unlink(missing_ok=True)
