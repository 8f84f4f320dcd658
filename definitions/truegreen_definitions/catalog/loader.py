"""The edge of the compiler: definition files from a folder, and the library's from the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.definition_files import files_below, library_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from truegreen_definitions.definition_files import Found

__all__ = ["read_folder", "read_library", "source_files"]


def read_folder(root: Path) -> tuple[SourceFile, ...]:
    """Return every YAML file below a folder, by path; see `definition_files.files_below`."""
    return source_files(files_below(str(root)))


def read_library() -> tuple[SourceFile, ...]:
    """Return the files of the indicator library; their places are shown as `<library>/…`."""
    return source_files(library_files())


def source_files(found: Iterable[Found]) -> tuple[SourceFile, ...]:
    """Return files that were read as the compiler takes them."""
    return tuple(
        SourceFile(path=path, shown=shown, data=data, fault=fault)
        for path, shown, data, fault in found
    )
