"""The engine: Locust runs the robots, gevent serves their metrics.

The only module that imports Locust, which patches the standard library: it belongs at the very
start of a process of its own (`python -m truegreen_synthetics`). One `User` class a journey, one
user each; the whole journey is one task, and the wait between tasks is the schedule. Locust's own
statistics are fed by `locust_users` alone: they keep an entry for every second, for ever.
"""

from __future__ import annotations

from locust import LoadTestShape, User, constant_pacing, task
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.event import EventHook
from locust.exception import StopUser

# isort: split
import gc
import os
import signal
import sys
import time
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import gevent
import structlog
from gevent.event import AsyncResult, Event
from gevent.pool import Group, Pool
from gevent.threadpool import ThreadPool

from truegreen_definitions import names
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import InvariantError, TerminalError
from truegreen_definitions.logs import configure_logs
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.target import parse_target
from truegreen_synthetics.arrivals import MOST_AT_ONCE, Arrivals, streams_for
from truegreen_synthetics.client import Reuse, Session
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.dialing import resolve, trusted_by_default
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.lag import LagMeter
from truegreen_synthetics.logs import LoggingObserver
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.proxies import parse_proxy, proxy_from
from truegreen_synthetics.reaping import reap
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.roster import changes
from truegreen_synthetics.runs import Run
from truegreen_synthetics.samples_file import SamplesFile
from truegreen_synthetics.schedules import schedule_of
from truegreen_synthetics.selection import assign, reassign
from truegreen_synthetics.stress_counts import StressCounts
from truegreen_synthetics.transports import StockTransport
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.plan_reload import POLL_SECONDS, PlanReload
from truegreen_telemetry.process import ProcessTelemetry
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer
from truegreen_telemetry.web.door import AsideGate

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Sequence
    from contextlib import AbstractContextManager

    from locust.rpc import Message
    from locust.runners import Runner

    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_definitions.plan.file import PlanFile
    from truegreen_definitions.target import Target
    from truegreen_synthetics.dialing import AddressInfo
    from truegreen_synthetics.equipment import Connection
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.proxies import Proxy
    from truegreen_synthetics.report import Report
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.runs import CleanupResult, RunObserver, StepResult
    from truegreen_synthetics.selection import Assignment
    from truegreen_synthetics.stages import Stage
    from truegreen_synthetics.transports import Answered
    from truegreen_telemetry.otlp.push import Push
    from truegreen_telemetry.samples import Snapshot
    from truegreen_telemetry.web.door import Gate

__all__ = ["locust_users", "monitor", "once", "stress", "stress_worker"]

# The three ways to end take a second together: let runs finish, undo aborted ones, push.
DRAIN_SECONDS = 0.3
FLUSH_SECONDS = 0.2
LAG_PERIOD_SECONDS = 0.02
REAP_PERIOD_SECONDS = 15.0
BLOCKING_CALLS_AT_ONCE = 8
MOST_SPAWNS_PER_SECOND = 100
WORKERS_COME_SECONDS = 60
REST_SECONDS = 0.0005  # long enough for the loop to look at what is ready
LAST_REPORT_SECONDS = 4.0  # workers report every 3 s
HERE = Path()
T = TypeVar("T")

_log = structlog.get_logger(__name__)


class ScheduledUser(User):
    """Runs one journey on its schedule; every journey has a class of its own."""

    abstract = True
    fixed_count = 1
    robot: ClassVar[Robot]

    def wait_time(self) -> float:
        """Return the seconds to the next slot: Locust sleeps so long between two tasks."""
        seconds = self.robot.seconds_to_wait()
        if self.robot.retired:
            raise StopUser
        return seconds

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
        connect = self.sessions.opener(self.compiled, parse_target(str(self.host)))
        run = Run(self.compiled, connect(), EventObserver(self.environment), time.perf_counter)
        run.go(time.perf_counter())


class ArrivalUser(User):
    """A stream of arrivals of one journey, see `arrivals`."""

    abstract = True
    begin: ClassVar[Callable[[RunObserver, float], None]]
    arrivals: ClassVar[Arrivals]

    def on_start(self) -> None:
        """Take a place among the streams."""
        self._stream = self.arrivals.stream(time.perf_counter())

    def wait_time(self) -> float:
        """Return the seconds to the next arrival."""
        return self._stream.seconds_to_wait(time.perf_counter())

    @task
    def arrival(self) -> None:
        """Let a customer come; Locust's first task comes before any wait."""
        if not self.wait_time():
            type(self).arrivals.arrive(type(self).begin, self._stream.tick())


