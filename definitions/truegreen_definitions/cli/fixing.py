"""Certain fixes, written into the user's files: all that `check --fix` does to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.compiler.fixes import Mended, mend
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_atomically

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from truegreen_definitions.catalog.definition import SourceFile
    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.inventory import Inventory

__all__ = ["mend_folder"]


def mend_folder(folder: Path, today: dt.date, inventory: Inventory | None = None) -> Mended:
    """Apply every certain fix to the files of a folder; return what they compile to on a day.

    Each file is written whole or not at all, with the rights it had; a link keeps pointing where
    it did.

    Raises:
        TerminalError: A file cannot be written, or was changed by somebody else meanwhile.
    """
    before, library = read_folder(folder), read_library()

    def compile_(files: Iterable[SourceFile]) -> Compiled:
        return compile_files(files, library, today, inventory)

    mended = mend(before, compile_)
    for old, new in zip(before, mended.files, strict=True):
        if old.data != new.data:
            _write(Path(old.shown).resolve(), old.data, new.data)
    return mended


def _write(path: Path, old: bytes, new: bytes) -> None:
    try:
        if path.read_bytes() != old:
            raise TerminalError(f"{path} was changed meanwhile: run `truegreen check --fix` again")
        write_atomically(path, new, mode=path.stat().st_mode & 0o7777)
    except OSError as error:
        raise TerminalError(f"cannot write {path}: {error.strerror}") from error
