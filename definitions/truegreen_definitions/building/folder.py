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
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.artifacts import write_all
from truegreen_definitions.building.manifest import MANIFEST, Manifest, manifest_text, read_manifest
from truegreen_definitions.errors import InvariantError, TerminalError
from truegreen_definitions.files import remove_durably, write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact

__all__ = ["Built", "build_into", "digest_at", "digest_of"]

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


def build_into(
    folder: Path,
    artifacts: Iterable[Artifact],
    *,
    inputs: str = "",
    problems: str = "",
    same: tuple[str, str] = ("", ""),
    watch: Callable[[Iterable[Artifact]], Iterable[Artifact]] = iter,
) -> Built:
    """Write artefacts below a folder and remove those of an earlier build that are no longer made.

    Args:
        folder: The build folder; made where there is none.
        artifacts: What belongs into it.
        inputs: Digest of what they were made from, for the next build; see `freshness`.
        problems: The problems of the definitions in words, for the next build to tell.
        same: Between which days they are these; see `Manifest`.
        watch: Sees each artefact on its way, to say how far it is.

    Raises:
        InvariantError: Two artefacts have one path, or one has that of the list of files;
            nothing is written.
        TerminalError: A file cannot be read, written or removed, and every file stays whole; or
            one lies there that no build wrote, and nothing is written.
    """
    made = tuple(artifacts)
    new, old = _to_be_owned(made), dict(read_manifest(str(folder)).files)
    _refuse_foreign(folder, new, old)
    if old != new:
        both = {path: _of(old, path) | _of(new, path) for path in old.keys() | new.keys()}
        _write(folder, Manifest(both))
    changed = write_all(folder, made, watch)
    removed, kept = [], []
    for path in sorted(old.keys() - new.keys()):
        found = digest_at(folder / path)
        if found in old[path]:
            _remove(folder / path)
            removed.append(folder / path)
        elif found is not None:
            kept.append(path)
    owned = new | {path: old[path] for path in kept}
    _write(folder, Manifest(owned, inputs, problems, same))
    return Built(
        changed=changed, removed=tuple(removed), kept=tuple(folder / path for path in kept)
    )


def _to_be_owned(artifacts: Iterable[Artifact]) -> _Owned:
    owned: _Owned = {}
    for artifact in artifacts:
        if artifact.path in owned or artifact.path == MANIFEST:
            raise InvariantError(f"two artefacts have the path {artifact.path!r}")
        owned[artifact.path] = frozenset({digest_of(artifact.text)})
    return owned


def _refuse_foreign(folder: Path, new: _Owned, old: _Owned) -> None:
    """Write over nothing that somebody else made."""
    for path in sorted(new.keys() - old.keys()):
        found = digest_at(folder / path)
        if found is not None and found not in new[path]:
            raise TerminalError(
                f"{folder / path} was not written by a build: "
                "move it away, or build into another folder"
            )


def _of(owned: _Owned, path: str) -> frozenset[str]:
    return owned.get(path, frozenset())


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text as it is written."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_at(path: Path) -> str | None:
    """Return the digest of what lies at a path, "" for no file of ours, None for nothing."""
    try:
        if path.is_symlink() or path.is_dir():
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error


def _remove(path: Path) -> None:
    try:
        remove_durably(path)
    except OSError as error:
        raise TerminalError(f"cannot remove {path}: {error.strerror}") from error


def _write(folder: Path, manifest: Manifest) -> None:
    path, text = folder / MANIFEST, manifest_text(manifest)
    try:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text.encode())
    except OSError as error:
        raise TerminalError(f"cannot write {path}: {error.strerror}") from error
