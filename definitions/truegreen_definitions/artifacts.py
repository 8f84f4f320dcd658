"""Artefacts: the files written from a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

__all__ = ["Artifact", "BuildInfo", "Emitter", "Linter", "write_all"]


@dataclass(frozen=True, slots=True, order=True)
class Artifact:
    """A file made from the plan: path below the build folder, and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    """What a build knows beside the plan: the commit it was told, else empty."""

    revision: str = ""


class Emitter(Protocol):
    """Turns a plan into artefacts; pure, and the same bytes for the same plan."""

    @property
    def name(self) -> str:
        """What it makes, in one word: `rules`, `boards`."""

    def emit(self, plan: Plan, info: BuildInfo) -> Iterable[Artifact]:
        """Return the artefacts."""


class Linter(Protocol):
    """Looks at what would be made from a plan, without writing it; pure."""

    def __call__(self, plan: Plan) -> Iterable[str]:
        """Return what is wrong with it, as sentences; each is a fault of ours."""


def write_all(
    folder: Path,
    artifacts: Iterable[Artifact],
    watch: Callable[[Iterable[Artifact]], Iterable[Artifact]] = iter,
) -> tuple[Path, ...]:
    """Write artefacts below a folder; return the paths whose content changed, sorted.

    Args:
        folder: Where to.
        artifacts: What.
        watch: Sees each on its way, to say how far it is.

    Raises:
        TerminalError: A file cannot be written; those already written stay whole.
    """
    changed = []
    for artifact in watch(sorted(artifacts)):
        path = folder / artifact.path
        data = artifact.text.encode()
        try:
            if path.is_file() and path.read_bytes() == data:
                continue
            write_atomically(path, data)
        except OSError as error:
            raise TerminalError(f"cannot write {path}: {error.strerror}") from error
        changed.append(path)
    return tuple(changed)
