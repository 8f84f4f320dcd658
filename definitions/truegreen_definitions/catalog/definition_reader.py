"""From a YAML document to a definition: its header first, then its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from truegreen_definitions.catalog.definition import Definition
from truegreen_definitions.catalog.model_problems import model_problems
from truegreen_definitions.models import KINDS, Kind
from truegreen_definitions.models.base import API_VERSION
from truegreen_definitions.problems import Problem
from truegreen_definitions.suggestions import listed, suggestion
from truegreen_definitions.yaml_tree.nodes import MappingNode, ScalarNode, find, place_of, to_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["Reading", "read_definition"]

_NAME = ("metadata", "name")
_MODELS: dict[str, type[Kind]] = {model.__name__: model for model in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document turned out to be.

    Attributes:
        kind: Its kind; empty when that cannot be told.
        name: Its name; empty when that cannot be told.
        named: Whether the name is one that other definitions can write.
        definition: None when something is wrong with it.
        problems: What is wrong.
    """

    kind: str = ""
    name: str = ""
    named: bool = True
    definition: Definition[Kind] | None = None
    problems: tuple[Problem, ...] = ()


def read_definition(path: str, root: Node) -> Reading:
    """Return what a document of a file is.

    Args:
        path: The file, relative to the definitions folder.
        root: The document's tree.
    """
    kind, name = _text(root, "kind"), _text(root, *_NAME)
    problems = tuple(_header_problems(root))
    if problems:
        return Reading(kind=kind, name=name, problems=problems)
    try:
        model = _MODELS[kind].model_validate(to_data(root))
    except ValidationError as error:
        faults = tuple(model_problems(root, error))
        named = all(fault.place != place_of(root, _NAME) for fault in faults)
        return Reading(kind=kind, name=name, named=named, problems=faults)
    definition = Definition(kind=kind, name=name, model=model, path=path, root=root)
    return Reading(kind=kind, name=name, definition=definition)


def _header_problems(root: Node) -> Iterator[Problem]:
    """Yield what keeps us from knowing which model the document has."""
    if not isinstance(root, MappingNode):
        hint = "it begins with apiVersion, kind, metadata and spec"
        yield Problem("language/not-a-definition", "no definition here", root.place, hint)
        return
    for field, allowed in (("apiVersion", (API_VERSION,)), ("kind", tuple(_MODELS))):
        found, place = _text(root, field), place_of(root, [field])
        hint = suggestion(found, allowed)
        if root.entry(field) is None:
            message = f"the definition has no `{field}`"
            hint = f"add `{field}:`, one of {listed(allowed)}"
            yield Problem("language/missing-field", message, place, hint)
        elif found not in allowed:
            problem_id = f"language/unknown-{'kind' if field == 'kind' else 'version'}"
            yield Problem(problem_id, f"`{field}`: {found!r} is not known", place, hint)


def _text(root: Node, *path: str) -> str:
    node = find(root, path)
    return node.text if isinstance(node, ScalarNode) else ""
