"""What pydantic says of a document, as Problems in our words with the exact place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from truegreen_definitions.catalog.split_values import split_values
from truegreen_definitions.models.base import UnknownField
from truegreen_definitions.problems import Problem
from truegreen_definitions.suggestions import listed, nearest, slip, suggestion
from truegreen_definitions.yaml_tree.edits import fix_of, renamed_key, rewritten, unquoted
from truegreen_definitions.yaml_tree.nodes import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    find,
    place_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from truegreen_definitions.problems import Fix
    from truegreen_definitions.yaml_tree.nodes import Node, Step

__all__ = ["UNKNOWN", "document_path", "model_problems"]

BAD_VALUE, MISSING, UNKNOWN = (
    "language/bad-value",
    "language/missing-field",
    "language/unknown-field",
)


def model_problems(root: Node, error: ValidationError) -> Iterator[Problem]:
    """Yield a problem for every error, in pydantic's order.

    A field that is missing because its name is misspelt is one fault, and one problem; so is a
    value that a comma has split in two.
    """
    found = error.errors(include_url=False)
    split, told = split_values(root), set[Problem]()
    misspelt = {
        (details["loc"][:-1], nearest(str(details["loc"][-1]), _allowed_fields(details["input"])))
        for details in found
        if details["type"] == "extra_forbidden"
    }
    for details in found:
        place = (details["loc"][:-1], details["loc"][-1]) if details["loc"] else None
        if details["type"] == "missing" and place in misspelt:
            continue
        problem = _problem(root, details)
        problem = split.get(problem.place, problem)
        if problem not in told:
            yield problem
        told.add(problem)


def _problem(root: Node, details: ErrorDetails) -> Problem:
    path, at_key = document_path(root, details)
    kind, context = details["type"], details.get("ctx", {})
    if kind == "missing":
        return _missing(root, path[:-1], str(path[-1]))
    if kind == "union_tag_not_found":
        return _without_kind(root, path, context)
    if kind == "extra_forbidden":
        return _unknown(root, path, _allowed_fields(details["input"]))
    if kind == "union_tag_invalid":
        path = [*path, str(context["discriminator"]).strip("'")]
    return _bad_value(root, path, details, at_key=at_key)


def _unknown(root: Node, path: Sequence[Step], allowed: Sequence[str]) -> Problem:
    name, parent = str(path[-1]), find(root, path[:-1])
    place = place_of(root, path, key=True)
    entries = parent.entries if isinstance(parent, MappingNode) else ()
    free = [field for field in allowed if field not in {entry.key for entry in entries}]
    meant = slip(name, allowed)
    edits = [renamed_key(one, meant) for one in entries if one.key == name and meant in free]
    hint = suggestion(name, allowed)
    return Problem(UNKNOWN, f"unknown field `{name}`", place, hint, fix=fix_of(meant, *edits))


def _bad_value(root: Node, path: Sequence[Step], details: ErrorDetails, *, at_key: bool) -> Problem:
    node = find(root, path)
    message, hint = _words(node, details)
    in_list = bool(path) and isinstance(path[-1], int) and isinstance(node, MappingNode)
    field = "" if in_list else next((s for s in reversed(path) if isinstance(s, str)), "")
    # A collection begins on another line than its key, and no value has no place to point at.
    at_key = at_key or not isinstance(node, ScalarNode) or (node.plain and not node.text)
    place = place_of(root, path, key=at_key)
    message = f"`{field}`: {message}" if field else message
    return Problem(BAD_VALUE, message, place, hint, fix=_fix(node, details))


def _fix(node: Node | None, details: ErrorDetails) -> Fix | None:
    """Return how a value is mended, where that is certain."""
    if not isinstance(node, ScalarNode):
        return None
    context = details.get("ctx", {})
    if context.get("bare"):
        return fix_of(node.text, unquoted(node))
    instead = str(context.get("instead", ""))
    if details["type"] in {"literal_error", "union_tag_invalid"}:
        instead = slip(node.text, _choices(context))
    return fix_of(instead, rewritten(node, instead) if instead else None)


def document_path(root: Node, details: ErrorDetails) -> tuple[list[Step], bool]:
    """Return where an error is, without the tags of unions, and whether it is about a key.

    What the document does not have at that point is a tag, but for the name of a missing field.
    """
    location = details["loc"]
    path: list[Step] = []
    node: Node | None = root
    for index, step in enumerate(location):
        last = index == len(location) - 1
        if step == "[key]" and last:
            return path, True
        below = find(node, [step]) if node is not None else None
        if below is not None or (last and details["type"] == "missing"):
            path.append(step)
            node = below
    return path, False


def _missing(root: Node, parent: Sequence[Step], field: str) -> Problem:
    place = place_of(root, parent, key=True)
    name = next((step for step in reversed(parent) if isinstance(step, str)), None)
    where = f"`{name}`" if name else "the definition"
    where = f"an item of {where}" if parent and isinstance(parent[-1], int) else where
    return Problem(MISSING, f"{where} has no `{field}`", place, f"add `{field}:`")


def _without_kind(root: Node, path: Sequence[Step], context: dict[str, Any]) -> Problem:
    if isinstance(find(root, path), MappingNode):
        return _missing(root, path, str(context["discriminator"]).strip("'"))
    place = place_of(root, path)
    return Problem(BAD_VALUE, f"`{path[-1]}`: expected a mapping", place)


def _allowed_fields(value: object) -> tuple[str, ...]:
    return value.allowed if isinstance(value, UnknownField) else ()


def _words(node: Node | None, details: ErrorDetails) -> tuple[str, str]:
    """Return message and hint of an error about a value."""
    kind, context = details["type"], details.get("ctx", {})
    if "message" in context:
        return str(context["message"]), str(context.get("hint", ""))
    if kind in {"literal_error", "union_tag_invalid"}:
        allowed = _choices(context)
        if not isinstance(node, ScalarNode):
            return f"expected one of {listed(allowed)}, found {_found(node)}", ""
        return f"{node.text!r} is not allowed", suggestion(node.text, allowed)
    if kind == "tuple_type":
        return f"expected a list, found {_found(node)}", "write it as [a, b], or one `- ` a line"
    if kind in {"dict_type", "mapping_type", "model_attributes_type", "not_a_mapping"}:
        return f"expected a mapping, found {_found(node)}", str(context.get("hint", ""))
    if kind == "too_short":
        return "it is empty", f"at least {context['min_length']} needed"
    if kind == "too_long":
        return f"it has {context['actual_length']} entries", f"at most {context['max_length']}"
    return str(details["msg"]).lower(), ""


def _choices(context: dict[str, Any]) -> list[str]:
    return re.findall(r"'([^']*)'", str(context.get("expected") or context["expected_tags"]))


def _found(node: Node | None) -> str:
    if isinstance(node, ScalarNode):
        return repr(node.text) if node.text else "nothing"
    return "a list" if isinstance(node, SequenceNode) else "a mapping"
