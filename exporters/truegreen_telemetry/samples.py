"""The sample store: what a process counts, and immutable snapshots of it.

A family is made from a `names.Metric`; its children are the series, found by their label
values in the metric's own order. Keep the child: finding it costs several times an `inc`.

Threads: one thread writes and takes snapshots. A snapshot is immutable, so any thread may
read it; publishing one is a single assignment. Under gevent all greenlets of a thread count
as that thread, because nothing in here yields.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import inf, isfinite
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.names import Metric

__all__ = [
    "Buckets",
    "Counter",
    "CounterFamily",
    "FamilySnapshot",
    "Gauge",
    "GaugeFamily",
    "Histogram",
    "HistogramFamily",
    "SampleStore",
    "Snapshot",
    "Value",
]

LabelValues: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buckets:
    """The value of a histogram.

    Attributes:
        bounds: Upper bounds, both ascending and finite; the last bucket has none.
        counts: Events of each bucket alone (not cumulative), one more than `bounds`.
        sum: Sum of all observed values.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float


Value: TypeAlias = float | Buckets


@dataclass(frozen=True, slots=True)
class FamilySnapshot:
    """One family at one moment: label values and value of each series, in the same order.

    `keys` is the same object in two snapshots between which no series came or went.

    Attributes:
        since: Since when its counters count, in Unix seconds; None: since the process began.
    """

    metric: Metric
    keys: tuple[LabelValues, ...]
    values: tuple[Value, ...]
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All families at one moment; `epoch` grows with every snapshot of a store."""

    epoch: int
    families: tuple[FamilySnapshot, ...]


class Counter:
    """A number that only grows."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value = 0.0

    def inc(self, amount: float = 1.0) -> None:
        """Add an amount that is not negative."""
        if not 0 <= amount < inf:
            raise InvariantError(f"a counter grew by {amount}: it can only go up, by a number")
        self._value += amount

    def advance_to(self, total: float) -> None:
        """Take over a total that is kept elsewhere, such as one read from a record store."""
        if not self._value <= total < inf:
            raise InvariantError(f"a counter would go from {self._value} to {total}")
        self._value = float(total)

    def read(self) -> float:
        """Return the present total."""
        return self._value


class Gauge:
    """A number that goes up and down."""

    __slots__ = ("_value",)

    def __init__(self) -> None:
        self._value = 0.0

    def set(self, value: float) -> None:
        """Replace the value."""
        self._value = float(value)

    def read(self) -> float:
        """Return the present value."""
        return self._value


class Histogram:
    """Counts of observed values by bucket, and their sum."""

    __slots__ = ("_bounds", "_counts", "_sum")

    def __init__(self, bounds: Iterable[float]) -> None:
        self._bounds = tuple(float(bound) for bound in bounds)
        ordered = all(map(isfinite, self._bounds)) and all(
            low < high for low, high in zip(self._bounds, self._bounds[1:], strict=False)
        )
        if not ordered or not self._bounds:
            raise InvariantError(f"histogram bounds must be finite and ascending: {self._bounds}")
        self._counts = [0] * (len(self._bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value in the first bucket whose upper bound is not below it."""
        if not -inf < value < inf:
            raise InvariantError(f"a histogram observed {value}: it takes finite numbers")
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def read(self) -> Buckets:
        """Return the present counts."""
        return Buckets(self._bounds, tuple(self._counts), self._sum)


ChildT = TypeVar("ChildT", Counter, Gauge, Histogram)


class _Family(Generic[ChildT]):
    """The series of one metric; the kinds of family below say how a child is made.

    Attributes:
        since: Since when counters count that are kept beyond the process, in Unix seconds.
    """

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.since: float | None = None
        self._children: dict[LabelValues, ChildT] = {}
        self._keys: tuple[LabelValues, ...] | None = ()

    def remove(self, *values: str) -> None:
        """Take a series out; without it nothing happens."""
        if self._children.pop(values, None) is not None:
            self._keys = None

    def clear(self) -> None:
        """Take all series out."""
        self._children.clear()
        self._keys = ()

    def snapshot(self) -> FamilySnapshot:
        """Return the family as it is now."""
        if self._keys is None:
            self._keys = tuple(self._children)
        values = tuple(child.read() for child in self._children.values())
        return FamilySnapshot(self.metric, self._keys, values, self.since)

    def _add(self, values: LabelValues, child: ChildT) -> ChildT:
        if len(values) != len(self.metric.labels):
            raise InvariantError(
                f"{self.metric.name} takes the labels {self.metric.labels}, got {values}"
            )
        self._children[values] = child
        self._keys = None
        return child


class CounterFamily(_Family[Counter]):
    """Counters of one metric. Ask for every enumerated label set once: it then starts at 0."""

    def child(self, *values: str) -> Counter:
        """Return the counter of these label values, new ones at 0."""
        return self._children.get(values) or self._add(values, Counter())


class GaugeFamily(_Family[Gauge]):
    """Gauges of one metric."""

    def child(self, *values: str) -> Gauge:
        """Return the gauge of these label values, new ones at 0."""
        return self._children.get(values) or self._add(values, Gauge())


class HistogramFamily(_Family[Histogram]):
    """Histograms of one metric."""

    def child(self, *values: str, bounds: Iterable[float]) -> Histogram:
        """Return the histogram of these label values; `bounds` (ascending) hold for a new one."""
        return self._children.get(values) or self._add(values, Histogram(bounds))


class SampleStore:
    """All families of a process, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._families: dict[str, CounterFamily | GaugeFamily | HistogramFamily] = {}
        self._epoch = 0

    def counter(self, metric: Metric) -> CounterFamily:
        """Return the family of a counter; its name ends in `_total`."""
        if metric.type != "counter" or not metric.name.endswith("_total"):
            raise InvariantError(f"{metric.name} ({metric.type}) is no counter named …_total")
        return self._family(metric, CounterFamily)

    def gauge(self, metric: Metric) -> GaugeFamily:
        """Return the family of a gauge."""
        if metric.type != "gauge":
            raise InvariantError(f"{metric.name} is a {metric.type}, not a gauge")
        return self._family(metric, GaugeFamily)

    def histogram(self, metric: Metric) -> HistogramFamily:
        """Return the family of a histogram."""
        if metric.type != "histogram":
            raise InvariantError(f"{metric.name} is a {metric.type}, not a histogram")
        return self._family(metric, HistogramFamily)

    def snapshot(self) -> Snapshot:
        """Return everything as it is now, with the next epoch."""
        self._epoch += 1
        families = tuple(family.snapshot() for family in self._families.values())
        return Snapshot(self._epoch, families)

    def _family(self, metric: Metric, kind: type[FamilyT]) -> FamilyT:
        family = self._families.setdefault(metric.name, kind(metric))
        if not isinstance(family, kind) or family.metric != metric:
            raise InvariantError(f"{metric.name} was declared twice, in different ways")
        return family


FamilyT = TypeVar("FamilyT", CounterFamily, GaugeFamily, HistogramFamily)
