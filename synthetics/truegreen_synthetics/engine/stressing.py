"""Stress mode: customers who arrive ever faster, counted stage by stage."""

from __future__ import annotations

from locust.env import Environment

# isort: split
import contextlib
import math
import secrets
import signal
import sys
import time
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.pool import Pool

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.logs import configure_logs
from truegreen_synthetics.engine.environments import DRAIN_SECONDS, runner_of, tell_bug
from truegreen_synthetics.engine.equipping import equipment_of, journal_of
from truegreen_synthetics.engine.lifelines import end_with_starter
from truegreen_synthetics.engine.sessions import Sessions
from truegreen_synthetics.engine.users import ArrivalUser, RisingRate, user_class
from truegreen_synthetics.reaping import reap
from truegreen_synthetics.runs import Run
from truegreen_synthetics.stress.arrivals import MOST_AT_ONCE, Arrivals
from truegreen_synthetics.stress.counts import StressCounts
from truegreen_synthetics.stress.safety import refuse_over_budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from locust import User
    from locust.rpc import Message
    from locust.runners import Runner

    from truegreen_synthetics.compensation import Journal
    from truegreen_synthetics.equipment import Connection, Equipment
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import RunObserver
    from truegreen_synthetics.selection import Assignment
    from truegreen_synthetics.stress.stages import Stage

__all__ = ["stress", "stress_worker"]

WORKERS_COME_SECONDS = 60
MOST_TURNS_AHEAD = 100_000
UNDO_SECONDS = 5.0
LAST_REPORT_SECONDS = 4.0  # workers report every 3 s
AGAIN = "the next run with the same --journal takes it back"

_log = structlog.get_logger(__name__)


def stress(
    assignment: Assignment,
    stages: tuple[Stage, ...],
    workers: int,
    address: tuple[str, int],
    entered: Callable[[int], None],
    *,
    journal: Path | None = None,
) -> StressCounts:
    """Put rising load on a target and return what was counted, stage by stage.

    Args:
        assignment: The journeys, which arrive in turn.
        stages: Rates, in order.
        workers: How many worker processes will come; 0 makes the load in this one.
        address: Where they come to; nothing is bound without workers.
        entered: Is told of each stage that begins, and at last of the number behind them.
        journal: File of what runs make, so that it is taken back after a crash too.

    Raises:
        TerminalError: The workers did not come, or a journey would make too many records.
    """
    configure_logs(sys.stderr)
    counts, pool = StressCounts(), Pool(MOST_AT_ONCE)
    arrivals = _arrivals(counts, pool)
    # With workers, they make the load: what they make is in their journals.
    noted = None if workers else _noted(journal, assignment)
    if noted is not None:
        share = sum(stage.rate * stage.seconds for stage in stages) / len(assignment.journeys)
        for one in assignment.journeys:
            refuse_over_budget(one, math.ceil(share), noted.writes_today(one.name))
    equipment = equipment_of(assignment.location, journal=noted)
    classes = _arrival_users(assignment, arrivals, equipment)

    def enter(number: int) -> None:
        arrivals.stage = number
        if workers:
            runner_of(environment).send_message("truegreen_stage", number)
        entered(number)

    shape = RisingRate(stages, enter)
    environment = Environment(user_classes=classes, shape_class=shape, stop_timeout=DRAIN_SECONDS)
    environment.events.user_error.add_listener(tell_bug)  # type: ignore[no-untyped-call]
    if workers:
        environment.create_master_runner(*address)
        environment.events.worker_report.add_listener(  # type: ignore[no-untyped-call]
            lambda data, **_more: counts.add(data.pop("truegreen", {}))
        )
        _await_workers(environment, workers)
    else:
        environment.create_local_runner()
    _quiet(environment)
    runner = runner_of(environment)
    with _taken_back(noted, assignment, equipment), _undone_when_told_to_end(runner, pool):
        runner.start_shape()
        if runner.shape_greenlet is not None:
            runner.shape_greenlet.join()
        pool.join(timeout=assignment.longest_seconds)
        gevent.sleep(LAST_REPORT_SECONDS if workers else 0)
    runner.quit()
    return counts


