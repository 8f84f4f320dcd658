"""Installed distributions and their entry points, read from the folders that pip wrote.

`importlib.metadata` says the same and imports the `email` package to do so, which takes more time
than all else that `--help` does. What is read here is the part of the recorded layout that says
what a distribution is called and what it announces.

Source: packaging.python.org, "Recording installed projects" and "Entry points specification".
"""

from __future__ import annotations

import os
import sys
from functools import cache

TYPE_CHECKING = False  # `typing` takes longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Distribution", "distributions"]

_SUFFIX = ".dist-info"


class Distribution:
    """An installed distribution.

    Attributes:
        name: In lower case, words joined by `_`, as wheels write it.
        version: As installed.
        folder: Its `.dist-info` folder.
    """

    __slots__ = ("folder", "name", "version")

    def __init__(self, name: str, version: str, folder: str) -> None:
        self.name = name
        self.version = version
        self.folder = folder

    def entry_points(self, group: str) -> Iterator[tuple[str, str]]:
        """Yield name and value (`package.module:ATTRIBUTE`) of what it announces in a group."""
        try:
            with open(f"{self.folder}/entry_points.txt", encoding="utf-8") as file:
                lines = file.read().splitlines()
        except OSError:
            return  # most announce nothing
        section = ""
        for line in map(str.strip, lines):
            if line.startswith("["):
                section = line.strip("[]").strip()
            elif section == group and "=" in line and line[0] not in "#;":
                name, _, value = line.partition("=")
                yield name.strip(), value.partition("[")[0].strip()


@cache
def distributions() -> tuple[Distribution, ...]:
    """Return what is installed, by name; of one name, the first on the path, which is imported."""
    found: dict[str, Distribution] = {}
    for folder in sys.path:
        try:
            entries = sorted(os.listdir(folder or os.curdir))
        except OSError:
            continue  # a zip file, or a folder that is not there
        for entry in entries:
            if entry.endswith(_SUFFIX):
                name, _, version = entry.removesuffix(_SUFFIX).partition("-")
                name = name.replace("-", "_").replace(".", "_").lower()
                path = os.path.join(folder, entry)
                found.setdefault(name, Distribution(name, version, path))
    return tuple(found[name] for name in sorted(found))
