"""What a build would change in its folder, without changing it.

A file that lies where a build would write, but is of nobody's list, is foreign: a build refuses
to write over it. One that is no longer made but was changed by hand since is kept by a build, so
it is told as well.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.building.folder import digest_at, digest_of
from truegreen_definitions.building.manifest import read_manifest
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact

__all__ = ["Drift", "drift", "drift_text"]

DIFF_LINES = 120
"""Lines of one file's difference that are shown; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How a build folder differs from what its definitions say; each part sorted by path.

    Attributes:
        added: Files that are not there yet.
        changed: Files with other content, as (path, there, wanted).
        removed: Files that are no longer made, and would go.
        kept: Files that are no longer made but were changed by hand, and would stay.
        foreign: Files that no build wrote, where one would be written.
        equal: How many files are as they should be.
    """

    added: tuple[str, ...]
    changed: tuple[tuple[str, str, str], ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    foreign: tuple[str, ...]
    equal: int

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        return bool(self.added or self.changed or self.removed or self.kept or self.foreign)

    @property
    def summary(self) -> str:
        """The numbers in words."""
        counts = {
            "to add": len(self.added),
            "to change": len(self.changed),
            "to remove": len(self.removed),
            "kept": len(self.kept),
            "in the way": len(self.foreign),
        }
        differ = "".join(f", {count} {what}" for what, count in counts.items() if count)
        return f"{self.equal} files as built{differ}"


def drift(folder: Path, artifacts: Iterable[Artifact]) -> Drift:
    """Return how a folder differs from what belongs into it.

    Raises:
        TerminalError: The list of files, or a file, cannot be read.
    """
    owned = read_manifest(str(folder)).files
    added, changed, foreign, made = [], [], [], set()
    for artifact in sorted(artifacts):
        path = artifact.path
        made.add(path)
        found = digest_at(folder / path)
        if found is None:
            added.append(path)
        elif found != digest_of(artifact.text) and _text(folder / path) != artifact.text:
            if path in owned:
                changed.append((path, _text(folder / path), artifact.text))
            else:
                foreign.append(path)
    there = {path: digest_at(folder / path) for path in sorted(owned.keys() - made)}
    return Drift(
        added=tuple(added),
        changed=tuple(changed),
        removed=tuple(path for path, found in there.items() if found in owned[path]),
        kept=tuple(
            path for path, found in there.items() if found is not None and found not in owned[path]
        ),
        foreign=tuple(foreign),
        equal=len(made) - len(added) - len(changed) - len(foreign),
    )


def drift_text(found: Drift) -> str:
    """Return the list of files, then the difference of each changed one."""
    lists: tuple[tuple[str, Sequence[str]], ...] = (
        ("added", found.added),
        ("changed", [path for path, _, _ in found.changed]),
        ("removed", found.removed),
        ("no longer made, but changed by hand since", found.kept),
        ("in the way, and not written by a build", found.foreign),
    )
    lines = [f"{path}: {what}\n" for what, paths in lists for path in paths]
    for path, there, wanted in found.changed:
        lines += ["\n", *_difference(path, there, wanted)]
    return "".join(lines)


def _difference(path: str, there: str, wanted: str) -> Iterator[str]:
    """Yield the lines of a unified difference, cut where it grows too long to read."""
    lines = difflib.unified_diff(
        there.splitlines(keepends=True), wanted.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    shown = [line if line.endswith("\n") else f"{line}\n" for line in lines]
    yield from shown[:DIFF_LINES]
    if len(shown) > DIFF_LINES:
        yield f"… and {len(shown) - DIFF_LINES} more lines\n"


def _text(path: Path) -> str:
    """Return the text of a file; empty for a link or a folder, which no build wrote."""
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error
