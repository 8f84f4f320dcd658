"""The engine: Locust runs the robots, gevent serves their metrics.

The only module that imports Locust, which patches the standard library: it belongs at the very
start of a process of its own (`python -m truegreen_synthetics`). One `User` class a journey, one
user each; the whole journey is one task, and the wait between tasks is the schedule. Locust's own
statistics are fed by `locust_users` alone: they keep an entry for every second, for ever.
"""

from __future__ import annotations

from locust import User, constant_pacing, task
from locust.env import Environment
from locust.exception import StopUser

# isort: split
import gc
import os
import signal
import ssl
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

import gevent
import structlog
from gevent.event import AsyncResult
from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from truegreen_definitions import names
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.logs import configure_logs
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.target import parse_target
from truegreen_synthetics.client import Session, resolve
from truegreen_synthetics.logs import LoggingObserver
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.report import Report
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.runs import Run
from truegreen_synthetics.schedule import aligned, phase_of
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from locust.runners import Runner

    from truegreen_definitions.target import Target
    from truegreen_synthetics.client import AddressInfo
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.selection import Assignment

__all__ = ["locust_users", "monitor", "once"]

DRAIN_SECONDS = 0.4
LAG_PERIOD_SECONDS = 0.25
SCRAPES_AT_ONCE = 16
MOST_SPAWNS_PER_SECOND = 100

_log = structlog.get_logger(__name__)


class ScheduledUser(User):
    """Runs one journey on its schedule; every journey has a class of its own."""

    abstract = True
    fixed_count = 1
    robot: ClassVar[Robot]

    def wait_time(self) -> float:
        """Return the seconds to the next slot: Locust sleeps so long between two tasks."""
        return self.robot.seconds_to_wait()

    @task
    def journey(self) -> None:
        """Run the slot that was waited for; Locust's first task comes before any wait."""
        self.robot.act()


class SingleUser(User):
    """Runs one journey once."""

    abstract = True
    fixed_count = 1
    robot: ClassVar[Robot]

    @task
    def journey(self) -> None:
        """Run it now and end."""
        self.robot.visit(time.perf_counter())
        raise StopUser


class LoadUser(User):
    """Runs one journey as often as Locust is told, and tells Locust's own statistics."""

    abstract = True
    compiled: ClassVar[CompiledJourney]
    sessions: ClassVar[Sessions]

    @task
    def journey(self) -> None:
        """Run it, at the host Locust was told."""
        connection = self.sessions.open(parse_target(str(self.host)))
        run = Run(self.compiled, connection, EventObserver(self.environment), time.perf_counter)
        run.go(time.perf_counter())


class Sessions:
    """Opens sessions that share one TLS context.

    Making it takes tens of milliseconds, so it is made at the start where a target is known to
    need it.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        self._tls: ssl.SSLContext | None = None
        if any(target.tls for target in targets):
            self._tls = ssl.create_default_context()

    def open(self, target: Target) -> Session:
        """Return a fresh session; nothing is connected yet."""
        if target.tls and self._tls is None:
            self._tls = ssl.create_default_context()
        return Session(target, self._tls, time.perf_counter, _resolve)


class EventObserver:
    """Turns steps into Locust's request events."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Fire a step's event; times are milliseconds there."""
        failed = result.outcome is OutcomeValue.FAILED
        self._environment.events.request.fire(  # type: ignore[no-untyped-call]
            request_type="STEP",
            name=f"{journey.name}/{result.step}",
            response_time=result.service_seconds * 1000,
            response_length=0,
            exception=AssertionError(f"{result.reason}: {result.detail}") if failed else None,
            context={},
        )

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Fire a failed cleanup as an error of the journey."""
        if result.failed:
            fault = AssertionError(f"{journey.name}: cleanup of {result.when}: {result.detail}")
            self._environment.events.user_error.fire(  # type: ignore[no-untyped-call]
                user_instance=None, exception=fault, tb=fault.__traceback__
            )


def monitor(assignment: Assignment, address: tuple[str, int]) -> ExitCode:
    """Run journeys on their schedules and serve their metrics until SIGTERM or Ctrl-C.

    Raises:
        TerminalError: The address cannot be bound.
    """
    configure_logs(sys.stderr)
    store, location = SampleStore(), assignment.location
    metrics = ProbeMetrics(store, location, assignment.journeys)
    info = store.gauge(names.PLAN_INFO)
    info.child(names.ComponentValue.PROBE, assignment.digest, assignment.revision).set(1)
    server = _serve(store, address)
    robots = _robots(assignment, LoggingObserver(metrics))
    _log.info(
        "listening",
        address=f"{server.address[0]}:{server.address[1]}",
        location=location,
        journeys=len(robots),
        plan=assignment.digest,
    )
    lag = gevent.spawn(_watch_lag, metrics)
    classes = [_user(ScheduledUser, name, robot=robot) for name, robot in robots.items()]
    try:
        code = _run(classes, until_signal=True)
    finally:
        lag.kill()
        server.stop(timeout=0)
    _log.info("stopped")
    return code


