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
from truegreen_definitions.names import AGREEMENT, JOURNEY, SERIES_OVER_BUDGET, SERVICE, SOURCE
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

SERIES_BUDGET = 10_000
OWNERS = (SERVICE, AGREEMENT, JOURNEY, SOURCE)  # labels that say which definition a series is of


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
        refused: How many series of each definition were over its budget, again and again asked for.
    """

    def __init__(self, metric: Metric, budget: int) -> None:
        self.metric = metric
        self.since: float | None = None
        self.refused: dict[str, int] = {}
        self._budget = budget
        self._sizes: dict[str, int] = {}
        self._own = tuple(metric.labels.index(name) for name in OWNERS if name in metric.labels)
        self._children: dict[LabelValues, ChildT] = {}
        self._keys: tuple[LabelValues, ...] | None = ()

    def remove(self, *values: str) -> bool:
        """Take a series out; return whether it was there."""
        if self._children.pop(values, None) is None:
            return False
        self._keys = None
        self._sizes[self._definition(values)] -= 1
        return True

    def clear(self) -> None:
        """Take all series out."""
        self._children.clear()
        self._sizes.clear()
        self._keys = ()

    def snapshot(self) -> FamilySnapshot:
        """Return the family as it is now."""
        if self._keys is None:
            self._keys = tuple(self._children)
        values = tuple([child.read() for child in self._children.values()])
        return FamilySnapshot(self.metric, self._keys, values, self.since)

    def _add(self, values: LabelValues, child: ChildT) -> ChildT:
        if len(values) != len(self.metric.labels):
            raise InvariantError(
                f"{self.metric.name} takes the labels {self.metric.labels}, got {values}"
            )
        definition = self._definition(values)
        size = self._sizes.get(definition, 0)
        if size >= self._budget:
            self.refused[definition] = self.refused.get(definition, 0) + 1
            return child
        self._sizes[definition] = size + 1
        self._children[values] = child
        self._keys = None
        return child

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self._children)

    def _definition(self, values: LabelValues) -> str:
        """Return what a series is about, as people call it, such as `service/agreement`."""
        return "/".join([values[place] for place in self._own])


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

    def value(self, *values: str) -> float | None:
        """Return what is shown of these label values; None without such a series."""
        child = self._children.get(values)
        return None if child is None else child.read()


class HistogramFamily(_Family[Histogram]):
    """Histograms of one metric."""

    def child(self, *values: str, bounds: Iterable[float]) -> Histogram:
        """Return the histogram of these label values; `bounds` (ascending) hold for a new one."""
        return self._children.get(values) or self._add(values, Histogram(bounds))


class SampleStore:
    """All families of a process, in the order in which they were asked for.

    Args:
        budget: Series that one definition may have of one metric. A further one is counted and
            not exposed: one label that grows without end must not take everything else down.
    """

    def __init__(self, budget: int = SERIES_BUDGET) -> None:
        self._budget = budget
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
        self._count_refused()
        families = tuple(family.snapshot() for family in self._families.values())
        return Snapshot(self._epoch, families)

    def size(self) -> int:
        """Return the number of series."""
        return sum(map(len, self._families.values()))

    def _count_refused(self) -> None:
        refused = [
            (family.metric.name, definition, times)
            for family in self._families.values()
            for definition, times in family.refused.items()
        ]
        for name, definition, times in refused:
            self.counter(SERIES_OVER_BUDGET).child(name, definition).advance_to(times)

    def _family(self, metric: Metric, kind: type[FamilyT]) -> FamilyT:
        family = self._families.setdefault(metric.name, kind(metric, self._budget))
        if not isinstance(family, kind) or family.metric != metric:
            raise InvariantError(f"{metric.name} was declared twice, in different ways")
        return family


FamilyT = TypeVar("FamilyT", CounterFamily, GaugeFamily, HistogramFamily)
