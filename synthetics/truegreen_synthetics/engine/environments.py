"""Locust's environment: it runs users until somebody says to end, and no journey half."""

from __future__ import annotations

from locust.env import Environment

# isort: split
import gc
import signal
from typing import TYPE_CHECKING

import gevent
import structlog
from gevent.event import AsyncResult

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import InvariantError
from truegreen_synthetics.engine.users import MOST_SPAWNS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from locust import User
    from locust.runners import Runner

__all__ = ["DRAIN_SECONDS", "environment_of", "run_users", "runner_of", "tell_bug"]

# The three ways to end take a second together: let runs finish, undo aborted ones, push.
DRAIN_SECONDS = 0.3

_log = structlog.get_logger(__name__)


def environment_of(classes: Sequence[type[User]]) -> Environment:
    """Return an environment whose users run in this process."""
    environment = Environment(user_classes=list(classes), stop_timeout=DRAIN_SECONDS)
    environment.events.user_error.add_listener(tell_bug)  # type: ignore[no-untyped-call]
    environment.create_local_runner()
    return environment


def runner_of(environment: Environment) -> Runner:
    """Return the runner of an environment of ours."""
    if environment.runner is None:
        raise InvariantError("an environment of ours has a runner from the start")
    return environment.runner


def run_users(environment: Environment, *, until_signal: bool) -> ExitCode:
    """Run users until a signal, or until all have ended; leave no journey half undone."""
    ending = AsyncResult()
    for number, code in ((signal.SIGTERM, ExitCode.CLEAN), (signal.SIGINT, ExitCode.INTERRUPTED)):
        gevent.signal_handler(number, ending.set, code)
    runner = runner_of(environment)
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


def tell_bug(user_instance: object, exception: BaseException, **_more: object) -> None:
    """Log what a user raised: a fault of ours, for runs end without one."""
    _log.error("bug", user=type(user_instance).__name__, exc_info=exception)
