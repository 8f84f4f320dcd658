"""Whether a build folder is what a build would make of it, told without compiling anything.

What shapes an artefact is the definitions, the library, the tool's own code, the packages it
writes with, and the arguments. One digest over all of it stands in the folder's list of files;
when it is the same and every listed file still has its digest, there is nothing to do. Contents
are compared, never times: a fresh clone is as good as yesterday's folder.
"""

from __future__ import annotations

import os
import sys
from hashlib import sha256
from importlib.machinery import PathFinder

TYPE_CHECKING = False  # `typing` and `pathlib` take longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.building.manifest import Manifest
    from truegreen_definitions.definition_files import Found

__all__ = ["SHAPING", "inputs_digest", "is_as_built"]

SHAPING = (
    "annotated_types",
    "attrs",
    "grafanalib",
    "holidays",
    "jinja2",
    "markupsafe",
    "mypy_extensions",
    "orjson",
    "promql_parser",
    "pydantic",
    "pydantic_core",
    "python_dateutil",
    "pyyaml",
    "six",
    "sqlglot",
    "typing_extensions",
    "typing_inspection",
    "tzdata",
)
"""Distributions whose code runs in a build."""

_CODE = (".py", ".yaml", ".yml", ".json", ".txt", ".html", ".css")


def inputs_digest(
    files: Iterable[Found],
    *,
    packages: Iterable[str],
    versions: Iterable[tuple[str, str]],
    arguments: Iterable[str],
) -> str:
    """Return the SHA-256 of everything that shapes what a build writes.

    Args:
        files: The company's definitions and the library.
        packages: Names of the import packages that emit.
        versions: Name and version of what is installed; those of `SHAPING` count.
        arguments: What the command line says about the content.
    """
    whole = sha256()

    def add(*words: str | bytes) -> None:
        for word in words:
            data = word.encode() if isinstance(word, str) else word
            whole.update(b"%d:" % len(data))  # so that no two lists of words are one text
            whole.update(data)

    add(*map(str, sys.version_info[:2]), *arguments)
    for name, version in versions:
        if name in SHAPING:
            add(name, version)
    for package in packages:
        for path, data in _code_of(package):
            add(package, path, data)
    for path, shown, data, fault in files:
        add(path, "library" if shown.startswith("<library>") else "own", data, fault)
    return whole.hexdigest()


def is_as_built(folder: str, manifest: Manifest, inputs: str) -> bool:
    """Return whether a folder holds just what a build from these inputs made of it."""
    if not inputs or manifest.inputs != inputs:
        return False
    return all(
        len(digests) == 1 and _digest_at(os.path.join(folder, path)) in digests
        for path, digests in manifest.files.items()
    )


def _digest_at(path: str) -> str:
    try:
        if os.path.islink(path):
            return ""
        with open(path, "rb") as file:
            return sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _content(path: str) -> bytes:
    """Return the bytes of a file, without the objects that `open` makes around it."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def _code_of(package: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an import package that decide what it makes, without importing it."""
    spec = PathFinder.find_spec(package)
    for root in (spec.submodule_search_locations if spec else None) or ():
        yield from _code_below(root, "")


def _code_below(folder: str, relative: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.endswith(_CODE):
            yield relative + entry.name, _content(entry.path)
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _code_below(entry.path, f"{relative}{entry.name}/")
