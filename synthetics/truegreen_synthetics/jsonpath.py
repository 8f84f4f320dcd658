"""A small part of JSONPath, compiled: `$.items[0].sku`, `$['odd key']`.

Source: RFC 9535, the name and index selectors of a child segment; nothing that can match more
than one value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MissingValueError", "getter", "parse"]

_SEGMENT = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\['([^']+)'\]")


class MissingValueError(LookupError):
    """There is nothing at a path; the message says how far it led."""


def parse(path: str) -> tuple[str | int, ...]:
    """Return the keys and indexes of a path; none for the root `$`.

    Raises:
        ValueError: It is no path of this language.
    """
    segments: list[str | int] = []
    position = 1
    while path.startswith("$") and position < len(path):
        found = _SEGMENT.match(path, position)
        if found is None:
            break
        name, index, quoted = found.groups()
        segments.append(int(index) if index is not None else name or quoted)
        position = found.end()
    if not path.startswith("$") or position != len(path):
        raise ValueError(f"{path!r} is no JSON path: write it from the root, like $.items[0].sku")
    return tuple(segments)


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