class RisingRate(LoadTestShape):
    """As many streams as the present stage asks for."""

    def __init__(self, stages: tuple[Stage, ...], entered: Callable[[int], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._stages = stages
        self._entered = entered
        self._number = -1

    def tick(self) -> tuple[int, float] | None:
        """Return (streams, streams to begin a second); None at the end. Asked every second."""
        now: float = self.get_run_time()  # type: ignore[no-untyped-call]
        found = [number for number, stage in enumerate(self._stages) if stage.start <= now]
        number = found[-1]
        if now >= self._stages[-1].end:
            self._entered(len(self._stages))
            return None
        if number != self._number:
            self._number = number
            self._entered(number)
        return streams_for(self._stages[number].rate), MOST_SPAWNS_PER_SECOND


class Sessions:
    """Opens the connections of journeys; all of them share one TLS context.

    Making it takes tens of milliseconds, so it is made at the start where a target is known to
    need it.
    """

    def __init__(self, targets: Iterable[Target]) -> None:
        if any(target.tls for target in targets):
            trusted_by_default()

    def opener(
        self, journey: CompiledJourney, target: Target | None = None
    ) -> Callable[[], Connection]:
        """Return what opens a connection for each run; nothing is connected yet.

        Args:
            journey: Whose client it is.
            target: Where to; None for the journey's own.
        """
        to = target or journey.target
        if journey.client.engine == "fasthttp":
            return partial(_fast_transport, to, journey.tls or trusted_by_default)
        if journey.client.engine == "requests":
            return partial(_requests_transport, to, journey.client.proxy, journey.certificate)
        reuse = Reuse(journey.client.connections)
        make = partial(self._lean, to, reuse, _via(journey.client.proxy), journey.tls)
        if reuse is not Reuse.ALWAYS:
            return make
        kept = make()
        return lambda: kept

    def reach(self, target: Target) -> Session:
        """Return a connection to a host beside a journey's target."""
        return self._lean(target, Reuse.RUN, _via(""), None)

    def _lean(
        self,
        target: Target,
        reuse: Reuse,
        via: Callable[[Target], Proxy | None],
        own: Callable[[], ssl.SSLContext] | None,
    ) -> Session:
        tls = (own or trusted_by_default)() if target.tls else None
        return Session(target, tls, time.perf_counter, _resolve, reuse=reuse, via=via)


def _via(declared: str) -> Callable[[Target], Proxy | None]:
    if declared:
        proxy = parse_proxy(declared)
        return lambda _target: proxy
    return cache(partial(proxy_from, os.environ))


def _fast_transport(target: Target, tls: Callable[[], ssl.SSLContext]) -> StockTransport:
    session = FastHttpSession(
        target.url,
        EventHook(),  # type: ignore[no-untyped-call]
        None,
        insecure=False,
        ssl_context_factory=tls,
        max_retries=1,
    )

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], follow: bool) -> Answered:  # noqa: FBT001
        return session.request(
            method,
            url,
            data=body or None,  # type: ignore[arg-type]  # bytes are sent as they are
            headers=headers,
            allow_redirects=follow,
        )

    return StockTransport(target, ask, _limit, session.client.clientpool.close)


def _requests_transport(
    target: Target, proxy: str, certificate: tuple[str, str] | None
) -> StockTransport:
    session = HttpSession(target.url, EventHook(), None)  # type: ignore[no-untyped-call]
    session.cert = certificate
    if proxy:
        session.proxies = {"http": proxy, "https": proxy}

    def ask(method: str, url: str, body: bytes, headers: dict[str, str], follow: bool) -> Answered:  # noqa: FBT001
        return session.request(
            method, url, data=body or None, headers=headers, allow_redirects=follow
        )

    return StockTransport(target, ask, _limit, session.close)


def _limit(seconds: float) -> AbstractContextManager[object]:
    timeout: AbstractContextManager[object] = gevent.Timeout(seconds, TimeoutError)
    return timeout


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


