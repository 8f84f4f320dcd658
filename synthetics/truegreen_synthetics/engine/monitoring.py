"""Monitor mode: journeys on their schedules, their metrics served until somebody says to end."""

from __future__ import annotations

import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.event import Event
from gevent.pool import Group

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.logs import configure_logs
from truegreen_synthetics.engine.environments import run_users, runner_of
from truegreen_synthetics.engine.equipping import equipment_of, journal_of
from truegreen_synthetics.engine.lifelines import end_with_starter
from truegreen_synthetics.engine.staff import Staff
from truegreen_synthetics.lag import LagMeter
from truegreen_synthetics.logs import LoggingObserver
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.samples_file import SamplesFile
from truegreen_synthetics.selection import assign
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.otlp.settings import trace_ratio
from truegreen_telemetry.plan_reload import POLL_SECONDS, PlanReload
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer
from truegreen_telemetry.web.door import AsideGate

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from truegreen_definitions.cli.command import ExitCode
    from truegreen_definitions.plan.file import PlanFile
    from truegreen_synthetics.browsing.browsers import BrowserSettings
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_telemetry.otlp.push import Push
    from truegreen_telemetry.otlp.span_push import SpanPush
    from truegreen_telemetry.samples import Snapshot
    from truegreen_telemetry.web.door import Gate

__all__ = ["monitor"]

FLUSH_SECONDS = 0.2
LAG_PERIOD_SECONDS = 0.02
REAP_PERIOD_SECONDS = 15.0
REST_SECONDS = 0.0005  # long enough for the loop to look at what is ready
HERE = Path()

_log = structlog.get_logger(__name__)


def monitor(
    file: PlanFile,
    location: str | None,
    only: str | None,
    address: tuple[str, int],
    push: Push,
    *,
    gate: Gate | None = None,
    journal: Path | None = None,
    files: Path = HERE,
    samples: Path | None = None,
    spans: SpanPush | None = None,
    browsers: BrowserSettings | None = None,
) -> ExitCode:
    """Run journeys on their schedules and serve their metrics until SIGTERM or Ctrl-C.

    Args:
        file: The plan, followed while it changes.
        location: From where; None when the plan has only one location.
        only: The one journey to run; None for all of the location.
        address: Where to serve; port 0 takes a free one.
        push: Pushes the same metrics, if it was asked to.
        gate: Who may scrape; None: everybody.
        journal: File of what runs make, so that it is taken back after a crash too.
        files: Folder of the journeys' rows.
        samples: File that raw samples are written to, beside being counted.
        spans: Pushes spans of runs, if it was asked to.
        browsers: How browsers are started.

    Raises:
        TerminalError: There is nothing that can be run, or the address cannot be bound.
    """
    configure_logs(sys.stderr)
    end_with_starter()
    loaded, store = file.current(), SampleStore()
    assignment = assign(loaded, location, only, os.environ, files)
    metrics = ProbeMetrics(store, assignment.location, assignment.journeys)
    meter = LagMeter(time.perf_counter, LAG_PERIOD_SECONDS)
    noted = journal_of(journal, assignment)
    equipment = equipment_of(assignment.location, meter, noted, browsers)
    observer = _observer(LoggingObserver(metrics), assignment.location, samples, spans)
    staff = Staff(
        assignment,
        store,
        metrics,
        observer=observer,
        equipment=equipment,
        journal=noted,
        files=files,
    )
    reload = PlanReload(file, loaded, names.ComponentValue.PROBE, store, time.time)
    process = ProcessTelemetry()

    def shown() -> Snapshot:
        found = push.joined(process.joined(store.snapshot()))
        return found if spans is None else spans.joined(found)

    server = _serve(shown, address, gate)
    push.start(shown, server.port, process.started)
    if spans is not None:
        spans.start(push.resource(server.port))
    _log.info(
        "listening",
        address=f"{server.host}:{server.port}",
        location=assignment.location,
        journeys=len(assignment.journeys),
        plan=assignment.digest,
    )
    watchers = Group()
    watchers.spawn(_watch_lag, metrics, meter)
    watchers.spawn(_watch_orphans, staff)
    watchers.spawn(_watch_plan, staff, only, file, reload)
    pushes = (push,) if spans is None else (push, spans)
    try:
        code = run_users(staff.environment, until_signal=True)
    finally:
        watchers.kill()
        gevent.joinall([gevent.spawn(one.stop, FLUSH_SECONDS) for one in pushes])
        server.stop()
        equipment.browsers.close()
    _log.info("stopped")
    return code


def _observer(
    told: RobotObserver, location: str, samples: Path | None, spans: SpanPush | None
) -> RobotObserver:
    """Return what tells an observer, and writes samples and makes spans beside, where asked."""
    if samples is not None:
        told = SamplesFile(told, _appended(samples))
    if spans is not None and spans.asked:
        from truegreen_synthetics.tracing import Tracing  # noqa: PLC0415  needs an extra

        told = Tracing(told, spans.take, trace_ratio(os.environ), location, time.time)
    return told


def _appended(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise TerminalError(f"--samples {path}: cannot be written ({error.strerror})") from error


def _serve(
    shown: Callable[[], Snapshot], address: tuple[str, int], gate: Gate | None
) -> MetricsServer:
    app = MetricsApp(shown, rest=partial(gevent.sleep, REST_SECONDS))
    # The first rendering takes several times as long as the next: better now than in a journey.
    app({"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"}, _discard)
    # Passwords are checked in a real thread: in a greenlet that would stop every journey.
    pool = gevent.get_hub().threadpool
    apart = AsideGate(gate, lambda check, request: pool.apply(check, (request,))) if gate else None
    server = MetricsServer(app, *address, gate=apart)
    server.start()
    return server


def _discard(_status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
    return len


def _watch_orphans(staff: Staff) -> None:
    while True:
        staff.reap()
        gevent.sleep(REAP_PERIOD_SECONDS)


def _watch_lag(metrics: ProbeMetrics, meter: LagMeter) -> None:
    while True:
        gevent.sleep(meter.period_seconds)
        metrics.hub_lag(meter.beat())


def _watch_plan(staff: Staff, only: str | None, file: PlanFile, reload: PlanReload) -> None:
    asked = Event()
    gevent.signal_handler(signal.SIGHUP, asked.set)
    runner = runner_of(staff.environment)
    while True:
        told = asked.wait(POLL_SECONDS)
        asked.clear()
        if runner.spawning_greenlet is not None:
            runner.spawning_greenlet.join()
        staff.settle()
        # Reading takes time that belongs to the journeys: a native thread shares it with them.
        gevent.get_hub().threadpool.apply(file.current)
        reload.poll(partial(staff.take, only), asked=told)
