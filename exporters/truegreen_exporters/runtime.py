"""The exporter as a long-running process: cycles in a thread, and the server that shows them.

What is shown changes only after what it is made of has been committed, so a crash can never
make a scraped number go back.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.names import ComponentValue
from truegreen_exporters.engines.engine import Interrupted
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.plan_reload import POLL_SECONDS, PlanReload
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from truegreen_definitions.plan.file import PlanFile
    from truegreen_exporters.exporter import Exporter
    from truegreen_exporters.store import Store
    from truegreen_telemetry.otlp.push import Push
    from truegreen_telemetry.samples import Snapshot
    from truegreen_telemetry.web.access import WebAccess

__all__ = ["Ending", "serve"]

FLUSH_SECONDS = 0.3
INTERRUPT_SECONDS = 0.02

_LOG = structlog.get_logger(__name__)


class _Worker(threading.Thread):
    """Runs cycles until it is told to stop; a fault ends it and is kept for the main thread."""

    def __init__(
        self,
        exporter: Exporter,
        reload: PlanReload,
        push: Push,
        *,
        at: Callable[[], datetime],
        interval_seconds: float,
        ending: Ending,
    ) -> None:
        super().__init__(name="exporter-cycles")
        self._exporter = exporter
        self._reload = reload
        self._push = push
        self._at = at
        self._interval_seconds = interval_seconds
        self._ending = ending
        self.process = ProcessTelemetry()
        self.shown = self._joined(exporter.recall(at()))
        self.ready = False
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Cycle; the pause between cycles ends at once when told to stop or to reload."""
        stop = self._ending.stop
        try:
            while not stop.is_set():
                begin = time.monotonic()
                snapshot = self._exporter.cycle(self._at(), stop.is_set)
                self.shown = self._joined(snapshot)
                self.ready = True
                self._pause(begin + self._interval_seconds)
        except Interrupted:
            _LOG.info("cycle_interrupted")
        except BaseException as fault:  # noqa: BLE001  raised again by the main thread
            self.fault = fault
        finally:
            stop.set()

    def _pause(self, until: float) -> None:
        """Wait for the next cycle, which comes early when another plan has come."""
        while not self._ending.stop.is_set():
            asked = self._ending.wake.wait(max(0.0, min(until - time.monotonic(), POLL_SECONDS)))
            if asked:
                self._ending.wake.clear()
            if self._ending.stop.is_set() or self._reload.poll(self._exporter.adopt, asked=asked):
                return
            if time.monotonic() >= until:
                return

    def _joined(self, snapshot: Snapshot) -> Snapshot:
        return self._push.joined(self.process.joined(snapshot))


@dataclass(frozen=True, slots=True)
class Ending:
    """What others tell a running exporter.

    Attributes:
        stop: End.
        wake: Look at the plan now; set it after `stop` too, to end a pause.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)


def serve(
    exporter: Exporter,
    store: Store,
    plan: PlanFile,
    push: Push,
    *,
    at: Callable[[], datetime],
    host: str,
    port: int,
    access: WebAccess | None = None,
    interval_seconds: float,
    ending: Ending,
) -> None:
    """Cycle and serve until told to stop; an interrupted statement leaves nothing half done.

    Raises:
        TerminalError: The address cannot be bound.
    """
    reload = PlanReload(plan, exporter.loaded, ComponentValue.EXPORTER, exporter.samples, time.time)
    worker = _Worker(
        exporter, reload, push, at=at, interval_seconds=interval_seconds, ending=ending
    )
    app = MetricsApp(lambda: worker.shown, lambda: worker.ready)
    with MetricsServer(app, host, port, routes=exporter.hooks, gate=access) as server:
        _LOG.info("listening", url=server.url("/metrics"))
        push.start(lambda: worker.shown, server.port, worker.process.started)
        worker.start()
        ending.stop.wait()
        ending.wake.set()
        _end(worker, store)
        push.stop(FLUSH_SECONDS)
    if worker.fault is not None:
        raise worker.fault


def _end(worker: _Worker, store: Store) -> None:
    """Wait for a cycle to end; each of its statements that still begins is interrupted."""
    while worker.is_alive():
        store.interrupt()
        worker.join(INTERRUPT_SECONDS)
