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
    from collections.abc import Collection, Iterator

    from truegreen_definitions.problems import Place

__all__ = [
    "Part",
    "document",
    "items_of",
    "named",
    "not_carried",
    "owner_of",
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
    kind: str, name: Part, spec: Mapping[str, Part], place: Place, title: str = ""
) -> Node:
    """Return a whole document of our own."""
    metadata: dict[str, Part] = {"name": name, **({"title": title} if title else {})}
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


def not_carried(root: Node, carried: Collection[str], why: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each field of a mapping that means nothing to us.

    Args:
        root: The mapping; anything else has no fields.
        carried: Fields that are read.
        why: What to do about a field, by its name.
    """
    for entry in root.entries if isinstance(root, MappingNode) else ():
        if entry.key not in carried:
            message = f"`{entry.key}` does not carry over"
            hint = why.get(entry.key, "nothing is made of it")
            place = entry.key_place
            yield Problem("dialect/not-carried", message, place, hint, Severity.INFO)


def owner_of(labels: Node | None, place: Place, problems: list[Problem]) -> ScalarNode:
    """Return the team that labels name as owner; one that nobody is in where they name none."""
    for label in _OWNERS:
        found = labels and (text_at(labels, label) or text_at(labels, label, 0))
        if found:
            return named(found, problems)
    message = "nobody is said to own this service"
    hint = f"add the label {' or '.join(_OWNERS)}: alerts belong to the team `{NOBODY}` until then"
    problems.append(Problem("dialect/no-owner", message, place, hint, Severity.WARNING))
    return ScalarNode(NOBODY, plain=True, place=place)


def team(name: ScalarNode) -> Node:
    """Return a team of which no more is known than its name."""
    return document("Team", name, {"contact": name.text}, name.place)
