"""Trees of documents: what is at a path, and the place to show where nothing is."""

from __future__ import annotations

import pytest

from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode, Step, find, place_of, to_data
from truegreen_definitions.yaml_tree.reader import read

TEXT = """\
a:
  b: [x, {c: 'y'}]
d: z
"""


@pytest.fixture
def root() -> Node:
    """The tree of the text above."""
    return read("a.yaml", TEXT.encode())[0][0].root


@pytest.mark.parametrize(
    ("path", "text"), [(("d",), "z"), (("a", "b", 0), "x"), (("a", "b", 1, "c"), "y")]
)
def test_find(root: Node, path: tuple[Step, ...], text: str) -> None:
    """A path of keys and indexes leads to its node."""
    node = find(root, path)
    assert isinstance(node, ScalarNode)
    assert node.text == text


@pytest.mark.parametrize("path", [("e",), ("a", "b", 2), ("a", "b", -1), ("d", "x"), ("a", 0)])
def test_find_nothing(root: Node, path: tuple[Step, ...]) -> None:
    """A path that the document does not have leads to nothing."""
    assert find(root, path) is None


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        ((), False, (1, 1)),
        (("d",), False, (3, 4)),
        (("d",), True, (3, 1)),
        (("a", "b"), True, (2, 3)),
        (("a", "b", 1, "c"), False, (2, 14)),
        (("a", "missing"), False, (1, 1)),
        (("a", "b", 1, "missing"), False, (2, 10)),
        (("a", "b", 9), False, (2, 3)),
        (("missing", "too"), True, (1, 1)),
    ],
)
def test_place(root: Node, path: tuple[Step, ...], *, key: bool, place: tuple[int, int]) -> None:
    """A value, a key, or the nearest known key on the way to what is missing, has the place."""
    found = place_of(root, path, key=key)
    assert (found.line, found.column) == place


def test_data(root: Node) -> None:
    """The data of a tree is dicts, lists and texts."""
    assert to_data(root) == {"a": {"b": ["x", {"c": "y"}]}, "d": "z"}
