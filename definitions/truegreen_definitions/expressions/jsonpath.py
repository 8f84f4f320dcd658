"""A small part of JSONPath: `$.items[0].sku`, `$['odd key']`.

Source: RFC 9535, the name and index selectors of a child segment; nothing that can match more
than one value.
"""

from __future__ import annotations

import re

__all__ = ["parse"]

_SEGMENT = re.compile(r"\.([A-Za-z_][\w-]*)|\[([0-9]{1,9})\]|\['([^']+)'\]")


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
        raise ValueError(f"{path!r} is no JSON path")
    return tuple(segments)
