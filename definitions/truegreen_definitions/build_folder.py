"""A build folder: it ends with what the plan says, and without what an older plan said.

The folder's `.truegreen.json` lists the files that a build wrote, with the SHA-256 of what it
wrote. A listed file that is no longer made is removed, unless its content is another by now;
nothing else is ever removed, and a file that no build wrote is never written over. The list is
written twice: first with the old files and the new ones, before any of them is touched, and at
the end with what is there. So a build that is cut short owns everything it may have left behind,
and the next one ends as if nothing had happened.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from truegreen_definitions.artifacts import write_all
from truegreen_definitions.errors import InvariantError, TerminalError
from truegreen_definitions.files import remove_durably, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact

__all__ = ["MANIFEST", "Built", "build_into"]

MANIFEST = ".truegreen.json"
MANIFEST_FORMAT = 1

_Owned: TypeAlias = dict[str, frozenset[str]]
"""Path below the folder to the digests of all that we may have written there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did to its folder.

    Attributes:
        changed: Files whose content is new, sorted.
        removed: Files that are no longer made and are gone, sorted.
        kept: Files that are no longer made but were changed by somebody, sorted.
    """

    changed: tuple[Path, ...]
    removed: tuple[Path, ...]
    kept: tuple[Path, ...]


class _Manifest(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: int
    files: dict[str, list[str]]


def build_into(folder: Path, artifacts: Iterable[Artifact]) -> Built:
    """Write artefacts below a folder and remove those of an earlier build that are no longer made.

    Raises:
        InvariantError: Two artefacts have one path, or one has that of the list of files;
            nothing is written.
        TerminalError: A file cannot be read, written or removed, and every file stays whole; or
            one lies there that no build wrote, and nothing is written.
    """
    made = tuple(artifacts)
    new, old = _to_be_owned(made), _read(folder)
    _refuse_foreign(folder, new, old)
    if old != new:
        _write(folder, {path: _of(old, path) | _of(new, path) for path in old.keys() | new.keys()})
    changed = write_all(folder, made)
    removed, kept = [], []
    for path in sorted(old.keys() - new.keys()):
        found = _digest_at(folder / path)
        if found in old[path]:
            _remove(folder / path)
            removed.append(folder / path)
        elif found is not None:
            kept.append(path)
    _write(folder, new | {path: old[path] for path in kept})
    return Built(
        changed=changed, removed=tuple(removed), kept=tuple(folder / path for path in kept)
    )


def _to_be_owned(artifacts: Iterable[Artifact]) -> _Owned:
    owned: _Owned = {}
    for artifact in artifacts:
        if artifact.path in owned or artifact.path == MANIFEST:
            raise InvariantError(f"two artefacts have the path {artifact.path!r}")
        owned[artifact.path] = frozenset({_digest(artifact.text.encode())})
    return owned


def _refuse_foreign(folder: Path, new: _Owned, old: _Owned) -> None:
    """Write over nothing that somebody else made."""
    for path in sorted(new.keys() - old.keys()):
        found = _digest_at(folder / path)
        if found is not None and found not in new[path]:
            raise TerminalError(
                f"{folder / path} was not written by a build: "
                "move it away, or build into another folder"
            )


def _of(owned: _Owned, path: str) -> frozenset[str]:
    return owned.get(path, frozenset())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest_at(path: Path) -> str | None:
    """Return the digest of what lies at a path, "" for no file of ours, None for nothing."""
    try:
        if path.is_symlink() or path.is_dir():
            return ""
        return _digest(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error


def _remove(path: Path) -> None:
    try:
        remove_durably(path)
    except OSError as error:
        raise TerminalError(f"cannot remove {path}: {error.strerror}") from error


def _read(folder: Path) -> _Owned:
    path = folder / MANIFEST
    try:
        manifest = _Manifest.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error
    except ValidationError as error:
        raise _foreign(path) from error
    if manifest.format != MANIFEST_FORMAT or not all(map(_is_below, manifest.files)):
        raise _foreign(path)
    return {name: frozenset(digests) for name, digests in manifest.files.items()}


def _foreign(path: Path) -> TerminalError:
    return TerminalError(
        f"{path} is no list of files that this version wrote: build into an empty folder, "
        "or remove it together with the files of old builds"
    )


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    plain = str(path) == name and "\0" not in name and bool(path.parts)
    return plain and not path.is_absolute() and ".." not in path.parts


def _write(folder: Path, owned: _Owned) -> None:
    files = {path: sorted(digests) for path, digests in owned.items()}
    text = json.dumps({"format": MANIFEST_FORMAT, "files": files}, indent=2, sort_keys=True) + "\n"
    path = folder / MANIFEST
    try:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text.encode())
    except OSError as error:
        raise TerminalError(f"cannot write {path}: {error.strerror}") from error
