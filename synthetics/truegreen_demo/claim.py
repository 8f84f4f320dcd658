"""The right to a folder: the demo writes only where nothing of anybody else's can be lost."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["claimed"]

MARKER = ".truegreen-demo"


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a folder for one demo; what an earlier demo left there is taken away.

    Raises:
        UsageError: It is a file, holds other files, or another demo runs in it.
        TerminalError: It cannot be made or written.
    """
    with contextlib.ExitStack() as stack:
        try:
            _require_ours(folder)
            held = stack.enter_context((folder / MARKER).open("a"))
            _lock(held.fileno(), folder)
            for left in folder.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
        except OSError as error:
            where = error.filename or folder
            raise TerminalError(f"cannot write the demo's {where}: {error.strerror}") from error
        yield


def _require_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder for the demo")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} holds other files: name an empty or a new folder")


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another demo runs in {folder}: name another folder") from None