def once(assignment: Assignment) -> tuple[ExitCode, str]:
    """Run each journey once, at the same time; return the exit code and the result in words."""
    configure_logs(sys.stderr)
    report = Report(assignment.location, assignment.journeys)
    robots = _robots(assignment, report)
    classes = [_user(SingleUser, name, robot=robot) for name, robot in robots.items()]
    code = _run(classes, until_signal=False)
    if code is ExitCode.CLEAN and not report.good():
        code = ExitCode.PROBLEMS
    return code, report.text()


def locust_users(assignment: Assignment) -> dict[str, type[User]]:
    """Return a User class for each journey, for Locust's own command line.

    Each user runs its journey once per interval, however many users Locust is told to start.
    """
    sessions = Sessions(journey.target for journey in assignment.journeys)
    return {
        journey.name: _user(
            LoadUser,
            journey.name,
            compiled=journey,
            sessions=sessions,
            host=journey.target.url,
            wait_time=constant_pacing(journey.every_seconds),
        )
        for journey in assignment.journeys
    }


def _user(base: type[User], name: str, **attributes: object) -> type[User]:
    return type(name, (base,), {"__module__": __name__, **attributes})


def _robots(assignment: Assignment, observer: RobotObserver) -> dict[str, Robot]:
    """Return a robot for each journey, by its name."""
    sessions = Sessions(journey.target for journey in assignment.journeys)
    robots = {}
    for journey in assignment.journeys:
        schedule = aligned(
            every=journey.every_seconds,
            phase=phase_of(journey.name, assignment.location, journey.every_seconds),
            patience=journey.steps[0].timeout_seconds,
            wall=time.time(),
            monotonic=time.perf_counter(),
        )
        connect = partial(sessions.open, journey.target)
        robots[journey.name] = Robot(journey, schedule, connect, observer, time.perf_counter)
    return robots


def _resolve(host: str, port: int, timeout_seconds: float) -> Sequence[AddressInfo]:
    with gevent.Timeout(timeout_seconds, TimeoutError):
        return resolve(host, port, timeout_seconds)


def _run(classes: Sequence[type[User]], *, until_signal: bool) -> ExitCode:
    """Run users until a signal, or until all have ended; leave no journey half undone."""
    ending = AsyncResult()
    for number, code in ((signal.SIGTERM, ExitCode.CLEAN), (signal.SIGINT, ExitCode.INTERRUPTED)):
        gevent.signal_handler(number, ending.set, code)
    environment = Environment(user_classes=list(classes), stop_timeout=DRAIN_SECONDS)
    environment.events.user_error.add_listener(_tell_bug)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()
    # What is there now stays: the collector need not walk it again and hold up a measurement.
    gc.collect()
    gc.freeze()
    runner.start(len(classes), spawn_rate=min(len(classes), MOST_SPAWNS_PER_SECOND))
    if not until_signal:
        gevent.spawn(_end_with, runner, ending)
    code = ending.get()
    runner.quit()
    return ExitCode(code)


def _end_with(runner: Runner, ending: AsyncResult) -> None:
    if runner.spawning_greenlet is not None:
        runner.spawning_greenlet.join()
    runner.user_greenlets.join()
    ending.set(ExitCode.CLEAN)


def _tell_bug(user_instance: object, exception: BaseException, **_more: object) -> None:
    _log.error("bug", user=type(user_instance).__name__, exc_info=exception)


def _serve(store: SampleStore, address: tuple[str, int]) -> WSGIServer:
    process = ProcessTelemetry()
    app = MetricsApp(lambda: process.joined(store.snapshot()))
    # The first rendering takes several times as long as the next: better now than in a journey.
    app({"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics"}, _discard)
    server = WSGIServer(address, app, spawn=Pool(SCRAPES_AT_ONCE), log=None)
    try:
        server.start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise TerminalError(f"cannot listen on {address[0]}:{address[1]}: {why}") from error
    return server


def _discard(_status: str, _headers: object, _error: object = None) -> Callable[[bytes], object]:
    return len


def _watch_lag(metrics: ProbeMetrics) -> None:
    while True:
        due = time.perf_counter() + LAG_PERIOD_SECONDS
        gevent.sleep(LAG_PERIOD_SECONDS)
        metrics.hub_lag(max(0.0, time.perf_counter() - due))