class Staff:
    """The users of a monitoring probe; a new plan changes only those that it is about.

    Attributes:
        assignment: What they do.

    Args:
        assignment: What they begin with.
        store: Where the probe's series live.
        observer: Is told of everything they do.
        metrics: Shows the journeys.
        equipment: What the process lends to runs.
        journal: Of what runs make; None for none.
        files: Folder of the journeys' rows.
    """

    def __init__(
        self,
        assignment: Assignment,
        store: SampleStore,
        metrics: ProbeMetrics,
        *,
        observer: RobotObserver,
        equipment: Equipment,
        journal: Journal | None,
        files: Path,
    ) -> None:
        self.assignment = assignment
        self._files = files
        self._equipment = equipment
        self._journal = journal
        self._metrics = metrics
        self._observer = observer
        self._info = store.gauge(names.PLAN_INFO)
        self._robots = _robots(assignment.journeys, observer, equipment, journal)
        self._leaving = Group()
        classes = [_user(ScheduledUser, name, robot=it) for name, it in self._robots.items()]
        self.environment = _environment(classes)
        self._tell_plan()

    def take(self, only: str | None, loaded: LoadedPlan) -> None:
        """Go on with another plan; runs that are under way end as they began.

        Args:
            only: The one journey the probe was told to run; None for all.
            loaded: The plan.

        Raises:
            TerminalError: Something of it cannot be run; everything is as before.
        """
        new = reassign(loaded, self.assignment.location, only, os.environ, self._files)
        found = changes(self.assignment, new)
        self.assignment = new
        self._tell_plan()
        for name in found.gone:
            self._leaving.spawn(self._let_go, name)
        for journey in found.changed:
            self._leaving.spawn(self._replace, journey)
        for journey in found.added:
            self._hire(journey)

    def settle(self) -> None:
        """Wait until everybody who has to leave has left."""
        self._leaving.join()

    def reap(self) -> None:
        """Take back what runs that are over have left behind, and show what cannot be."""
        if self._journal is None:
            return
        journeys = {one.name: one for one in self.assignment.journeys}
        sessions = Sessions(())
        connect = lambda journey: sessions.opener(journey)()  # noqa: E731
        self._metrics.orphans(reap(self._journal, journeys, connect, self._equipment))

    def _tell_plan(self) -> None:
        self._info.clear()
        info = (names.ComponentValue.PROBE, self.assignment.digest, self.assignment.revision)
        self._info.child(*info).set(1)

    def _hire(self, journey: CompiledJourney) -> None:
        self._metrics.add(journey)
        robots = _robots((journey,), self._observer, self._equipment, self._journal)
        self._robots |= robots
        user = _user(ScheduledUser, journey.name, robot=robots[journey.name])
        self.environment.user_classes.append(user)
        _runner(self.environment).spawn_users({journey.name: 1})

    def _let_go(self, name: str) -> None:
        self._dismiss(name)
        self._metrics.remove(name)

    def _replace(self, journey: CompiledJourney) -> None:
        self._dismiss(journey.name)
        self._hire(journey)

    def _dismiss(self, name: str) -> None:
        """Let a journey's user end: at once while it waits, else after its present run."""
        at_once = self._robots.pop(name).retire()
        for greenlet in list(_runner(self.environment).user_greenlets):
            users = [one for one in greenlet.args if type(one).__name__ == name]  # none once ended
            for user in users:
                if at_once:
                    user.stop()
                greenlet.join()
        classes = self.environment.user_classes
        classes[:] = [one for one in classes if one.__name__ != name]


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

    Raises:
        TerminalError: There is nothing that can be run, or the address cannot be bound.
    """
    configure_logs(sys.stderr)
    loaded, store = file.current(), SampleStore()
    assignment = assign(loaded, location, only, os.environ, files)
    metrics = ProbeMetrics(store, assignment.location, assignment.journeys)
    meter = LagMeter(time.perf_counter, LAG_PERIOD_SECONDS)
    noted = _journal(journal, assignment)
    equipment = _equipment(assignment.location, meter, noted)
    observer: RobotObserver = LoggingObserver(metrics)
    if samples is not None:
        observer = SamplesFile(observer, samples.open("a", encoding="utf-8"))
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
        return push.joined(process.joined(store.snapshot()))

    server = _serve(shown, address, gate)
    push.start(shown, server.port, process.started)
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
    try:
        code = _run(staff.environment, until_signal=True)
    finally:
        watchers.kill()
        push.stop(FLUSH_SECONDS)
        server.stop()
    _log.info("stopped")
    return code


def once(assignment: Assignment, report: Report) -> tuple[ExitCode, str]:
    """Run each journey once, at the same time; return the exit code and the result in words."""
    configure_logs(sys.stderr)
    equipment = _equipment(assignment.location)
    robots = _robots(assignment.journeys, report, equipment, None)
    classes = [_user(SingleUser, name, robot=robot) for name, robot in robots.items()]
    code = _run(_environment(classes), until_signal=False)
    if code is ExitCode.CLEAN and not report.good():
        code = ExitCode.PROBLEMS
    return code, report.text()


def stress(
    assignment: Assignment,
    stages: tuple[Stage, ...],
    workers: int,
    address: tuple[str, int],
    entered: Callable[[int], None],
) -> StressCounts:
    """Put rising load on a target and return what was counted, stage by stage.

    Args:
        assignment: The journeys, which arrive in turn.
        stages: Rates, in order.
        workers: How many worker processes will come; 0 makes the load in this one.
        address: Where they come to; nothing is bound without workers.
        entered: Is told of each stage that begins, and at last of the number behind them.

    Raises:
        TerminalError: The workers did not come.
    """
    configure_logs(sys.stderr)
    counts, pool = StressCounts(), Pool(MOST_AT_ONCE)
    arrivals = _arrivals(counts, pool)
    classes = _arrival_users(assignment, arrivals)

    def enter(number: int) -> None:
        arrivals.stage = number
        if workers:
            _runner(environment).send_message("truegreen_stage", number)
        entered(number)

    shape = RisingRate(stages, enter)
    environment = Environment(user_classes=classes, shape_class=shape, stop_timeout=DRAIN_SECONDS)
    environment.events.user_error.add_listener(_tell_bug)  # type: ignore[no-untyped-call]
    if workers:
        environment.create_master_runner(*address)
        environment.events.worker_report.add_listener(  # type: ignore[no-untyped-call]
            lambda data, **_more: counts.add(data.pop("truegreen", {}))
        )
        _await_workers(environment, workers)
    else:
        environment.create_local_runner()
    _quiet(environment)
    runner = _runner(environment)
    runner.start_shape()
    if runner.shape_greenlet is not None:
        runner.shape_greenlet.join()
    pool.join(timeout=_longest(assignment))
    gevent.sleep(LAST_REPORT_SECONDS if workers else 0)
    runner.quit()
    return counts


def stress_worker(assignment: Assignment, master: tuple[str, int]) -> None:
    """Make load as a master tells, until it says to end."""
    configure_logs(sys.stderr)
    counts, pool = StressCounts(), Pool(MOST_AT_ONCE)
    arrivals = _arrivals(counts, pool)
    environment = Environment(
        user_classes=_arrival_users(assignment, arrivals), stop_timeout=DRAIN_SECONDS
    )
    environment.events.user_error.add_listener(_tell_bug)  # type: ignore[no-untyped-call]
    environment.events.report_to_master.add_listener(  # type: ignore[no-untyped-call]
        lambda data, **_more: data.update(truegreen=counts.take())
    )
    runner = environment.create_worker_runner(*master)
    _quiet(environment)

    def enter(msg: Message, **_more: object) -> None:
        arrivals.stage = int(msg.data)

    runner.register_message("truegreen_stage", enter)
    runner.greenlet.join()
    pool.join(timeout=_longest(assignment))


def _arrivals(counts: StressCounts, pool: Pool) -> Arrivals:
    return Arrivals(counts, pool.spawn, lambda: bool(pool.free_count()))


def _arrival_users(assignment: Assignment, arrivals: Arrivals) -> list[type[User]]:
    sessions = Sessions(journey.target for journey in assignment.journeys)
    classes = []
    for journey in assignment.journeys:
        client = replace(journey.client, connections="run")  # customers share no connection
        connect = sessions.opener(replace(journey, client=client))

        def begin(
            observer: RunObserver,
            intended: float,
            journey: CompiledJourney = journey,
            connect: Callable[[], Connection] = connect,
        ) -> None:
            Run(journey, connect(), observer, time.perf_counter).go(intended)

        user = _user(ArrivalUser, journey.name, begin=staticmethod(begin), arrivals=arrivals)
        classes.append(user)
    return classes


def _quiet(environment: Environment) -> None:
    """Leave Locust's own statistics out: they round, and keep an entry for every second."""
    environment.events.request._handlers.clear()  # noqa: SLF001  Locust has no word for it


