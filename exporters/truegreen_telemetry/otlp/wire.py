"""Protobuf's wire format, as much of it as metrics need.

Source: protobuf.dev, "Encoding"; field numbers stand where they are used.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["attributes", "field", "fixed64", "packed", "text", "varint", "wrapped"]

_LENGTH, _FIXED64 = 2, 1  # wire types
_SMALL = 0x80


def varint(number: int) -> bytes:
    """Return a number of at least 0, seven bits a byte, least ones first."""
    out = bytearray()
    while number >= _SMALL:
        out.append(number & 0x7F | _SMALL)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(tag: int, payload: bytes) -> bytes:
    """Return a field of bytes, text or a message."""
    return varint(tag << 3 | _LENGTH) + varint(len(payload)) + payload


def wrapped(tag: int, *parts: bytes) -> tuple[bytes, ...]:
    """Return the parts of a field that holds others: large ones are copied once, at the end."""
    return varint(tag << 3 | _LENGTH) + varint(sum(map(len, parts))), *parts


def text(tag: int, value: str) -> bytes:
    """Return a field of text, or nothing of no text: that is what its absence means."""
    return field(tag, value.encode()) if value else b""


def fixed64(tag: int, number: int) -> bytes:
    """Return a field of an unsigned 64-bit number."""
    return varint(tag << 3 | _FIXED64) + struct.pack("<Q", number)


def packed(tag: int, form: str, numbers: Sequence[float]) -> bytes:
    """Return a repeated field of 64-bit numbers; `form` is struct's letter, `d` or `Q`."""
    return field(tag, struct.pack(f"<{len(numbers)}{form}", *numbers)) if numbers else b""


def attributes(tag: int, values: Mapping[str, str]) -> bytes:
    """Return a field of `KeyValue` (key = 1, value = 2) of `AnyValue` (string = 1) for each."""
    return b"".join(
        field(tag, field(1, key.encode()) + field(2, field(1, value.encode())))
        for key, value in values.items()
    )
