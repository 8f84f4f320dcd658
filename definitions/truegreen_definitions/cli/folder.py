"""The folder of definitions that a verb is about."""

from __future__ import annotations

import os

from truegreen_definitions.cli.arguments import today_of
from truegreen_definitions.errors import UsageError

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged `build` may take
if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.inventory import Inventory

__all__ = ["compiled", "refuse_no_folder"]


def compiled(
    folder: Path, today: date | None = None, inventory: Inventory | None = None
) -> Compiled:
    """Return what a folder compiles to, on a day; without one on that of the clock.

    Raises:
        UsageError: It is no folder.
    """
    from truegreen_definitions.compiler import compile_folder

    refuse_no_folder(str(folder))
    return compile_folder(folder, today_of(today), inventory)


def refuse_no_folder(folder: str) -> None:
    """Raise where there is no folder of definitions.

    Raises:
        UsageError: It is no folder.
    """
    if not os.path.isdir(folder):
        what = "is not a folder" if os.path.exists(folder) else "does not exist"
        raise UsageError(f"{folder} {what}: name the folder of your definitions")
