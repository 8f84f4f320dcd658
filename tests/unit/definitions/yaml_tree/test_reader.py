"""The reader: right places, everything refused with its place, and never an exception."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from truegreen_definitions.yaml_tree import reader
from truegreen_definitions.yaml_tree.nodes import MappingNode, Node, ScalarNode, to_data

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "definitions").glob("*/*.yaml"))


def _nodes(node: Node) -> Iterator[tuple[int, int, str | None]]:
    """Yield line, column and text of every node and key, in the order of the file."""
    yield node.place.line, node.place.column, getattr(node, "text", None)
    if isinstance(node, MappingNode):
        for entry in node.entries:
            yield entry.key_place.line, entry.key_place.column, entry.key
            yield from _nodes(entry.value)
    elif not isinstance(node, ScalarNode):
        for item in node.items:
            yield from _nodes(item)


def _composed(node: yaml.Node) -> Iterator[tuple[int, int, str | None]]:
    """Yield the same of a tree of PyYAML's own composer."""
    text = node.value if isinstance(node, yaml.ScalarNode) else None
    yield node.start_mark.line + 1, node.start_mark.column + 1, text
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _composed(key)
            yield from _composed(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _composed(item)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_places_are_those_of_pyyaml(path: Path) -> None:
    """Every node and key of real definitions has the place PyYAML's composer gives it."""
    documents, problems = reader.read(path.name, path.read_bytes())
    composed = [node for node in yaml.compose_all(path.read_text()) if node is not None]
    assert problems == ()
    assert [list(_nodes(d.root)) for d in documents] == [list(_composed(n)) for n in composed]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_data_is_that_of_pyyaml(path: Path) -> None:
    """The data of real definitions is what PyYAML reads when it reads all scalars as text."""
    documents, _ = reader.read(path.name, path.read_bytes())
    expected = list(yaml.load_all(path.read_text(), Loader=yaml.BaseLoader))
    assert [to_data(document.root) for document in documents] == expected


def test_the_width_is_that_of_the_text() -> None:
    """A scalar is as wide as it is written, quotes included; one of several lines to its end."""
    text = "a: word\nb: 'quoted'\nc: first\n  second\nd: |\n  below\n"
    documents, _ = reader.read("a.yaml", text.encode())
    root = documents[0].root
    assert isinstance(root, MappingNode)
    widths = {entry.key: entry.value.place.width for entry in root.entries}
    assert widths == {"a": 4, "b": 8, "c": 5, "d": 1}


def _ids(data: bytes) -> list[tuple[str, int, int]]:
    return [(p.id, p.place.line, p.place.column) for p in reader.read("a.yaml", data)[1]]


def test_all_problems_of_a_file_are_found() -> None:
    """The reader goes on after what it refuses, and keeps the rest of the document."""
    data = b"a: &x 1\nb: *x\na: !!int 2\nc: no\nd: {<<: {e: f}}\ng: h\n"
    documents, problems = reader.read("a.yaml", data)
    assert [problem.id for problem in problems] == [
        *("yaml/anchor", "yaml/alias", "yaml/tag"),
        *("yaml/duplicate-key", "yaml/ambiguous", "yaml/merge"),
    ]
    assert to_data(documents[0].root) == {"a": "1", "b": "", "c": "no", "d": {}, "g": "h"}


def test_documents_before_a_syntax_error_are_kept() -> None:
    """A file that breaks off gives what was whole before, and one problem."""
    documents, problems = reader.read("a.yaml", b"a: b\n---\nc: [d\n")
    assert [to_data(document.root) for document in documents] == [{"a": "b"}]
    assert [problem.id for problem in problems] == ["yaml/syntax"]
    assert problems[0].id in reader.STOPPING


def test_a_forgotten_separator_is_thought_of() -> None:
    """Where a second definition begins without `---`, its first line says what to put there."""
    _, problems = reader.read("a.yaml", b"apiVersion: a\nkind: b\napiVersion: a\nkind: c\n")
    assert [problem.id for problem in problems] == ["yaml/duplicate-key", "yaml/duplicate-key"]
    assert problems[0].hint == (
        "the first one is at a.yaml:1:1: remove one of the two, "
        "or put `---` on a line above it, where another definition begins"
    )
    assert problems[1].hint == "the first one is at a.yaml:2:1: remove one of the two"


def test_depth_is_bounded() -> None:
    """The deepest nesting allowed is read, one more is refused at its place and ends the file."""
    deepest = "[" * reader.MAX_DEPTH + "]" * reader.MAX_DEPTH
    assert _ids(deepest.encode()) == []
    assert _ids(f"[{deepest}]".encode()) == [("yaml/depth", 1, reader.MAX_DEPTH + 1)]


@pytest.mark.parametrize(
    ("piece", "found"),
    [
        (b"[", "yaml/depth"),
        (b"{a: ", "yaml/depth"),
        (b"- ", "yaml/depth"),
        (b"? ", "yaml/key"),
        (b"? [", "yaml/key"),
        (b"[[a]: ", "yaml/key"),
        (b"---\n", "yaml/too-many-nodes"),
        (b"- a\n", "yaml/too-many-nodes"),
        (b"%TAG !a! b\n", "yaml/directive"),
        (b"...\r%TAG !a! b", "yaml/directive"),
        (b"*a ", "yaml/syntax"),
        (b"!", "yaml/tag"),
        (b"#\n", "yaml/empty"),
    ],
)
def test_bombs_are_cheap(piece: bytes, found: str) -> None:
    """A file as large as allowed, made to be slow, is refused within seconds."""
    started = time.process_time()
    ids = {name for name, _, _ in _ids(piece * (reader.MAX_BYTES // len(piece)))}
    assert found in ids
    assert time.process_time() - started < 10


def test_size_and_nodes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the bounds is one problem, found without reading all of it."""
    monkeypatch.setattr(reader, "MAX_BYTES", 64)
    monkeypatch.setattr(reader, "MAX_NODES", 10)
    assert _ids(b"#" * 64) == [("yaml/empty", 1, 1)]
    assert _ids(b"#" * 65) == [("yaml/too-large", 1, 1)]
    assert _ids(b"[" + b"a," * 9 + b"]") == []
    assert _ids(b"[" + b"a," * 10 + b"]") == [("yaml/too-many-nodes", 1, 1)]


def test_an_alias_bomb_costs_nothing() -> None:
    """Aliases are refused where they stand and never followed."""
    levels = [b"a0: &a0 [x,x]"]
    levels += [b"a%d: &a%d [*a%d,*a%d]" % (n, n, n - 1, n - 1) for n in range(1, 60)]
    found = [name for name, _, _ in _ids(b"\n".join(levels))]
    assert found.count("yaml/alias") == 118
    assert found.count("yaml/anchor") == 60


def test_empty_documents_are_no_definitions() -> None:
    """A separator at the end adds nothing; a file without a document is said to be empty."""
    assert _ids(b"---\na: b\n---\n") == []
    assert _ids(b"") == [("yaml/empty", 1, 1)]
    assert _ids(b"---\n# nothing yet\n") == [("yaml/empty", 1, 1)]


YAML_PIECES = st.lists(
    st.sampled_from(
        [
            *("a", "b: ", "- ", "\n", "\n  ", "\t", "'", '"', "[", "]", "{", "}", ",", ": ", "? "),
            *("#", "&x ", "*x", "!t ", "!!str ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n"),
            *("<<: ", "no", "1e3", "\r", "\x85", "\u2028", "é", "\U0001f600", "\ufeff", "\\", "%"),
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=80), YAML_PIECES.map(str.encode)))
@example(b"\xff")
@example(b"\xef\xbb\xbf")
@example(b"? ")
@example(b"a: |\n\t")
@example(b"%TAG ! tag:x,2000:\n---\na: !b c")
@example(b"'\x85")
def test_nothing_makes_it_raise(data: bytes) -> None:
    """Whatever the bytes, there are documents and problems, each at a place in the text."""
    documents, problems = reader.read("a.yaml", data)
    lines = data.decode(errors="replace").splitlines() or [""]
    for problem in problems:
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
    assert documents or problems


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.text(alphabet="abz9 :#-'\"\n", max_size=6),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3),
        ),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_what_pyyaml_writes_is_read_back(data: Any, flow: bool) -> None:  # noqa: FBT001
    """Data that PyYAML has written comes back as it was, in both of its styles."""
    text = yaml.safe_dump(data, default_flow_style=flow, allow_unicode=True)
    documents, problems = reader.read("a.yaml", text.encode())
    assert problems == ()
    assert [to_data(document.root) for document in documents] == [data]
