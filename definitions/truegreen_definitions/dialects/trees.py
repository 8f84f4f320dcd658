"""Documents of our own language, built of parts of others: every part keeps its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.models.base import API_VERSION
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import (
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    find,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.problems import Place

__all__ = [
    "Part",
    "document",
    "items_of",
    "named",
    "owner_of",
    "owners_in",
    "team",
    "text_at",
    "tree",
]

Part: TypeAlias = "Node | str | Sequence[Part] | Mapping[str, Part]"

_NO_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 63
_OWNERS = ("owner", "team")
NOBODY = "unowned"


def tree(part: Part, place: Place) -> Node:
    """Return a part as a tree; what has no place of its own is shown at this one."""
    if isinstance(part, ScalarNode | MappingNode | SequenceNode):
        return part
    if isinstance(part, str):
        return ScalarNode(part, plain=True, place=place)
    if isinstance(part, Mapping):
        values = ((key, tree(value, place)) for key, value in part.items())
        return MappingNode(tuple(Entry(key, node.place, node) for key, node in values), place)
    return SequenceNode(tuple(tree(item, place) for item in part), place)


def document(
    kind: str, metadata: Mapping[str, Part], spec: Mapping[str, Part], place: Place
) -> Node:
    """Return a whole document of our own."""
    return tree(
        {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}, place
    )


def text_at(root: Node, *path: str | int) -> ScalarNode | None:
    """Return the text at a path; None where there is none, or an empty one."""
    found = find(root, path)
    return found if isinstance(found, ScalarNode) and found.text else None


def items_of(root: Node, *path: str | int) -> tuple[Node, ...]:
    """Return the items of a list at a path; none where there is no list."""
    found = find(root, path)
    return found.items if isinstance(found, SequenceNode) else ()


def named(node: ScalarNode, problems: list[Problem]) -> ScalarNode:
    """Return a name that our language takes, and tell when it is another one."""
    text = _NO_NAME.sub("-", node.text.lower()).strip("-")
    text = text if text[:1].isalpha() else f"x-{text}"
    text = text[:_LONGEST_NAME].rstrip("-")
    if text != node.text:
        message = f"{node.text!r} is called `{text}` here"
        hint = "a name has lower-case letters, digits and `-`, and begins with a letter"
        problems.append(Problem("dialect/renamed", message, node.place, hint, Severity.INFO))
    return ScalarNode(text, plain=True, place=node.place)


def owner_of(labels: Node | None, place: Place, problems: list[Problem]) -> ScalarNode:
    """Return the team that labels name as owner; one that nobody is in where they name none."""
    for found in owners_in(labels):
        return named(found, problems)
    message = "nobody is said to own this service"
    hint = f"add the label {' or '.join(_OWNERS)}: alerts belong to the team `{NOBODY}` until then"
    problems.append(Problem("dialect/no-owner", message, place, hint, Severity.WARNING))
    return ScalarNode(NOBODY, plain=True, place=place)


def owners_in(labels: Node | None) -> Iterator[ScalarNode]:
    """Yield the teams that labels name, the owner's label first."""
    if labels is None:
        return
    for label in _OWNERS:
        found = text_at(labels, label) or text_at(labels, label, 0)
        if found:
            yield found


def team(name: ScalarNode) -> Node:
    """Return a team of which no more is known than its name."""
    return document("Team", {"name": name}, {"contact": name.text}, name.place)