def _await_workers(environment: Environment, workers: int) -> None:
    runner = _runner(environment)
    with gevent.Timeout(WORKERS_COME_SECONDS, TerminalError(f"{workers} workers did not come")):
        while len(runner.clients.ready) < workers:  # type: ignore[attr-defined]
            gevent.sleep(0.05)


def _longest(assignment: Assignment) -> float:
    """Return how long the last runs may take, cleanup included."""
    return max(
        sum(step.timeout_seconds for step in one.steps) + one.cleanup_seconds
        for one in assignment.journeys
    )


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


def _equipment(
    location: str, meter: LagMeter | None = None, journal: Journal | None = None
) -> Equipment:
    usual = Equipment(location=location)
    return replace(
        usual,
        sleep=gevent.sleep,
        in_thread=_in_thread,
        reach=Sessions(()).reach,
        lag=usual.lag if meter is None else meter.since,
        ledger=usual.ledger if journal is None else journal,
    )


def _journal(path: Path | None, assignment: Assignment) -> Journal | None:
    if path is not None:
        return Journal(path, time.time, lambda file: _hub_pool().apply(os.fsync, (file,)))
    for journey in assignment.journeys:
        if journey.writes:
            _log.warning(
                "no_journal", journey=journey.name, hint="a crash may leave records behind"
            )
    return None


