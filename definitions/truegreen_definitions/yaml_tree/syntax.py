"""What the YAML parser says of a broken file, as one Problem with a hint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from truegreen_definitions.problems import Place, Problem

if TYPE_CHECKING:
    from yaml.error import Mark

__all__ = ["syntax_problem"]

_HINTS = (
    ("mapping values are not allowed", "check the indentation, and quote text that holds `: `"),
    ("could not find expected ':'", "a key needs a `:` and a space, or the indentation is wrong"),
    ("cannot start any token", "quote text that begins with `%`, `@` or a backquote"),
    (
        "expected ',' or",
        "a `[` or `{` is not closed, a comma is missing, or text with `: ` or `[]{},` needs quotes",
    ),
    ("expected '-' indicator", "the indentation does not match the lines above"),
    ("expected <block end>", "the indentation does not match the lines above"),
    ("did not find expected key", "check the indentation, and the quotes of the lines above"),
    ("unknown escape character", "in double quotes a backslash is special: use single quotes"),
)
_INDENTED_BY_TAB = re.compile(r" *\t")


def syntax_problem(path: str, lines: list[str], error: yaml.YAMLError) -> Problem:
    """Return the problem of a file that is no YAML.

    Args:
        path: The file.
        lines: Its lines.
        error: What the parser raised.
    """
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem("yaml/syntax", "the file is no YAML", Place(path, 1, 1))
    tab = _indenting_tab(lines, error.problem_mark.line)
    if tab is not None:
        place = Place(path, *tab)
        hint = "use spaces"
        return Problem("yaml/tab", "a tab is not allowed in the indentation", place, hint)
    said = str(error.problem)
    opened = _left_open(error)
    if opened is not None:
        place = _inside(path, lines, opened)
        return Problem("yaml/syntax", f"no YAML: what begins here is not closed ({said})", place)
    message = f"{said} {error.context}" if error.context else said
    hint = next((words for part, words in _HINTS if part in said), "")
    place = _inside(path, lines, error.problem_mark)
    return Problem("yaml/syntax", f"no YAML: {message}", place, hint)


def _indenting_tab(lines: list[str], line: int) -> tuple[int, int] | None:
    """Return line and column of the tab that indents a line, if one does."""
    tab = _INDENTED_BY_TAB.match(lines[line]) if line < len(lines) else None
    return (line + 1, tab.end()) if tab is not None else None


def _left_open(error: yaml.MarkedYAMLError) -> Mark | None:
    """Return where a quote or bracket was opened, if the parser ran on to another line."""
    begun, met = error.context_mark, error.problem_mark
    opens = re.search(r"flow (?:sequence|mapping)|quoted scalar", error.context or "")
    return begun if opens and begun and met and begun.line != met.line else None


def _inside(path: str, lines: list[str], mark: Mark) -> Place:
    """Return the place of a mark; one after the end of the text is at the end of its last line."""
    if mark.line < len(lines):
        return Place(path, mark.line + 1, mark.column + 1)
    return Place(path, max(1, len(lines)), len(lines[-1]) + 1 if lines else 1)
