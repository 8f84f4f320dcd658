"""Comments of a YAML file that speak to us: `# truegreen: …`, with their places.

YAML's parser drops comments, so they are found in the text; one that stands inside a text of the
document (in quotes, or in a block) is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import yaml
from yaml.events import ScalarEvent

from truegreen_definitions.problems import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.error import Mark

__all__ = ["Comment", "comments"]

_COMMENT = re.compile(r"(?:(?<=[ \t])|^)#[ \t]*truegreen:[ \t]*(?P<words>.*?)[ \t]*$")
_BLANK = re.compile(r"[ \t]*(?:#.*)?")
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment that begins with our name.

    Attributes:
        words: What follows the name.
        place: Of the whole comment.
        words_column: Column of the first of the words.
        line: The line it is about: its own, or the next with content when it stands alone.
    """

    words: str
    place: Place
    words_column: int
    line: int


def comments(path: str, text: str) -> tuple[Comment, ...]:
    """Return our comments of a file, in order of line."""
    lines = text.splitlines()
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(lines, start=1))
    candidates = [(number, match) for number, match in found if match is not None]
    if not candidates:
        return ()
    spans = tuple(_texts(text))
    return tuple(
        Comment(
            words=match["words"],
            place=Place(path, number, match.start() + 1, match.end() - match.start()),
            words_column=match.start("words") + 1,
            line=_about(lines, number, match.start()),
        )
        for number, match in candidates
        if not any(begin <= (number - 1, match.start()) < end for begin, end in spans)
    )


def _about(lines: list[str], number: int, column: int) -> int:
    if lines[number - 1][:column].strip():
        return number
    below = range(number, len(lines))
    return next((at + 1 for at in below if not _BLANK.fullmatch(lines[at])), number)


def _texts(text: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield begin and end, as (line, column) from 0, of every text in quotes or in a block."""
    loader = _PARSER(text)
    try:
        while (event := loader.get_event()) is not None:
            if isinstance(event, ScalarEvent) and event.style:
                begin, end = cast("Mark", event.start_mark), cast("Mark", event.end_mark)
                yield (begin.line, begin.column), (end.line, end.column)
    except yaml.YAMLError:
        return  # the reader has reported it
    finally:
        loader.dispose()
