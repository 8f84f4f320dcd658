"""What the YAML parser says of a broken file, as one Problem with a hint."""

from __future__ import annotations

import re

import yaml

from truegreen_definitions.problems import Place, Problem

__all__ = ["syntax_problem"]

_HINTS = (
    ("mapping values are not allowed", "check the indentation, and quote text that holds `: `"),
    ("could not find expected ':'", "a key needs a `:` and a space, or the indentation is wrong"),
    ("cannot start any token", "quote text that begins with `%`, `@` or a backquote"),
    ("expected ',' or", "a `[` or `{` is not closed, or a comma is missing"),
    ("expected <block end>", "the indentation does not match the lines above"),
    ("unexpected end of stream", "a quote is not closed"),
    ("unexpected document indicator", "a quote is not closed"),
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
    line, column = error.problem_mark.line, error.problem_mark.column
    tab = _INDENTED_BY_TAB.match(lines[line]) if line < len(lines) else None
    if tab is not None:
        place = Place(path, line + 1, tab.end())
        hint = "use spaces"
        return Problem("yaml/tab", "a tab is not allowed in the indentation", place, hint)
    said = str(error.problem)
    message = f"{said} {error.context}" if error.context else said
    hint = next((words for part, words in _HINTS if part in said), "")
    if line >= len(lines) and lines:
        line, column = len(lines) - 1, len(lines[-1])
    return Problem("yaml/syntax", f"no YAML: {message}", Place(path, line + 1, column + 1), hint)
