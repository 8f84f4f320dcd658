"""How far each file has been read, and whether a file is still the one that was read.

A cursor knows the bytes it stands behind by a digest, not by the file's name: a copy or a
renamed file goes on where the original ended, and a file that was replaced, truncated or edited
is read again from its start (rows are kept by key and revision, so nothing counts twice).

The digest is a chain over blocks of 1 MiB: `c(n) = blake2b(c(n-1) + block n)`, so that an
appended file needs only its last block read again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, BinaryIO

from truegreen_exporters.sources.rows import START, Position

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Cursor", "advance", "resume"]

BLOCK_BYTES = 1 << 20
SEAL_BYTES = 4096
TRUSTED_BYTES = 1 << 28  # above 256 MiB an append to the same inode is checked at its ends alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The state of one file of a source.

    Attributes:
        path: Relative to the data folder.
        position: Behind the last row taken.
        size: Bytes of the file when it was last read.
        inode: Which file of the file system it was.
        modified_ns: When it was last changed, in Unix nanoseconds.
        seal: Digest of the first and the last 4 KiB before the position.
        block: Chain at the last block boundary before the position, in hex.
        chain: Chain at the position, in hex.
    """

    path: str
    position: Position = START
    size: int = 0
    inode: int = 0
    modified_ns: int = 0
    seal: str = ""
    block: str = ""
    chain: str = ""


def resume(path: str, file: BinaryIO, cursors: Mapping[str, Cursor]) -> Cursor:
    """Return the cursor to read a file from; one at its start when its content is new.

    Args:
        path: Of the file, relative to the data folder.
        file: The open file.
        cursors: The source's cursors by path.
    """
    stat = os.fstat(file.fileno())
    own = cursors.get(path)
    if own is not None and _continues(own, file, stat, trusted=own.inode == stat.st_ino):
        return own
    others = [c for c in cursors.values() if c.path != path and c.position.offset]
    for other in sorted(others, key=lambda c: c.position.offset, reverse=True):
        if _continues(other, file, stat, trusted=False):
            return replace(other, path=path)
    return Cursor(path=path)


def advance(cursor: Cursor, file: BinaryIO, position: Position) -> Cursor:
    """Return the cursor at a later position of the same file."""
    stat = os.fstat(file.fileno())
    boundary = cursor.position.offset // BLOCK_BYTES * BLOCK_BYTES
    block, chain = _chain(file, bytes.fromhex(cursor.block), boundary, position.offset)
    return Cursor(
        path=cursor.path,
        position=position,
        size=stat.st_size,
        inode=stat.st_ino,
        modified_ns=stat.st_mtime_ns,
        seal=_seal(file, position.offset),
        block=block.hex(),
        chain=chain.hex(),
    )


def _continues(cursor: Cursor, file: BinaryIO, stat: os.stat_result, *, trusted: bool) -> bool:
    """Return whether the file starts with the bytes the cursor stands behind."""
    offset = cursor.position.offset
    if stat.st_size < offset:
        return False
    unchanged = (stat.st_size, stat.st_mtime_ns) == (cursor.size, cursor.modified_ns)
    if trusted and unchanged:
        return True
    if _seal(file, offset) != cursor.seal:
        return False
    if trusted and offset > TRUSTED_BYTES:
        return True
    return _chain(file, b"", 0, offset)[1].hex() == cursor.chain


def _chain(file: BinaryIO, block: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """Return (chain at the last boundary, chain at the end), from the chain at a boundary."""
    file.seek(start)
    while start + BLOCK_BYTES <= end:
        block = blake2b(block + file.read(BLOCK_BYTES), digest_size=32).digest()
        start += BLOCK_BYTES
    return block, blake2b(block + file.read(end - start), digest_size=32).digest()


def _seal(file: BinaryIO, offset: int) -> str:
    if not offset:
        return ""
    file.seek(0)
    first = file.read(min(SEAL_BYTES, offset))
    file.seek(max(0, offset - SEAL_BYTES))
    last = file.read(min(SEAL_BYTES, offset))
    return blake2b(first + last, digest_size=16).hexdigest()
