"""The lines of a family, kept as blocks of bytes: only blocks that changed are made again.

A block is a fixed number of series in their order. Its text and its compressed form are kept until
one of its values differs from what it was made of, so that a scrape costs what has changed.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, TypeAlias, cast

from truegreen_telemetry.exposition import number, series_name
from truegreen_telemetry.gzip_parts import Part
from truegreen_telemetry.instruments import Buckets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.instruments import Value
    from truegreen_telemetry.samples import FamilySnapshot, LabelValues

__all__ = ["BLOCK_SERIES", "FamilyLines"]

BLOCK_SERIES = 512
HISTOGRAM_SHARE = 8  # a histogram has as many lines as so many numbers, at least

# What stands before each value of a series: one for a number, one per bucket and two more else.
_Prefixes: TypeAlias = tuple[str, ...]


class FamilyLines:
    """The lines of one metric, up to date with the last snapshot it was given.

    Args:
        metric: The metric.
        created: Whether a counter says since when it counts (`_created`, OpenMetrics alone).
        exemplars: Whether buckets show their exemplars (OpenMetrics alone).
        rest: Called before each block that is made; lets others run.
    """

    def __init__(
        self,
        metric: Metric,
        *,
        created: bool,
        exemplars: bool = False,
        rest: Callable[[], None] | None = None,
    ) -> None:
        self._rest = rest
        self._exemplars = exemplars
        self._metric = metric
        self._created = created
        self._keys: tuple[LabelValues, ...] = ()
        self._values: tuple[Value, ...] = ()
        self._since: float | None = None
        self._prefixes: tuple[_Prefixes, ...] = ()
        self._parts: list[Part] = []

    def parts(self, family: FamilySnapshot) -> list[Part]:
        """Return the blocks of a family, in order; unchanged ones are the same objects."""
        histogram = self._metric.type == "histogram"  # its bounds may change with the same keys
        if family.keys is not self._keys and (histogram or family.keys != self._keys):
            self._take_keys(family)
        elif family.since != self._since:
            self._parts = []
        self._keys, self._since = family.keys, family.since
        if family.values is not self._values or not self._parts:
            self._render_changes(family.values)
        return self._parts

    def _take_keys(self, family: FamilySnapshot) -> None:
        """Make prefixes for series that are new, and drop every block."""
        known = dict(zip(self._keys, zip(self._prefixes, self._values, strict=True), strict=True))
        prefixes: list[_Prefixes] = []
        for key, value in zip(family.keys, family.values, strict=True):
            kept = known.get(key)
            same = kept is not None and _bounds(kept[1]) == _bounds(value)
            prefixes.append(kept[0] if kept and same else _prefixes_of(self._metric, key, value))
        self._prefixes, self._parts = tuple(prefixes), []

    def _render_changes(self, values: tuple[Value, ...]) -> None:
        before, self._values = self._values, values
        histogram = self._metric.type == "histogram"
        size = max(1, BLOCK_SERIES // HISTOGRAM_SHARE) if histogram else BLOCK_SERIES
        fresh = not self._parts
        for index, start in enumerate(range(0, len(values), size)):
            block = values[start : start + size]
            if not fresh and block == before[start : start + size]:
                continue
            if self._rest is not None:
                self._rest()
            made = self._block(start, block)
            if fresh:
                self._parts.append(made)
            else:
                self._parts[index] = made

    def _block(self, start: int, values: tuple[Value, ...]) -> Part:
        prefixes = self._prefixes[start : start + len(values)]
        if self._metric.type == "histogram":
            pairs = zip(prefixes, cast("tuple[Buckets, ...]", values), strict=True)
            made = _with_exemplars if self._exemplars else _buckets
            return Part("".join([line for one, value in pairs for line in made(one, value)]))
        texts = _numbers(cast("tuple[float, ...]", values))
        if not self._created or self._since is None:
            out = [""] * (2 * len(texts))
            out[0::2] = [prefix for (prefix,) in prefixes]
            out[1::2] = texts
            return Part("".join(out))
        keys = self._keys[start : start + len(values)]
        name = f"{self._metric.name.removesuffix('_total')}_created"
        since = number(self._since)
        return Part(
            "".join(
                f"{prefix}{text}{series_name(name, self._metric.labels, key)} {since}\n"
                for (prefix,), text, key in zip(prefixes, texts, keys, strict=True)
            )
        )


def _numbers(values: Sequence[float]) -> list[str]:
    """Return the values as text, each with its line end; almost always all are finite."""
    if isfinite(sum(values)):
        return [f"{value!r}\n" for value in map(float, values)]
    return [f"{number(value)}\n" for value in values]


def _buckets(prefixes: _Prefixes, value: Buckets) -> list[str]:
    out, below = [], 0
    for prefix, count in zip(prefixes, value.counts, strict=False):
        below += count
        out.append(f"{prefix}{below}\n")
    return [*out, f"{prefixes[-2]}{below}\n", f"{prefixes[-1]}{number(value.sum)}\n"]


def _with_exemplars(prefixes: _Prefixes, value: Buckets) -> list[str]:
    lines = _buckets(prefixes, value)
    for bucket, one in value.exemplars:
        labels = f'trace_id="{one.trace_id}",span_id="{one.span_id}"'
        shown = f" # {{{labels}}} {number(one.value)} {one.at:.3f}\n"
        lines[bucket] = lines[bucket].removesuffix("\n") + shown
    return lines


def _bounds(value: Value) -> tuple[float, ...]:
    return value.bounds if isinstance(value, Buckets) else ()


def _prefixes_of(metric: Metric, key: LabelValues, value: Value) -> _Prefixes:
    if not isinstance(value, Buckets):
        return (f"{series_name(metric.name, metric.labels, key)} ",)
    labels = (*metric.labels, "le")
    bounds = (*(number(bound) for bound in value.bounds), "+Inf")
    buckets = (series_name(f"{metric.name}_bucket", labels, (*key, le)) for le in bounds)
    rest = (series_name(f"{metric.name}_{part}", metric.labels, key) for part in ("count", "sum"))
    return tuple(f"{series} " for series in (*buckets, *rest))
