"""What the process lends to runs: sleep, threads, a journal; and the robots that use it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import gevent
import structlog
from gevent.threadpool import ThreadPool

from truegreen_synthetics.browsing.browsers import Browsers
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.engine.sessions import Sessions, bounded_resolve
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedules import schedule_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_synthetics.browsing.browsers import BrowserSettings
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.lag import LagMeter
    from truegreen_synthetics.robot import RobotObserver
    from truegreen_synthetics.selection import Assignment

__all__ = ["equipment_of", "journal_of", "robots_of"]

BLOCKING_CALLS_AT_ONCE = 8
T = TypeVar("T")

_log = structlog.get_logger(__name__)


def equipment_of(
    location: str,
    meter: LagMeter | None = None,
    journal: Journal | None = None,
    browsers: BrowserSettings | None = None,
) -> Equipment:
    """Return what the process lends to runs from a location."""
    usual = Equipment(location=location)
    return replace(
        usual,
        sleep=gevent.sleep,
        in_thread=_in_thread,
        reach=Sessions(()).reach,
        find=bounded_resolve,
        lag=usual.lag if meter is None else meter.since,
        ledger=usual.ledger if journal is None else journal,
        browsers=Browsers(browsers, usual.clock) if browsers else usual.browsers,
    )


def journal_of(path: Path | None, assignment: Assignment) -> Journal | None:
    """Return the journal of what runs make; without a file None, and a warning of what writes."""
    if path is not None:
        return Journal(path, time.time, lambda file: _hub_pool().apply(os.fsync, (file,)))
    for journey in assignment.journeys:
        if journey.writes:
            _log.warning(
                "no_journal", journey=journey.name, hint="a crash may leave records behind"
            )
    return None


def robots_of(
    journeys: tuple[CompiledJourney, ...],
    observer: RobotObserver,
    equipment: Equipment,
    journal: Journal | None = None,
) -> dict[str, Robot]:
    """Return a robot for each journey, by its name.

    Args:
        journeys: What they do.
        observer: Is told of everything they do.
        equipment: What the process lends.
        journal: Says which slots a probe before this one accounted for; None where there was none
            or this one has begun already.
    """
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
