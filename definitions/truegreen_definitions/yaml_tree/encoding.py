"""From bytes to text: UTF-8 without a byte order mark, and only characters YAML allows."""

from __future__ import annotations

import codecs
import re

from truegreen_definitions.problems import Edit, Fix, Place, Problem

__all__ = ["decoded"]

_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_SAVE_AS = "save the file as UTF-8 without a byte order mark"
_MARKS = (
    (codecs.BOM_UTF8, "a UTF-8 byte order mark"),
    (codecs.BOM_UTF32_LE, "the byte order mark of UTF-32"),
    (codecs.BOM_UTF32_BE, "the byte order mark of UTF-32"),
    (codecs.BOM_UTF16_LE, "the byte order mark of UTF-16"),
    (codecs.BOM_UTF16_BE, "the byte order mark of UTF-16"),
)


def decoded(path: str, data: bytes) -> tuple[str, Problem | None]:
    """Return the text of a file, or the problem that keeps it from being text."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            message, place = f"the file begins with {name}", Place(path, 1, 1)
            fix = Fix("take the mark away", (Edit(place, ""),)) if mark is codecs.BOM_UTF8 else None
            return "", Problem("yaml/encoding", message, place, _SAVE_AS, fix=fix)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        place = _place(path, data[: error.start].decode())
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8 here"
        return "", Problem("yaml/encoding", message, place, _SAVE_AS)
    found = _REFUSED.search(text)
    if found is None:
        return text, None
    message = f"the character U+{ord(found[0]):04X} is not allowed in YAML"
    hint = "take it out; it may not be visible in an editor"
    return "", Problem("yaml/character", message, _place(path, text[: found.start()]), hint)


def _place(path: str, before: str) -> Place:
    """Return the place right after a text, by the same lines in which problems are quoted."""
    lines = f"{before}x".splitlines()
    return Place(path, len(lines), len(lines[-1]))
