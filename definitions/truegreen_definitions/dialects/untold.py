"""Fields of other tools' documents that nothing is made of: all that a table does not name.

A dialect names the fields that it reads, so a field that nobody thought of is told, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Fields", "untold"]

Fields: TypeAlias = "Mapping[str, Fields | None]"
"""Field to those below it that are read; None where all of it is. Of a list, those of its items."""


def untold(
    node: Node, fields: Fields, why: Mapping[str, str], inside: str = ""
) -> Iterator[Problem]:
    """Yield a problem for each field of a document that means nothing to us.

    Args:
        node: The document, or a part of it.
        fields: Fields that are read.
        why: What there is in place of a field, by its name; `labels.*` is every field of `labels`.
        inside: Name of the field that the part is of.
    """
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from untold(item, fields, why, inside)
    for entry in node.entries if isinstance(node, MappingNode) else ():
        below = fields.get(entry.key)
        if below is not None:
            yield from untold(entry.value, below, why, entry.key)
        elif entry.key not in fields:
            message = f"`{entry.key}` does not carry over"
            hint = why.get(entry.key) or why.get(f"{inside}.*") or "nothing is made of it"
            yield Problem("dialect/not-carried", message, entry.key_place, hint, Severity.INFO)
