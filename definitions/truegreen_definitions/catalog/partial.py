"""What can still be understood of a document with faults: all but the parts that have them.

It is good for one thing, to look whether the names it writes are of something: so a fault in one
field does not hide a misspelt name in another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from truegreen_definitions.catalog.model_problems import document_path
from truegreen_definitions.yaml_tree.nodes import MappingNode, SequenceNode, to_data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from truegreen_definitions.yaml_tree.nodes import Node, Step

__all__ = ["without_faults"]

M = TypeVar("M", bound=BaseModel)

_ROUNDS = 3


def without_faults(root: Node, model: type[M], error: ValidationError) -> tuple[Node, M] | None:
    """Return a document without its faulty parts, and what it then says.

    None where nothing is left that could stand alone: a field that must be there is missing or
    faulty.
    """
    for _ in range(_ROUNDS):
        paths = [_removable(root, details) for details in error.errors(include_url=False)]
        root = _without(root, [path for path in paths if path])
        try:
            return root, model.model_validate(to_data(root))
        except ValidationError as further:
            error = further
    return None


def _removable(root: Node, details: ErrorDetails) -> tuple[Step, ...]:
    """Return the path to take out; of a missing field, that of the list's item that lacks it."""
    path, _ = document_path(root, details)
    if details["type"] == "missing":
        path = path[:-1]
        while path and not isinstance(path[-1], int):
            path.pop()
    return tuple(path)


def _without(node: Node, paths: Iterable[tuple[Step, ...]]) -> Node:
    gone = {path[0] for path in paths if len(path) == 1}
    below: dict[Step, list[tuple[Step, ...]]] = {}
    for path in paths:
        if len(path) > 1:
            below.setdefault(path[0], []).append(path[1:])
    if isinstance(node, MappingNode):
        entries = (
            replace(one, value=_without(one.value, below.get(one.key, ())))
            for one in node.entries
            if one.key not in gone
        )
        return replace(node, entries=tuple(entries))
    if isinstance(node, SequenceNode):
        items = (
            _without(one, below.get(index, ()))
            for index, one in enumerate(node.items)
            if index not in gone
        )
        return replace(node, items=tuple(items))
    return node
