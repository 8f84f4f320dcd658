"""Native histograms as a remote write carries them: what no client library of Python exposes.

Of schema 0, in which each bucket ends at a power of two: bucket `n` holds what is above 2^(n-1)
and at most 2^n.

Source: prometheus/prometheus, `prompb/types.proto`, messages Histogram and BucketSpan.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from remote_write import field, number, series_block, snappy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["written"]

Counts = tuple[int, ...]
_SMALLEST = 2.0**-128  # below it is zero


def written(
    name: str,
    labels: Mapping[str, str],
    first_bucket: int,
    samples: Sequence[tuple[int, Counts]],
) -> bytes:
    """Return a remote-write request with one series.

    Args:
        name: Of the metric.
        labels: Its other labels.
        first_bucket: Number of the bucket that the first count is of.
        samples: Milliseconds, and what each bucket has counted until then, in order of time.
    """
    told = tuple(sorted({"__name__": name, **labels}.items()))
    body = b"".join(field(4, _histogram(at, first_bucket, counts)) for at, counts in samples)
    return snappy(series_block(told, body))


def _histogram(at: int, first_bucket: int, counts: Counts) -> bytes:
    deltas = (after - before for before, after in zip((0, *counts), counts, strict=False))
    span = number(1, _signed(first_bucket)) + number(2, len(counts))
    return b"".join(
        (
            number(1, sum(counts)),
            _double(3, 0.0),  # the sum of what was observed, which nobody asks for
            number(4, 0),
            _double(5, _SMALLEST),
            number(6, 0),
            field(11, span),
            *(number(12, _signed(delta)) for delta in deltas),
            number(15, at),
        )
    )


def _signed(value: int) -> int:
    """Return a number as `sint64` has it, near to zero whatever its sign."""
    return 2 * value if value >= 0 else -2 * value - 1


def _double(place: int, value: float) -> bytes:
    return bytes((place << 3 | 1,)) + struct.pack("<d", value)