def _hub_pool() -> ThreadPool:
    pool: ThreadPool = gevent.get_hub().threadpool
    return pool


@cache
def _blocking_pool() -> ThreadPool:
    return ThreadPool(BLOCKING_CALLS_AT_ONCE)


def _in_thread(function: Callable[[], T], timeout_seconds: float) -> T:
    with gevent.Timeout(timeout_seconds, TimeoutError):
        found: T = _blocking_pool().spawn(function).get()
        return found


def _robots(
    journeys: tuple[CompiledJourney, ...],
    observer: RobotObserver,
    equipment: Equipment,
    journal: Journal | None,
) -> dict[str, Robot]:
    """Return a robot for each journey, by its name."""
    sessions = Sessions(journey.target for journey in journeys)
    robots = {}
    for journey in journeys:
        schedule = schedule_of(
            journey, equipment.location, wall=time.time(), monotonic=time.perf_counter()
        )
        connect = sessions.opener(journey)
        robots[journey.name] = Robot(
            *(journey, schedule, connect, observer, time.perf_counter),
            equipment=equipment,
            since=None if journal is None else journal.until(journey.name),
        )
    return robots


def _resolve(host: str, port: int, timeout_seconds: float) -> Sequence[AddressInfo]:
    with gevent.Timeout(timeout_seconds, TimeoutError):
        return resolve(host, port, timeout_seconds)


def _environment(classes: Sequence[type[User]]) -> Environment:
    environment = Environment(user_classes=list(classes), stop_timeout=DRAIN_SECONDS)
    environment.events.user_error.add_listener(_tell_bug)  # type: ignore[no-untyped-call]
    environment.create_local_runner()
    return environment


def _runner(environment: Environment) -> Runner:
    if environment.runner is None:
        raise InvariantError("an environment of ours has a runner from the start")
    return environment.runner


def _run(environment: Environment, *, until_signal: bool) -> ExitCode:
    """Run users until a signal, or until all have ended; leave no journey half undone."""
    ending = AsyncResult()
    for number, code in ((signal.SIGTERM, ExitCode.CLEAN), (signal.SIGINT, ExitCode.INTERRUPTED)):
        gevent.signal_handler(number, ending.set, code)
    runner = _runner(environment)
    count = len(environment.user_classes)
    # What is there now stays: the collector need not walk it again and hold up a measurement.
    gc.collect()
    gc.freeze()
    runner.start(count, spawn_rate=min(count, MOST_SPAWNS_PER_SECOND))
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
    runner = _runner(staff.environment)
    while True:
        told = asked.wait(POLL_SECONDS)
        asked.clear()
        if runner.spawning_greenlet is not None:
            runner.spawning_greenlet.join()
        staff.settle()
        # Reading takes time that belongs to the journeys: a native thread shares it with them.
        gevent.get_hub().threadpool.apply(file.current)
        reload.poll(partial(staff.take, only), asked=told)
