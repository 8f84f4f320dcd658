"""What a process says of its pushes, beside everything else it exposes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.names import PushValue
from truegreen_telemetry.samples import SampleStore, Snapshot

if TYPE_CHECKING:
    from truegreen_definitions.names import ComponentValue

__all__ = ["PushCounts"]


class PushCounts:
    """Counts of pushes; counted by one thread and read by another."""

    def __init__(self, component: ComponentValue) -> None:
        self._lock = threading.Lock()
        self._store = SampleStore()
        self._component = component
        pushes = self._store.counter(names.OTLP_PUSHES)
        self._pushes = {value: pushes.child(component, value) for value in PushValue}
        self._rejected = self._store.counter(names.OTLP_REJECTED_POINTS).child(component)
        self._success = self._store.gauge(names.OTLP_LAST_SUCCESS)

    def sent(self, when: float, rejected: int) -> None:
        """Count a push that was taken, in Unix seconds, and the points that were not."""
        with self._lock:
            self._pushes[PushValue.SENT].inc()
            self._rejected.inc(rejected)
            self._success.child(self._component).set(when)

    def failed(self) -> None:
        """Count a push that was given up."""
        with self._lock:
            self._pushes[PushValue.FAILED].inc()

    def dropped(self, number: int) -> None:
        """Count pushes that were due and never begun."""
        with self._lock:
            self._pushes[PushValue.DROPPED].inc(number)

    def joined(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with these counts behind its own families."""
        with self._lock:
            return Snapshot(snapshot.epoch, (*snapshot.families, *self._store.snapshot().families))
