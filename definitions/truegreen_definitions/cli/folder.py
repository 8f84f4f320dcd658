"""The folder of definitions that a verb is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.compiler import Compiled

__all__ = ["compiled"]


def compiled(folder: Path) -> Compiled:
    """Return what a folder compiles to.

    Raises:
        UsageError: It is no folder.
    """
    from truegreen_definitions.compiler import compile_folder

    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise UsageError(f"{folder} {what}: name the folder of your definitions")
    return compile_folder(folder)
