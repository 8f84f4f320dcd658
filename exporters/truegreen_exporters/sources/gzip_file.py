"""Compressed text files: unpacked whole into a nameless file, or refused whole.

A compressed file does not grow: it is read when it is new or another one, and not again before it
changes. Its text is known by its bytes, so that a log that was read as text and compressed by
its rotation goes on where the text ended. Because nobody adds to it, its last line is a line
though it may have no line feed.
"""

from __future__ import annotations

import gzip
import os
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, cast

from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_exporters.sources.cursor import Cursor

__all__ = ["MOST_BYTES", "is_compressed", "sealed", "unpacked"]

MOST_BYTES = 1 << 34
_CHUNK_BYTES = 1 << 20


def is_compressed(path: str) -> bool:
    """Return whether a file is read as gzip, by its name."""
    return path.endswith(".gz")


def sealed(cursor: Cursor, packed: BinaryIO) -> Cursor:
    """Return a cursor that says that all of a compressed file, as it is now, has been read."""
    stat = os.fstat(packed.fileno())
    return replace(cursor, size=stat.st_size, inode=stat.st_ino, modified_ns=stat.st_mtime_ns)


@contextmanager
def unpacked(packed: BinaryIO) -> Iterator[BinaryIO]:
    """Give the text of a compressed file as a file.

    Raises:
        SourceError: It is cut off, damaged or no gzip, or its text is beyond `MOST_BYTES`.
    """
    with tempfile.TemporaryFile(prefix="truegreen-") as file:
        text = cast("BinaryIO", file)  # a wrapper of one
        try:
            _unpack(packed, text)
        except EOFError as error:
            raise SourceError(
                "the compressed file is cut off: none of it is read until it is whole"
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(
                f"the compressed file is damaged, none of it is read: {error}"
            ) from error
        text.seek(0)
        yield text


def _unpack(packed: BinaryIO, text: BinaryIO) -> None:
    size, chunk = 0, b"\n"
    with gzip.open(packed) as reader:
        while found := reader.read(_CHUNK_BYTES):
            chunk = found
            size += text.write(chunk)
            if size > MOST_BYTES:
                raise SourceError(f"the compressed file holds more than {MOST_BYTES} bytes of text")
    if not chunk.endswith(b"\n"):
        text.write(b"\n")
    text.flush()
