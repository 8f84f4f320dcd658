"""A new folder on disk: everything or nothing, and nothing is written over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from truegreen_definitions.starter.content import StarterFile

__all__ = ["write_new"]


def write_new(
    folder: Path, files: Iterable[StarterFile]
) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Write files into a folder that has none of them; return those written and those kept.

    Each file appears whole, and where one cannot be written, all that were are taken back.

    Raises:
        TerminalError: A file is there already, or cannot be written; the folder is as it was.
    """
    every = tuple(files)
    there = [file for file in every if os.path.lexists(folder / file.path)]
    if refused := [str(folder / file.path) for file in there if not file.kept]:
        them = "it" if len(refused) == 1 else "them"
        raise TerminalError(
            f"there already: {', '.join(refused)}; nothing is written: "
            f"name a folder without {them}, as in `truegreen init DIR`"
        )
    written: list[Path] = []
    made: list[Path] = []
    try:
        for file in every:
            if file not in there:
                _write(folder / file.path, file.text, written, made)
    except BaseException as error:
        _take_back(written, made)
        if isinstance(error, OSError):
            name = error.filename or folder
            raise TerminalError(f"cannot write {name}: {error.strerror}") from error
        raise
    return tuple(written), tuple(folder / file.path for file in there)


def _write(path: Path, text: str, written: list[Path], made: list[Path]) -> None:
    """Write one new file; note it and the folders that are made for it, outermost first."""
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            made.append(parent)
    path.open("x").close()  # taken for ourselves: whoever has come before us keeps theirs
    written.append(path)
    write_atomically(path, text.encode())


def _take_back(written: list[Path], made: list[Path]) -> None:
    for path in written:
        path.unlink()
    for path in reversed(made):
        path.rmdir()
