"""JSON as the text that is committed and read in diffs: keys sorted, two spaces deep.

The standard library indents by generators within generators, which is most of the time of a
board's build; this gives the same bytes in one pass over plain data.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["json_text"]

_DEEPEST = 100
# What needs no look inside, by its class: most values do not.
_PLAIN: dict[type, Callable[[Any], str]] = {
    str: quoted,
    int: repr,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}
_LINES = tuple("\n" + "  " * depth for depth in range(_DEEPEST + 2))


def json_text(value: object) -> str:
    """Return plain data as `json.dumps(…, indent=2, sort_keys=True, ensure_ascii=False)` does.

    Args:
        value: Of dict with string keys, list, str, int, finite float, bool and None.

    Raises:
        TypeError: It holds something else.
        ValueError: It holds a number that is not finite.
        IndexError: It is more than 100 levels deep.
    """
    return _text(value, 0)


def _text(value: Any, depth: int) -> str:  # noqa: ANN401  anything that JSON can say
    # By the class itself and not by `isinstance`: a board has thousands of values.
    kind = value.__class__
    if kind is dict and value:
        line = _LINES[depth + 1]
        members = []
        for name in sorted(value):
            one = value[name]
            plain = _PLAIN.get(one.__class__)
            text = _text(one, depth + 1) if plain is None else plain(one)
            members.append(f"{quoted(name)}: {text}")
        return f"{{{line}{f',{line}'.join(members)}{_LINES[depth]}}}"
    if kind is list and value:
        line = _LINES[depth + 1]
        items = f",{line}".join([_text(one, depth + 1) for one in value])
        return f"[{line}{items}{_LINES[depth]}]"
    if isinstance(value, str):
        return quoted(value)
    if kind is list:
        return "[]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
