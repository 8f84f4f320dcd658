"""The sample store: what a process counts, and immutable snapshots of it.

A family is made from a `names.Metric`; its children are the series, found by their label
values in the metric's own order. Keep the child: finding it costs several times an `inc`.

Threads: one thread writes and takes snapshots. A snapshot is immutable, so any thread may
read it; publishing one is a single assignment. Under gevent all greenlets of a thread count
as that thread, because nothing in here yields.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from truegreen_definitions.errors import InvariantError
from truegreen_telemetry.instruments import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.instruments import Value

__all__ = [
    "CounterFamily",
    "FamilySnapshot",
    "GaugeFamily",
    "HistogramFamily",
    "SampleStore",
    "Snapshot",
]

LabelValues: TypeAlias = tuple[str, ...]


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
