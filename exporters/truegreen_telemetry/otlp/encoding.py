"""Snapshots as OTLP protobuf, in pieces that take little time each.

Encoding takes about 25 µs a point. In the probe that time is taken from the journeys, so pieces
are small and whoever encodes rests between them. A request is a sequence of `ResourceMetrics`, so
the bytes of pieces, one after the other, are one request.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics

from truegreen_telemetry.otlp.data import metrics_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from truegreen_telemetry.samples import FamilySnapshot, Snapshot

__all__ = ["MOST_REQUEST_BYTES", "POINTS_AT_ONCE", "bodies", "pieces"]

POINTS_AT_ONCE = 64
MOST_REQUEST_BYTES = 4 << 20  # what receivers take at least, before compression
_GZIP = 31  # zlib's word for a gzip member with the longest window


def bodies(
    snapshot: Snapshot,
    resource: Mapping[str, str],
    *,
    start_ns: int,
    now_ns: int,
    gzip: bool,
    rest: Callable[[], None],
) -> Iterator[bytes]:
    """Return the bodies of the requests that hold a snapshot, mostly one.

    Args:
        snapshot: What to send.
        resource: Attributes of the process.
        start_ns: Since when counters count, in Unix nanoseconds.
        now_ns: When the snapshot was taken, in Unix nanoseconds.
        gzip: Whether to compress.
        rest: Called between pieces; lets others run.
    """
    body, size = _Body(gzip=gzip), 0
    for families in pieces(snapshot):
        data = metrics_data(families, resource, start_ns=start_ns, now_ns=now_ns)
        piece = encode_metrics(data).SerializeToString()
        if size and size + len(piece) > MOST_REQUEST_BYTES:
            yield body.end()
            body, size = _Body(gzip=gzip), 0
        body.add(piece)
        size += len(piece)
        rest()
    if size:
        yield body.end()


def pieces(snapshot: Snapshot) -> Iterator[tuple[FamilySnapshot, ...]]:
    """Return a snapshot's series in order, at most `POINTS_AT_ONCE` at a time."""
    piece: list[FamilySnapshot] = []
    room = POINTS_AT_ONCE
    for family in snapshot.families:
        start = 0
        while start < len(family.keys):
            part = slice(start, start + room)
            taken = replace(family, keys=family.keys[part], values=family.values[part])
            piece.append(taken)
            start += len(taken.keys)
            room -= len(taken.keys)
            if not room:
                yield tuple(piece)
                piece, room = [], POINTS_AT_ONCE
    if piece:
        yield tuple(piece)


class _Body:
    """A body that grows, compressed as it does."""

    def __init__(self, *, gzip: bool) -> None:
        self._parts: list[bytes] = []
        self._packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP) if gzip else None

    def add(self, piece: bytes) -> None:
        self._parts.append(piece if self._packer is None else self._packer.compress(piece))

    def end(self) -> bytes:
        if self._packer is not None:
            self._parts.append(self._packer.flush())
        return b"".join(self._parts)
