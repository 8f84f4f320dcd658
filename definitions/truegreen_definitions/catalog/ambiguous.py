"""How a value that YAML readers disagree on is mended for certain, by the field it stands in.

A field that takes it as text means text: it gets quotes. One that takes no text, but the plain
number or boolean in its place, means that. In the JSON of a request both would do, so nothing is
certain there; nor is it below a key that nobody knows, until that has its right name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.problems import Edit, Fix
from truegreen_definitions.yaml_tree.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    find,
    place_of,
)
from truegreen_definitions.yaml_tree.surprises import plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from truegreen_definitions.problems import Place, Problem
    from truegreen_definitions.yaml_tree.nodes import Node, Step

__all__ = ["AMBIGUOUS", "with_fix"]

AMBIGUOUS = "yaml/ambiguous"
_OF_ANY_TYPE = {"json", "assert"}
_WORD = "word"  # a field that takes a number and not this is no text


def with_fix(
    fault: Problem,
    root: Node,
    refused: Iterable[Place],
    unknown: Iterable[Place],
    places: Callable[[Node], set[Place]],
) -> Problem:
    """Return a fault of the reader, with its fix where the document's model makes it certain.

    Args:
        fault: An ambiguous value.
        root: The document it stands in, or another one.
        refused: Places of the values that the document's model refuses.
        unknown: Places of the keys that it does not know, so that it looks at nothing below.
        places: Returns those places for a changed document.
    """
    path = _path_to(root, fault.place)
    node = find(root, path) if path else None
    if not path or not isinstance(node, ScalarNode) or _OF_ANY_TYPE & set(path):
        return fault
    above = (place_of(root, path[:end], key=True) for end in range(1, len(path) + 1))
    if not set(unknown).isdisjoint(above):
        return fault

    def takes(text: str) -> bool:
        changed = _replaced(root, path, replace(node, text=text))
        return bool(text) and fault.place not in places(changed)

    meant = plainly(node.text)
    is_taken = fault.place not in refused
    if is_taken and (takes(_WORD) or not _is_number(meant)):
        return _with(fault, f"'{node.text}'")
    return _with(fault, meant) if takes(meant) else fault


def _is_number(text: str) -> bool:
    return text[-1:].isdigit()


def _with(fault: Problem, text: str) -> Problem:
    return replace(fault, fix=Fix(f"write `{text}`", (Edit(fault.place, text),)))


def _path_to(root: Node, place: Place) -> tuple[Step, ...]:
    """Return the path of the scalar at a place; empty when there is none."""
    below: Iterable[tuple[Step, Node]]
    if isinstance(root, MappingNode):
        below = ((entry.key, entry.value) for entry in root.entries)
    elif isinstance(root, SequenceNode):
        below = enumerate(root.items)
    else:
        return ()
    for step, node in below:
        if isinstance(node, ScalarNode):
            if node.place == place:
                return (step,)
        elif path := _path_to(node, place):
            return (step, *path)
    return ()


def _replaced(root: Node, path: tuple[Step, ...], node: Node) -> Node:
    if not path:
        return node
    step, rest = path[0], path[1:]
    if isinstance(root, MappingNode):
        entries = (
            replace(one, value=_replaced(one.value, rest, node)) if one.key == step else one
            for one in root.entries
        )
        return replace(root, entries=tuple(entries))
    if isinstance(root, SequenceNode):
        items = (
            _replaced(one, rest, node) if index == step else one
            for index, one in enumerate(root.items)
        )
        return replace(root, items=tuple(items))
    return root
