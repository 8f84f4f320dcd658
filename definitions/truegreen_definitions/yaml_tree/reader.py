"""The YAML reader: documents as trees with the place of every node, and all that is wrong.

It is a constructor of our own on PyYAML's events (the C parser), for three reasons: every
node and key keeps its line and column, duplicate keys are found, and what YAML can do beyond
plain data (anchors, aliases, tags, merge keys) is refused. Size, depth and number of nodes are
bounded. No input makes it raise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from truegreen_definitions.definition_files import MAX_BYTES
from truegreen_definitions.problems import Place, Problem
from truegreen_definitions.yaml_tree.encoding import decoded
from truegreen_definitions.yaml_tree.nodes import (
    Document,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
)
from truegreen_definitions.yaml_tree.surprises import surprise
from truegreen_definitions.yaml_tree.syntax import syntax_problem

if TYPE_CHECKING:
    from yaml.error import Mark
    from yaml.events import Event, NodeEvent

__all__ = ["MAX_BYTES", "MAX_DEPTH", "MAX_NODES", "STOPPING", "read"]

MAX_DEPTH = 64
MAX_NODES = 200_000

STOPPING = frozenset(
    {"yaml/syntax", "yaml/tab", "yaml/encoding", "yaml/character", "yaml/too-large"}
    | {"yaml/too-many-nodes", "yaml/depth", "yaml/directive"}
)
"""Problems after which the rest of a file is not read."""

# The C parser where PyYAML was built with it, else the one in Python: the events are the same.
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_FIRST_KEY = "apiVersion"  # a second one mostly means that `---` was forgotten
_DIRECTIVE = re.compile("(?:^|[\n\r\x85\u2028\u2029])%")
_UNDERLINED = frozenset({ScalarEvent, AliasEvent})
_BLOCK_STYLES = frozenset("|>")
_WRITE_OUT = "write the value out where it is needed"
_DIVIDE = "divide the file into several"


class _StopError(Exception):
    """A bound is passed: the problem it carries ends the reading of the file."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(path: str, data: bytes) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """Return the documents of a file and everything the reader refuses in it.

    A document with a refused part is still returned, so that the rest of it can be checked;
    after a problem of `STOPPING` only the documents before it are.

    Args:
        path: The file as the user named it.
        data: Its bytes.
    """
    if len(data) > MAX_BYTES:
        message = f"the file has more than {MAX_BYTES // 1024 // 1024} MiB"
        return (), (_whole_file("too-large", message, path),)
    text, problem = decoded(path, data)
    problem = problem or _directive(path, text)
    return _Reader(path, text).documents() if problem is None else ((), (problem,))


class _Reader:
    """Turns one file's events into trees, and keeps what it refuses."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._loader = _PARSER(text)
        self._nodes = 0
        self._problems: list[Problem] = []

    def documents(self) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
        """Return what `read` returns."""
        found: list[Document] = []
        try:
            while not isinstance(event := self._event(), StreamEndEvent):
                if isinstance(event, DocumentStartEvent):
                    root = self._node(self._event(), 1)
                    if not _is_nothing(root):
                        found.append(Document(self._path, root))
        except yaml.YAMLError as error:
            self._problems.append(syntax_problem(self._path, self._lines, error))
        except _StopError as stop:
            self._problems.append(stop.problem)
        finally:
            self._loader.dispose()
        if not found and not self._problems:
            self._problems.append(_whole_file("empty", "the file has no definition", self._path))
        return tuple(found), tuple(self._problems)

    def _event(self) -> Event:
        return cast("Event", self._loader.get_event())  # types-pyyaml leaves it untyped

    def _node(self, event: Event, depth: int) -> Node:
        """Return the node that begins with an event; reads on to its end."""
        place = self._place(event)
        self._count(place, depth)
        if isinstance(event, AliasEvent):
            self._refuse("alias", f"the alias `*{event.anchor}` is not allowed", place, _WRITE_OUT)
            return ScalarNode("", plain=False, place=place)
        self._check_properties(cast("NodeEvent", event), place)  # all others that are left
        if isinstance(event, ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, MappingStartEvent):
            return MappingNode(self._entries(depth), place)
        return SequenceNode(self._items(depth), place)

    def _count(self, place: Place, depth: int) -> None:
        """Count one more node, and stop at what only a bomb would hold."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"the file has more than {MAX_NODES:,} values"
            raise _StopError(_whole_file("too-many-nodes", message, self._path))
        # The parser takes the square of the depth: no reading on, not even to skip.
        if depth > MAX_DEPTH:
            raise _StopError(
                Problem("yaml/depth", f"nested more than {MAX_DEPTH} levels deep", place)
            )

    def _scalar(self, event: ScalarEvent, place: Place) -> ScalarNode:
        plain = not event.style
        found = surprise(event.value) if plain else None
        if found is not None:
            self._refuse("ambiguous", found[0], place, found[1])
        return ScalarNode(event.value, plain, place)

    def _items(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := self._event(), SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _entries(self, depth: int) -> tuple[Entry, ...]:
        entries: dict[str, Entry] = {}
        while not isinstance(event := self._event(), MappingEndEvent):
            key_place = self._place(event)
            key = self._key(event, key_place)
            value = self._node(self._event(), depth + 1)
            if key is None:
                continue
            if key in entries:
                message = f"the key `{key}` is written twice"
                hint = f"the first one is at {entries[key].key_place}: remove one of the two"
                if key == _FIRST_KEY:
                    hint += ", or put `---` on a line above it, where another definition begins"
                self._refuse("duplicate-key", message, key_place, hint)
            else:
                entries[key] = Entry(key, key_place, value)
        return tuple(entries.values())

    def _key(self, event: Event, place: Place) -> str | None:
        """Return the text of a key; None when it is refused."""
        if isinstance(event, ScalarEvent) and not event.anchor and not event.tag:
            if event.value == "<<" and not event.style:
                self._refuse("merge", "the merge key `<<` is not allowed", place, _WRITE_OUT)
                return None
            if event.value.strip():
                return str(event.value)
        self._refuse(
            "key", "a key must be one word or text", place, "quote it, or check for a stray `:`"
        )
        if isinstance(event, CollectionStartEvent):
            self._skip()
        return None

    def _skip(self) -> None:
        """Read on to the end of the collection that has just begun."""
        depth = 1
        while depth:
            event = self._event()
            self._count(self._place(event), depth)
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)

    def _check_properties(self, event: NodeEvent, place: Place) -> None:
        if event.anchor:
            self._refuse(
                "anchor", f"the anchor `&{event.anchor}` is not allowed", place, _WRITE_OUT
            )
        tag = getattr(event, "tag", None)
        if tag:
            hint = "take it out: every value is read by the field it stands in"
            written = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse("tag", f"the tag `{written}` is not allowed", place, hint)

    def _refuse(self, name: str, message: str, place: Place, hint: str) -> None:
        self._problems.append(Problem(f"yaml/{name}", message, place, hint))

    def _place(self, event: Event) -> Place:
        start, end = cast("Mark", event.start_mark), cast("Mark", event.end_mark)  # never None
        line, column, width = start.line, start.column, 1
        if event.__class__ in _UNDERLINED and not _is_block(event):
            last = end.column if end.line == line else len(self._lines[line])
            width = max(1, last - column)
        return Place(self._path, line + 1, column + 1, width)


def _is_block(event: Event) -> bool:
    """Return whether it is a text below its mark, `|` or `>`, which alone is underlined."""
    return event.__class__ is ScalarEvent and event.style in _BLOCK_STYLES


def _directive(path: str, text: str) -> Problem | None:
    """Return the problem of a directive; the parser takes the square of their number."""
    found = _DIRECTIVE.search(text)
    if found is None:
        return None
    place = Place(path, len(text[: found.end()].splitlines()), 1)
    hint = "take it out, or indent the text it is part of"
    return Problem(
        "yaml/directive", "a directive, a line that begins with `%`, is not allowed", place, hint
    )


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.plain and not node.text


def _whole_file(name: str, message: str, path: str) -> Problem:
    hint = "write a definition, or remove the file" if name == "empty" else _DIVIDE
    return Problem(f"yaml/{name}", message, Place(path, 1, 1), hint)