def stress_worker(
    assignment: Assignment, master: tuple[str, int], journal: Path | None = None
) -> None:
    """Make load as a master tells, until it says to end; the rest is as for `stress`."""
    configure_logs(sys.stderr)
    end_with_starter()
    counts, pool = StressCounts(), Pool(MOST_AT_ONCE)
    arrivals = _arrivals(counts, pool)
    noted = _noted(journal, assignment)
    equipment = equipment_of(assignment.location, journal=noted)
    first = secrets.randbelow(MOST_TURNS_AHEAD)
    environment = Environment(
        # Where each worker begins is left to chance: together they use all rows.
        user_classes=_arrival_users(assignment, arrivals, equipment, first),
        stop_timeout=DRAIN_SECONDS,
    )
    environment.events.user_error.add_listener(tell_bug)  # type: ignore[no-untyped-call]
    environment.events.report_to_master.add_listener(  # type: ignore[no-untyped-call]
        lambda data, **_more: data.update(truegreen=counts.take())
    )
    runner = environment.create_worker_runner(*master)
    _quiet(environment)

    def enter(msg: Message, **_more: object) -> None:
        arrivals.stage = int(msg.data)

    runner.register_message("truegreen_stage", enter)
    with _taken_back(noted, assignment, equipment), _undone_when_told_to_end(runner, pool):
        runner.greenlet.join()
        pool.join(timeout=assignment.longest_seconds)


def _noted(path: Path | None, assignment: Assignment) -> Journal | None:
    return journal_of(path, assignment) if path is not None else None


@contextlib.contextmanager
def _taken_back(
    journal: Journal | None, assignment: Assignment, equipment: Equipment
) -> Iterator[None]:
    """Take back what earlier runs left before the block, and what its own left after it."""
    if journal is None:
        yield
        return
    journeys = {one.name: one for one in assignment.journeys}
    connect = Sessions(()).open
    reap(journal, journeys, connect, equipment)
    try:
        yield
    finally:
        left = reap(journal, journeys, connect, equipment)
        for name, ages in left.items():
            _log.warning("left_behind", journey=name, records=len(ages), hint=AGAIN)
        journal.close()


@contextlib.contextmanager
def _undone_when_told_to_end(runner: Runner, pool: Pool) -> Iterator[None]:
    """On SIGTERM and Ctrl-C, end the runs of the block at once; each undoes what it made."""
    main = gevent.getcurrent()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, gevent.kill, main, KeyboardInterrupt)
    try:
        yield
    except KeyboardInterrupt:
        runner.quit()
        pool.kill(timeout=UNDO_SECONDS)
        raise


def _arrivals(counts: StressCounts, pool: Pool) -> Arrivals:
    return Arrivals(counts, pool.spawn, lambda: bool(pool.free_count()))


def _arrival_users(
    assignment: Assignment, arrivals: Arrivals, equipment: Equipment, first_turn: int = 0
) -> list[type[User]]:
    sessions = Sessions(journey.target for journey in assignment.journeys)
    classes = []
    for journey in assignment.journeys:
        client = replace(journey.client, connections="run")  # customers share no connection
        connect = sessions.opener(replace(journey, client=client))
        turns = count(first_turn)

        def begin(
            observer: RunObserver,
            intended: float,
            journey: CompiledJourney = journey,
            connect: Callable[[], Connection] = connect,
            turns: Iterator[int] = turns,
        ) -> None:
            row = journey.rows.of(next(turns))
            run = Run(
                *(journey, connect(), observer, time.perf_counter), equipment=equipment, row=row
            )
            run.go(intended)

        user = user_class(ArrivalUser, journey.name, begin=staticmethod(begin), arrivals=arrivals)
        classes.append(user)
    return classes


def _quiet(environment: Environment) -> None:
    """Leave Locust's own statistics out: they round, and keep an entry for every second."""
    environment.events.request._handlers.clear()  # noqa: SLF001  Locust has no word for it


def _await_workers(environment: Environment, workers: int) -> None:
    runner = runner_of(environment)
    with gevent.Timeout(WORKERS_COME_SECONDS, TerminalError(f"{workers} workers did not come")):
        while len(runner.clients.ready) < workers:  # type: ignore[attr-defined]
            gevent.sleep(0.05)
