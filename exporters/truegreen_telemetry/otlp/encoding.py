"""Snapshots as OTLP protobuf, in pieces that take little time each.

What a series' point begins with (its attributes, its start) is kept as bytes, so a point costs
less than a microsecond; the SDK's encoder takes dozens (`tests/bench/bench_otlp.py`). In the probe
even that is taken from the journeys, so whoever encodes rests between pieces. A request is a
sequence of `ResourceMetrics`, so the bytes of pieces, one after the other, are one request.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from truegreen_telemetry.otlp.points import FamilyPoints
from truegreen_telemetry.otlp.wire import attributes, field, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from truegreen_telemetry.samples import FamilySnapshot, Snapshot

__all__ = ["MOST_REQUEST_BYTES", "POINTS_AT_ONCE", "Encoder"]

POINTS_AT_ONCE = 1024
MOST_REQUEST_BYTES = 4 << 20  # what receivers take at least, before compression
_SCOPE = field(1, field(1, b"truegreen"))
_GZIP = 31  # zlib's word for a gzip member with the longest window


class Encoder:
    """Encodes snapshots of one store.

    Args:
        resource: Attributes of the process, such as `service.name`.
        start_ns: Since when counters count that do not say so themselves, in Unix nanoseconds.
    """

    def __init__(self, resource: Mapping[str, str], start_ns: int) -> None:
        self._resource = field(1, attributes(1, resource))
        self._start_ns = start_ns
        self._points: dict[str, FamilyPoints] = {}

    def bodies(
        self, snapshot: Snapshot, *, now_ns: int, gzip: bool, rest: Callable[[], None]
    ) -> Iterator[bytes]:
        """Return the bodies of the requests that hold a snapshot, mostly one.

        Args:
            snapshot: What to send.
            now_ns: When it was taken, in Unix nanoseconds.
            gzip: Whether to compress.
            rest: Called between pieces; lets others run.
        """
        body, size = _Body(gzip=gzip), 0
        for piece in self.pieces(snapshot, now_ns):
            if size and size + len(piece) > MOST_REQUEST_BYTES:
                yield body.end()
                body, size = _Body(gzip=gzip), 0
            body.add(piece)
            size += len(piece)
            rest()
        if size:
            yield body.end()

    def pieces(self, snapshot: Snapshot, now_ns: int) -> Iterator[bytes]:
        """Return fields of a request, each with at most `POINTS_AT_ONCE` series, in order."""
        metrics: list[bytes] = []
        room = POINTS_AT_ONCE
        for family in snapshot.families:
            points, start = self._points_of(family), 0
            while start < len(family.keys):
                end = min(start + room, len(family.keys))
                metrics.extend(points.metric(family, slice(start, end), now_ns))
                room -= end - start
                start = end
                if not room:
                    yield self._whole(metrics)
                    metrics, room = [], POINTS_AT_ONCE
        if metrics:
            yield self._whole(metrics)

    def _points_of(self, family: FamilySnapshot) -> FamilyPoints:
        name = family.metric.name
        if name not in self._points:
            self._points[name] = FamilyPoints(family.metric, self._start_ns)
        self._points[name].take(family)
        return self._points[name]

    def _whole(self, metrics: list[bytes]) -> bytes:
        """Return a `ResourceMetrics` (resource = 1, scope_metrics = 2) as a request's field 1."""
        return b"".join(wrapped(1, self._resource, *wrapped(2, _SCOPE, *metrics)))


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
