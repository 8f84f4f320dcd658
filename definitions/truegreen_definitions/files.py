"""Files that a reader sees whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TYPE_CHECKING = False  # `typing` takes longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["remove_durably", "sync_folder", "write_atomically", "write_in_parts"]


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader sees all of it or none: temporary file, fsync, rename.

    Raises:
        OSError: The file system refuses; the old content stays.
    """
    write_in_parts(path, (data,), mode)


def write_in_parts(path: Path, parts: Iterable[bytes], mode: int = 0o644) -> None:
    """Write a file as `write_atomically` does, without holding all of it.

    Raises:
        OSError: The file system refuses; the old content stays, as with any exception of `parts`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file so that it stays removed.

    Raises:
        OSError: It is not there, or the file system refuses.
    """
    path.unlink()
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Flush a folder, so that the names in it outlast a loss of power."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
