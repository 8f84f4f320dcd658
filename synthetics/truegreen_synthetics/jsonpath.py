"""JSON paths, compiled to what finds their value in a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions.jsonpath import parse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MissingValueError", "getter"]


class MissingValueError(LookupError):
    """There is nothing at a path; the message says how far it led."""


def getter(path: str) -> Callable[[object], object]:
    """Return a function from a JSON document to the value at a path.

    The function raises MissingValueError where the document has nothing there.

    Raises:
        ValueError: It is no path of this language.
    """
    segments = parse(path)

    def get(document: object) -> object:
        found = document
        for depth, segment in enumerate(segments):
            try:
                found = _child(found, segment)
            except LookupError:
                message = _missing(path, segments[:depth], segment, found)
                raise MissingValueError(message) from None
        return found

    return get


def _child(found: object, segment: str | int) -> object:
    if isinstance(found, dict) and isinstance(segment, str):
        return found[segment]
    if isinstance(found, list) and isinstance(segment, int):
        return found[segment]
    raise LookupError(segment)


def _missing(path: str, way: tuple[str | int, ...], segment: str | int, found: object) -> str:
    here = "$" + "".join(f".{s}" if isinstance(s, str) else f"[{s}]" for s in way)
    if isinstance(segment, str):
        what = f"no {segment!r}" if isinstance(found, dict) else "no object"
    else:
        what = f"only {len(found)} elements" if isinstance(found, list) else "no list"
    return f"{path} leads nowhere: {what} at {here}"
