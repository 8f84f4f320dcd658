"""Definition: one document of the language, valid and with its places; and the file it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from truegreen_definitions.models import Kind
from truegreen_definitions.plan import Origin
from truegreen_definitions.problems import Place, Problem, Severity
from truegreen_definitions.yaml_tree.nodes import ScalarNode, find, place_of

if TYPE_CHECKING:
    from truegreen_definitions.yaml_tree.nodes import Node, Step

__all__ = ["Definition", "SourceFile"]

M_co = TypeVar("M_co", bound=Kind, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SourceFile:
    """A file as read, before anybody knows what is in it.

    Attributes:
        path: Relative to the definitions folder, with forward slashes.
        shown: The same file as the user named it, for problems.
        data: Its bytes; at most one more than the reader takes.
        fault: Why it could not be read; empty when it could.
    """

    path: str
    shown: str
    data: bytes
    fault: str = ""

    @property
    def text(self) -> str:
        """The text for quoting, with a replacement character for what is not UTF-8."""
        return self.data.decode(errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition(Generic[M_co]):
    """A definition and where every part of it stands.

    Attributes:
        kind: `Service`, `Journey`, …
        model: The whole document: `model.metadata`, `model.spec`.
        path: File, relative to the definitions folder.
        root: The document's tree.
    """

    kind: str
    name: str
    model: M_co
    path: str
    root: Node

    @property
    def title(self) -> str:
        """What people call it: the title, else the name."""
        return self.model.metadata.title or self.name

    @property
    def origin(self) -> Origin:
        """File and line of the definition's name."""
        return self.origin_of("metadata", "name")

    def origin_of(self, *path: Step) -> Origin:
        """Return the file and line of a part; see `place`."""
        return Origin(path=self.path, line=self.place(*path).line)

    def place(self, *path: Step, key: bool = False) -> Place:
        """Return the place of the value (or of its key) at a path inside the document.

        Where the document has nothing there, the nearest known part on the way is the place.
        """
        return place_of(self.root, path, key=key)

    def text(self, *path: Step) -> str:
        """Return the value at a path as it was written; empty where there is no such value."""
        node = find(self.root, path)
        return node.text if isinstance(node, ScalarNode) else ""

    def problem(
        self,
        problem_id: str,
        message: str,
        *path: Step,
        hint: str = "",
        key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> Problem:
        """Return a problem with the part at a path."""
        place = self.place(*path, key=key)
        return Problem(problem_id, message, place, hint, severity)
