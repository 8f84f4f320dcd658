"""The edge of the compiler: definition files from a folder, and the library's from the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.content import content_folder
from truegreen_definitions.yaml_tree.reader import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_folder", "read_library"]

_SUFFIXES = (".yaml", ".yml")


def read_folder(root: Path) -> tuple[SourceFile, ...]:
    """Return every YAML file below a folder, by path; hidden files and folders are left out.

    Links are followed once: a folder that was already read under another name is not read
    again, so a loop ends. What cannot be read comes back with its fault, and so does a folder
    without any such file.
    """
    files = tuple(sorted(_below(root, Path(), {_identity(root)})))
    fault = f"there is no file that ends in {' or '.join(_SUFFIXES)}"
    return files or (SourceFile(path=".", shown=root.as_posix(), data=b"", fault=fault),)


def read_library() -> tuple[SourceFile, ...]:
    """Return the files of the indicator library; their places are shown as `<library>/…`."""
    folder = content_folder("library")
    files = [_file(path, path.name, f"<library>/{path.name}") for path in folder.glob("*.yaml")]
    return tuple(sorted(files))


def _below(root: Path, relative: Path, seen: set[tuple[int, int]]) -> Iterator[SourceFile]:
    folder = root / relative
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        shown = folder.as_posix()
        yield SourceFile(path=relative.as_posix(), shown=shown, data=b"", fault=_fault(error))
        return
    for name in names:
        path, inner = folder / name, relative / name
        if name.startswith("."):
            continue
        if path.is_dir():
            if _identity(path) not in seen:
                seen.add(_identity(path))
                yield from _below(root, inner, seen)
        elif name.endswith(_SUFFIXES):
            yield _file(path, inner.as_posix(), path.as_posix())


def _file(path: Path, relative: str, shown: str) -> SourceFile:
    if path.exists() and not path.is_file():
        fault = "this is no regular file"  # a pipe would keep us waiting for ever
        return SourceFile(path=relative, shown=shown, data=b"", fault=fault)
    try:
        with path.open("rb") as file:
            return SourceFile(path=relative, shown=shown, data=file.read(MAX_BYTES + 1))
    except OSError as error:
        return SourceFile(path=relative, shown=shown, data=b"", fault=_fault(error))


def _fault(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
