"""From a YAML document to a definition: its header first, then its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from truegreen_definitions.catalog.definition import Definition
from truegreen_definitions.catalog.model_problems import model_problems
from truegreen_definitions.catalog.partial import without_faults
from truegreen_definitions.models import KINDS, Kind
from truegreen_definitions.models.base import API_VERSION
from truegreen_definitions.problems import Edit, Fix, Problem
from truegreen_definitions.suggestions import listed, slip, suggestion
from truegreen_definitions.yaml_tree.edits import fix_of, renamed_key, rewritten
from truegreen_definitions.yaml_tree.nodes import MappingNode, ScalarNode, find, place_of, to_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.problems import Place
    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["Reading", "read_definition", "refused_places"]

_NAME = ("metadata", "name")
_MODELS: dict[str, type[Kind]] = {model.__name__: model for model in KINDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document turned out to be.

    Attributes:
        kind: Its kind; empty when that cannot be told.
        name: Its name; empty when that cannot be told.
        named: Whether the name is one that other definitions can write.
        judged: Whether its model looked at every value.
        definition: None when something is wrong with it.
        partial: What can still be understood of a definition with faults, its names among it.
        problems: What is wrong.
        foreign: The document's tree where it is written in another tool's language.
        path: The file, relative to the definitions folder.
    """

    kind: str = ""
    name: str = ""
    named: bool = True
    judged: bool = True
    definition: Definition[Kind] | None = None
    partial: Definition[Kind] | None = None
    problems: tuple[Problem, ...] = ()
    foreign: Node | None = None
    path: str = ""


def read_definition(path: str, root: Node) -> Reading:
    """Return what a document of a file is.

    Args:
        path: The file, relative to the definitions folder.
        root: The document's tree.
    """
    kind, name = _text(root, "kind"), _text(root, *_NAME)
    problems = tuple(_header_problems(root))
    if problems:
        foreign = root if _is_foreign(root) else None
        told = () if foreign else problems
        return Reading(
            kind=kind, name=name, judged=False, problems=told, foreign=foreign, path=path
        )
    try:
        model = _MODELS[kind].model_validate(to_data(root))
    except ValidationError as error:
        faults = tuple(model_problems(root, error))
        named = bool(name) and all(fault.place != place_of(root, _NAME) for fault in faults)
        left = without_faults(root, _MODELS[kind], error)
        partial = left and Definition(kind=kind, name=name, model=left[1], path=path, root=left[0])
        return Reading(kind=kind, name=name, named=named, partial=partial, problems=faults)
    definition = Definition(kind=kind, name=name, model=model, path=path, root=root)
    return Reading(kind=kind, name=name, definition=definition)


def refused_places(root: Node) -> set[Place]:
    """Return the places of all that the model of a document refuses."""
    return {problem.place for problem in read_definition("", root).problems}


def _is_foreign(root: Node) -> bool:
    from truegreen_definitions.dialects import dialect_of  # noqa: PLC0415  few folders need them

    return dialect_of(root) is not None


def _header_problems(root: Node) -> Iterator[Problem]:
    """Yield what keeps us from knowing which model the document has."""
    if not isinstance(root, MappingNode):
        hint = "it begins with apiVersion, kind, metadata and spec"
        yield Problem("language/not-a-definition", "no definition here", root.place, hint)
        return
    for field, allowed in (("apiVersion", (API_VERSION,)), ("kind", tuple(_MODELS))):
        found = _text(root, field)
        if found in allowed:
            continue
        place, hint = place_of(root, [field]), suggestion(found, allowed)
        if (misspelt := _misspelt(root, field)) is not None:
            yield misspelt
        elif root.entry(field) is None:
            message = f"the definition has no `{field}`"
            hint = f"add `{field}:`, one of {listed(allowed)}"
            fix = _version(root) if field == "apiVersion" else None
            yield Problem("language/missing-field", message, place, hint, fix=fix)
        else:
            problem_id = f"language/unknown-{'kind' if field == 'kind' else 'version'}"
            fix = _slip(root, field, allowed)
            yield Problem(problem_id, f"`{field}`: {found!r} is not known", place, hint, fix=fix)


def _misspelt(root: MappingNode, field: str) -> Problem | None:
    """Return the problem of a key that is a slip of a field which is not there."""
    keys = [entry for entry in root.entries if slip(entry.key, [field])]
    if root.entry(field) is not None or len(keys) != 1:
        return None
    message, hint = f"unknown field `{keys[0].key}`", f"did you mean `{field}`?"
    fix = fix_of(field, renamed_key(keys[0], field))
    return Problem("language/unknown-field", message, keys[0].key_place, hint, fix=fix)


def _version(root: MappingNode) -> Fix | None:
    """Return the line that says the language's one version, before the first of a definition."""
    place = root.place._replace(width=0)
    if _text(root, "kind") not in _MODELS or root.entries[0].key_place.column != 1:
        return None
    in_braces = place != root.entries[0].key_place._replace(width=0)
    line = f"apiVersion: {API_VERSION}"
    return None if in_braces else Fix(f"add `{line}`", (Edit(place, f"{line}\n"),))


def _slip(root: Node, field: str, allowed: Iterable[str]) -> Fix | None:
    node = find(root, [field])
    meant = slip(node.text, allowed) if isinstance(node, ScalarNode) else ""
    return fix_of(meant, rewritten(node, meant)) if isinstance(node, ScalarNode) and meant else None


def _text(root: Node, *path: str) -> str:
    node = find(root, path)
    return node.text if isinstance(node, ScalarNode) else ""
