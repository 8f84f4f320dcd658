"""The tree of a YAML document: every node and key with its place.

Scalars keep their text and whether they were written without quotes; what the text means is
decided by the model that asks for it, so `99.90` never passes through a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.problems import Place

__all__ = [
    "Data",
    "Document",
    "Entry",
    "MappingNode",
    "Node",
    "Plain",
    "ScalarNode",
    "SequenceNode",
    "Step",
    "find",
    "place_of",
    "to_data",
]

Step: TypeAlias = str | int
Data: TypeAlias = "str | list[Data] | dict[str, Data]"


class Plain(str):
    """Text that was written without quotes, so `true` may be a boolean and `7` a number."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text; `plain` when written without quotes."""

    text: str
    plain: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping and its value."""

    key: str
    key_place: Place
    value: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping; keys are unique, in the order of the file."""

    entries: tuple[Entry, ...]
    place: Place

    def entry(self, key: str) -> Entry | None:
        """Return the entry of a key, if there is one."""
        return next((entry for entry in self.entries if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    items: tuple[Node, ...]
    place: Place


Node: TypeAlias = ScalarNode | MappingNode | SequenceNode


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file: the file's path as shown to people, and the root node."""

    path: str
    root: Node


def to_data(node: Node) -> Data:
    """Return a node as plain data: dicts, lists and texts (`Plain` where without quotes)."""
    if isinstance(node, ScalarNode):
        return Plain(node.text) if node.plain else node.text
    if isinstance(node, SequenceNode):
        return [to_data(item) for item in node.items]
    return {entry.key: to_data(entry.value) for entry in node.entries}


def find(node: Node, path: Sequence[Step]) -> Node | None:
    """Return the node at a path of keys and indexes; None when the document has none there."""
    for step in path:
        below = _below(node, step)
        if below is None:
            return None
        node = below[1]
    return node


def place_of(node: Node, path: Sequence[Step], *, key: bool = False) -> Place:
    """Return the place of the value (or the key) at a path.

    Where the document ends before the path does, the last known key on the way is the place:
    a missing field is shown at the key of the mapping that lacks it, and at the start of that
    mapping when it has no key (an item of a list).
    """
    name_place: Place | None = None
    for step in path:
        below = _below(node, step)
        if below is None:
            return name_place or node.place
        name_place, node = below
    return name_place if key and name_place else node.place


def _below(node: Node, step: Step) -> tuple[Place | None, Node] | None:
    if isinstance(node, MappingNode) and isinstance(step, str):
        entry = node.entry(step)
        return None if entry is None else (entry.key_place, entry.value)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.items):
        return None, node.items[step]
    return None
