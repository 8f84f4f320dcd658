"""The files of a company's definitions and of the library: found, and read up to a bound.

Only files are handled here, and nothing is imported that takes time: an unchanged `build` looks
at these bytes and reads no YAML.
"""

from __future__ import annotations

import os

from truegreen_definitions.content import content_path

TYPE_CHECKING = False  # `typing` and `pathlib` take longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    Found: TypeAlias = tuple[str, str, bytes, str]
    """Path below the folder, path as people name it, bytes, and why they could not be read."""

__all__ = ["MAX_BYTES", "files_below", "library_files"]

MAX_BYTES = 4 * 1024 * 1024
"""Bytes of the largest file that is taken; one more is read, to tell that it is larger."""

_SUFFIXES = (".yaml", ".yml")
_PACKAGE = "__init__.py"


def files_below(root: str) -> tuple[Found, ...]:
    """Return every YAML file below a folder, by path.

    Hidden files and folders are left out, and so are Python packages: YAML in them is a program's.

    Links are followed once: a folder that was already read under another name is not read
    again, so a loop ends. What cannot be read comes back with its fault, and so does a folder
    without any such file.
    """
    found = tuple(sorted(_below(root, "", set(_identity(root)))))
    fault = f"there is no file that ends in {' or '.join(_SUFFIXES)}"
    return found or ((".", _words(root), b"", fault),)


def library_files() -> tuple[Found, ...]:
    """Return the files of the indicator library; their places are shown as `<library>/…`."""
    return tuple(
        (path, f"<library>/{path}", data, fault)
        for path, _, data, fault in files_below(content_path("library"))
    )


def _below(root: str, relative: str, seen: set[tuple[int, int]]) -> Iterator[Found]:
    folder = os.path.join(root, relative) if relative else root
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield _words(relative or "."), _words(folder), b"", _fault(error)
        return
    if relative and _PACKAGE in names:
        return
    for name in names:
        if name.startswith("."):
            continue
        path = os.path.join(folder, name)
        inner = f"{relative}/{name}" if relative else name
        if os.path.isdir(path):
            identity = _identity(path)
            if seen.isdisjoint(identity):
                seen |= identity
                yield from _below(root, inner, seen)
        elif name.endswith(_SUFFIXES):
            yield _words(inner), _words(path), *_read(path)


def _read(path: str) -> tuple[bytes, str]:
    """Return the bytes of a file and why there are none."""
    if os.path.exists(path) and not os.path.isfile(path):
        return b"", "this is no regular file"  # a pipe would keep us waiting for ever
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1), ""
    except OSError as error:
        return b"", _fault(error)


def _words(path: str) -> str:
    """Return a path that can be printed and written, whatever bytes the file system holds."""
    text = os.fsencode(path).decode(errors="replace").replace(os.sep, "/").removeprefix("./")
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def _fault(error: OSError) -> str:
    return f"cannot be read: {(error.strerror or str(error)).lower()}"


def _identity(path: str) -> set[tuple[int, int]]:
    """Return device and inode of a folder; nothing when it has gone."""
    try:
        found = os.stat(path)
    except OSError:
        return set()
    return {(found.st_dev, found.st_ino)}
