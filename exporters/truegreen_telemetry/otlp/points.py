"""Families as OTLP metrics, point by point, with what never changes of a series kept as bytes.

Names stay as they are in Prometheus; a counter starts when our record of it started, not at the
first push, and a gauge has no start. Field numbers: opentelemetry-proto, `metrics.proto`.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from truegreen_telemetry.instruments import Buckets
from truegreen_telemetry.otlp.wire import attributes, fixed64, packed, text, varint, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.instruments import Value
    from truegreen_telemetry.samples import FamilySnapshot, LabelValues

__all__ = ["FamilyPoints"]

_GAUGE, _SUM, _HISTOGRAM = 5, 7, 9  # fields of Metric, and of each the points are field 1
_CUMULATIVE, _MONOTONIC = b"\x10\x02", b"\x18\x01"  # aggregation_temporality = 2, is_monotonic = 3
_START, _TIME, _POINT = 2, 3, 1
_NUMBER_ATTRIBUTES, _HISTOGRAM_ATTRIBUTES = 7, 9
_TIME_AND_VALUE = 18  # bytes: two fields of 64 bits


class FamilyPoints:
    """The metric of one family, up to date with the last snapshot it was given.

    Args:
        metric: The metric.
        start_ns: Since when it counts unless a snapshot says so itself, in Unix nanoseconds.
    """

    def __init__(self, metric: Metric, start_ns: int) -> None:
        self._metric = metric
        self._default = start_ns
        self._start = start_ns
        self._keys: tuple[LabelValues, ...] = ()
        self._fixed: tuple[bytes, ...] = ()
        self._head = text(1, metric.name) + text(2, metric.help)

    def take(self, family: FamilySnapshot) -> None:
        """Bring what is kept up to date with a family."""
        start = self._default if family.since is None else int(family.since * 1e9)
        if family.keys is not self._keys or start != self._start:
            self._keys, self._start = family.keys, start
            self._fixed = tuple(map(self._fixed_of, family.keys, family.values))

    def metric(self, family: FamilySnapshot, part: slice, now_ns: int) -> tuple[bytes, ...]:
        """Return the field of a `ScopeMetrics` that holds the points of some series, in parts."""
        fixed, values = self._fixed[part], family.values[part]
        if self._metric.type == "histogram":
            points = _histograms(fixed, cast("tuple[Buckets, ...]", values), now_ns)
            return wrapped(2, self._head, *wrapped(_HISTOGRAM, points, _CUMULATIVE))
        points = _numbers(fixed, cast("tuple[float, ...]", values), now_ns)
        if self._metric.type == "gauge":
            return wrapped(2, self._head, *wrapped(_GAUGE, points))
        return wrapped(2, self._head, *wrapped(_SUM, points, _CUMULATIVE, _MONOTONIC))

    def _fixed_of(self, key: LabelValues, value: Value) -> bytes:
        """Return what a point begins with: its length, and all of it that never changes."""
        labels = dict(zip(self._metric.labels, key, strict=True))
        if isinstance(value, Buckets):
            out = attributes(_HISTOGRAM_ATTRIBUTES, labels) + fixed64(_START, self._start)
            out += packed(7, "d", value.bounds)
            length = len(out) + _counts_form(len(value.counts))[0].size
        else:
            out = attributes(_NUMBER_ATTRIBUTES, labels)
            out += fixed64(_START, self._start) if self._metric.type == "counter" else b""
            length = len(out) + _TIME_AND_VALUE
        return varint(_POINT << 3 | 2) + varint(length) + out


def _numbers(fixed: Sequence[bytes], values: Sequence[float], now_ns: int) -> bytes:
    """Return points of constant length after their fixed part: time (3) and value (4)."""
    raw = struct.pack(f"<{len(values)}d", *values)
    out = [fixed64(_TIME, now_ns) + b"\x21"] * (3 * len(values))
    out[0::3] = fixed
    out[2::3] = [raw[at : at + 8] for at in range(0, len(raw), 8)]
    return b"".join(out)


def _histograms(fixed: Sequence[bytes], values: Sequence[Buckets], now_ns: int) -> bytes:
    """Return points: time (3), count (4), sum (5) and bucket counts (6) after their fixed part."""
    out = list(fixed) * 2
    out[0::2] = fixed
    changing, width = [], -1
    for _, counts, total, _ in values:
        if len(counts) != width:  # a family's histograms mostly have as many buckets each
            width = len(counts)
            form, head = _counts_form(width)
            pack = form.pack
        changing.append(pack(0x19, now_ns, 0x21, sum(counts), 0x29, total, head, *counts))
    out[1::2] = changing
    return b"".join(out)


@lru_cache(maxsize=256)
def _counts_form(buckets: int) -> tuple[struct.Struct, bytes]:
    """Return the form of the changing part of a point, and the head of its bucket counts."""
    head = varint(6 << 3 | 2) + varint(8 * buckets)
    return struct.Struct(f"<BQBQBd{len(head)}s{buckets}Q"), head
