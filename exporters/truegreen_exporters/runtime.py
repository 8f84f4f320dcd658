"""The exporter as a long-running process: cycles in a thread, and the server that shows them.

What is shown changes only after what it is made of has been committed, so a crash can never
make a scraped number go back.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import duckdb
import structlog

from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from truegreen_exporters.exporter import Exporter
    from truegreen_exporters.store import Store

__all__ = ["serve"]

_LOG = structlog.get_logger(__name__)


class _Worker(threading.Thread):
    """Runs cycles until it is told to stop; a fault ends it and is kept for the main thread."""

    def __init__(
        self,
        exporter: Exporter,
        at: Callable[[], datetime],
        interval_seconds: float,
        stop: threading.Event,
    ) -> None:
        super().__init__(name="exporter-cycles")
        self._exporter = exporter
        self._at = at
        self._interval_seconds = interval_seconds
        self._stop_event = stop
        self._process = ProcessTelemetry()
        self.shown = self._process.joined(exporter.recall(at()))
        self.ready = False
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Cycle; the pause between cycles ends at once when told to stop."""
        try:
            while not self._stop_event.is_set():
                begin = time.monotonic()
                snapshot = self._exporter.cycle(self._at(), self._stop_event.is_set)
                self.shown = self._process.joined(snapshot)
                self.ready = True
                left = self._interval_seconds - (time.monotonic() - begin)
                self._stop_event.wait(max(left, 0))
        except duckdb.InterruptException:
            _LOG.info("cycle_interrupted")
        except BaseException as fault:  # noqa: BLE001  raised again by the main thread
            self.fault = fault
        finally:
            self._stop_event.set()


def serve(
    exporter: Exporter,
    store: Store,
    *,
    at: Callable[[], datetime],
    host: str,
    port: int,
    interval_seconds: float,
    stop: threading.Event,
) -> None:
    """Cycle and serve until `stop` is set; an interrupted statement leaves nothing half done.

    Raises:
        TerminalError: The address cannot be bound.
    """
    worker = _Worker(exporter, at, interval_seconds, stop)
    app = MetricsApp(lambda: worker.shown, lambda: worker.ready)
    with MetricsServer(app, host, port) as server:
        _LOG.info("listening", url=f"http://{server.host}:{server.port}/metrics")
        worker.start()
        stop.wait()
        store.interrupt()
        worker.join()
    if worker.fault is not None:
        raise worker.fault
