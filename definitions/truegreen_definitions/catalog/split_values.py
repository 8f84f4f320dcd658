"""Values that a comma has split: `{objective: 99,9%}` is to YAML `objective: 99` and a key `9%`.

In a flow mapping a comma ends a value, also where its author meant the comma of a number. Such a
key is not the name of anything and has no value, so the two halves are told as one fault.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from truegreen_definitions.problems import Edit, Fix, Problem
from truegreen_definitions.yaml_tree.nodes import MappingNode, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.problems import Place
    from truegreen_definitions.yaml_tree.nodes import Entry, Node

__all__ = ["split_values"]

SPLIT = "language/bad-value"
_WHOLE = re.compile(r"[0-9]+")
_REST = re.compile(r"([0-9]+)(%|[a-z]{1,2})?")
_THOUSAND = 3  # so many digits after a comma may be the last of a thousand as well


def split_values(root: Node) -> dict[Place, Problem]:
    """Return the problem of every split value, by the places of its two halves."""
    found = {}
    for before, after in _neighbours(root):
        problem = _split(before, after)
        if problem is not None:
            found[before.value.place] = found[after.key_place] = problem
    return found


def _neighbours(node: Node) -> Iterator[tuple[Entry, Entry]]:
    if isinstance(node, MappingNode):
        yield from pairwise(node.entries)
        for entry in node.entries:
            yield from _neighbours(entry.value)
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _neighbours(item)


def _split(before: Entry, after: Entry) -> Problem | None:
    value, empty, key = before.value, after.value, after.key_place
    if not (isinstance(value, ScalarNode) and isinstance(empty, ScalarNode)):
        return None
    rest = _REST.fullmatch(after.key)
    bare = value.plain and empty.plain and not empty.text and key.width == len(after.key)
    if not (value.place.line == key.line and bare and rest and _WHOLE.fullmatch(value.text)):
        return None
    place = value.place._replace(width=key.end_column - value.place.column)
    meant = f"{value.text}.{after.key}"
    title = f"write `{meant}`"
    together = value.place.end_column + 1 == key.column  # with nothing but the comma between
    certain = together and (rest[2] == "%" or len(rest[1]) != _THOUSAND)
    return Problem(
        SPLIT,
        f"`{before.key}`: a comma splits values here, so `{after.key}` is a key",
        place,
        title if certain else f"write {meant} if that is meant",
        fix=Fix(title, (Edit(place, meant),)) if certain else None,
    )
