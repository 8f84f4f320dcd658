"""What the process says of itself: CPU, memory, files, garbage collection, Python version.

prometheus_client's collectors read it; their families join a snapshot and are rendered with
the rest, so that there is one exposition and no second server.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from truegreen_definitions.names import Metric
from truegreen_telemetry.samples import FamilySnapshot, Snapshot

if TYPE_CHECKING:
    from prometheus_client import Metric as Collected

__all__ = ["ProcessTelemetry"]


class ProcessTelemetry:
    """Reads the state of this process when it is asked to.

    Attributes:
        started: When the process began, in Unix seconds; where the system does not tell, now.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        told = self._registry.get_sample_value("process_start_time_seconds")
        self.started = time.time() if told is None else told

    def families(self) -> tuple[FamilySnapshot, ...]:
        """Return the process's families as they are now."""
        return tuple(_family(collected) for collected in self._registry.collect())

    def joined(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the process's families behind its own."""
        return Snapshot(snapshot.epoch, (*snapshot.families, *self.families()))


def _family(collected: Collected) -> FamilySnapshot:
    kind: Literal["counter", "gauge"] = "counter" if collected.type == "counter" else "gauge"
    name = f"{collected.name}_total" if kind == "counter" else collected.name
    samples = [sample for sample in collected.samples if sample.name == name]
    labels = tuple(sorted(samples[0].labels)) if samples else ()
    metric = Metric(name, kind, labels, collected.documentation, "process")
    keys = tuple(tuple(sample.labels[label] for label in labels) for sample in samples)
    return FamilySnapshot(metric, keys, tuple(float(sample.value) for sample in samples))
