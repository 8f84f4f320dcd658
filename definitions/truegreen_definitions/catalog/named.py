"""The files of the library that a company names, directly or through one another.

Most companies use a handful of what comes with us; reading the rest takes longer than compiling
what they wrote.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.catalog.definition import SourceFile

__all__ = ["named_files"]

MANY_BYTES = 300_000
"""Above this, looking for names takes longer than reading the library."""

_WORD = re.compile(rb"[a-z][a-z0-9-]*")
_NAME = re.compile(rb"\bname: ([a-z][a-z0-9-]*)")


def named_files(own: Iterable[SourceFile], library: tuple[SourceFile, ...]) -> list[SourceFile]:
    """Return the library's files with a definition whose name stands in a company's files.

    A name may stand in a text or a comment: a file too many is read then, and never one too few.
    """
    texts = [file.data for file in own]
    if sum(map(len, texts)) > MANY_BYTES:
        return list(library)
    left = {file: frozenset(_NAME.findall(file.data)) for file in library}
    found: list[SourceFile] = []
    while texts:
        words = {word for text in texts for word in _WORD.findall(text)}
        chosen = [file for file, names in left.items() if not names.isdisjoint(words)]
        texts = [file.data for file in chosen]
        found += chosen
        for file in chosen:
            del left[file]
    return found
