"""Which files a source has: a glob below the data folder."""

from __future__ import annotations

import glob
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from truegreen_definitions.plan import Source

__all__ = ["find_files"]


def find_files(source: Source, folder: Path) -> tuple[str, ...]:
    """Return the paths of a source's files relative to the data folder, sorted.

    Raises:
        SourceError: The glob leaves the folder, or no file matches it: a source that has no
            file delivers nothing, which must show.
    """
    pattern = PurePosixPath(source.read.location)
    if pattern.is_absolute() or ".." in pattern.parts:
        raise SourceError(f"{source.read.location!r} leaves the data folder: name files below it")
    if not folder.is_dir():
        raise SourceError(f"the data folder {folder} does not exist: name it with --data")
    found = glob.glob(str(pattern), root_dir=folder, recursive=True)  # noqa: PTH207  pathlib's glob takes no relative root
    if not found:
        raise SourceError(f"no file matches {source.read.location!r} in {folder}")
    return tuple(sorted(found))
