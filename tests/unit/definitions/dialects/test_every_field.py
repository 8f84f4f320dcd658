"""No field of another tool is dropped without a word: it changes what is made, or it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.text import plan_text
from truegreen_definitions.yaml_tree.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    find,
)
from truegreen_definitions.yaml_tree.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.problems import Place

# Kinds and names of what is written in place, which nobody refers to; and whether a metric is a
# counter where a rate of it is taken, which says so itself.
SAME = {
    *(("name", "own"), ("name", "inline"), ("name", "inline-condition")),
    *(("kind", "AlertPolicy"), ("kind", "AlertCondition"), ("counter", "false")),
}


class Leaf(NamedTuple):
    """A text of a document.

    Attributes:
        key: The field it is the value of.
        node: The text.
        where: Where a problem would tell of it: at itself and all that it is in.
    """

    key: str
    node: ScalarNode
    where: frozenset[Place]


def _leaves(node: Node, key: str, above: frozenset[Place]) -> Iterator[Leaf]:
    if isinstance(node, ScalarNode):
        yield Leaf(key, node, above | {node.place})
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _leaves(item, key, above | {item.place})
    elif isinstance(node, MappingNode):
        for entry in node.entries:
            yield from _leaves(entry.value, entry.key, above | {entry.key_place})


def _at(place: Place) -> tuple[int, int]:
    return place.line, place.column


def _without(data: bytes, leaf: ScalarNode) -> bytes:
    """Return a document in which a text has another one in its place, of the same length."""
    lines = data.decode().split("\n")
    line, at = lines[leaf.place.line - 1], leaf.place.column - 1
    at += 0 if leaf.plain else 1
    text = leaf.text
    assert line[at:].startswith(text)
    other = {"true": "false", "false": "true", "ticket": "page"}.get(text)
    other = other or (text[:-1] + ("8" if text[-1] != "8" else "9") if text else text)
    lines[leaf.place.line - 1] = line[:at] + other + line[at + len(text) :]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(("case", "name"), [("openslo", "openslo.yaml"), ("sloth", "shop.yml")])
def test_every_field_means_something_or_is_told(root: Path, case: str, name: str) -> None:
    """Another text at any place changes plan or problems, unless a problem stands at that place."""
    cases = root / "tests" / "golden" / "definitions" / "dialects"
    files = {file.path: file for file in read_folder(cases / f"{case}-every-field" / "input")}
    library = read_library()

    def made(data: bytes) -> tuple[str, list[tuple[object, ...]]]:
        changed = {**files, name: SourceFile(path=name, shown=name, data=data)}
        found = compile_files(list(changed.values()), library)
        said = [(one.id, one.message, one.hint, one.place.line) for one in found.problems]
        return (plan_text(found.plan) if found.plan else "", said)

    data = files[name].data
    found = compile_files([*files.values()], library)
    told = {_at(one.place) for one in found.problems}
    before, silent, looked = made(data), [], 0
    documents, _ = read(name, data)
    for document in documents:
        kind = find(document.root, ("kind",))  # where an object is told of as a whole
        whole = frozenset({document.root.place, *([kind.place] if kind else [])})
        for leaf in _leaves(document.root, "", whole):
            if (leaf.key, leaf.node.text) in SAME or {_at(one) for one in leaf.where} & told:
                continue
            looked += 1
            if made(_without(data, leaf.node)) == before:
                silent.append(f"{leaf.node.place.line}: {leaf.key}: {leaf.node.text}")
    assert silent == []
    assert looked > 8
