"""Rows that a reading meets again are taken once: by what they hold, for as long as they come.

A source that is asked again for the last minutes, or for everything, gives rows it gave before.
Each is known by a digest of all that is wanted of it, kept with the row in the store, and by
its place: the time or number it is ordered by, which says when it will not come again.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Once", "digest_of"]

R = TypeVar("R")
_SEPARATOR, _NONE = "\x1f", "\x1e"


def digest_of(values: Iterable[str | None]) -> str:
    """Return the digest of what a row holds."""
    text = _SEPARATOR.join(_NONE if value is None else value for value in values)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Once(Generic[R]):
    """What one reading has met, its earlier readings included.

    Args:
        seen: Digests that earlier readings kept.
    """

    def __init__(self, seen: frozenset[str]) -> None:
        self._before = seen
        self._now: set[str] = set()

    def new(self, rows: Sequence[R], digests: Sequence[str]) -> list[R]:
        """Return the rows nobody has met yet, each once; from now on they are met."""
        found = []
        for row, digest in zip(rows, digests, strict=True):
            if digest not in self._before and digest not in self._now:
                found.append(row)
            self._now.add(digest)
        return found
