"""A robot that runs a journey again and again until it is killed; and what it leaves behind.

Run as a module (`killed_robots.py URL JOURNAL`) it makes robots: for each number of seconds on
stdin it forks one, kills it so much later, and says `dead`. Nothing of Locust is in it; journal,
runs and client are those of the probe.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from robots import compiled
from shopping import JOURNEY

from truegreen_definitions.plan import Request
from truegreen_synthetics.compensation import Journal
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.client import Session
from truegreen_synthetics.reaping import reap
from truegreen_synthetics.robot import Unwatched
from truegreen_synthetics.runs import Run

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney

UNSETTLED_SECONDS = 0.5


class Silent:
    """An observer that tells nobody."""

    def step(self, journey: object, result: object) -> None:
        """Forget a step."""

    def cleanup(self, journey: object, result: object) -> None:
        """Forget a cleanup."""


def shopper(url: str) -> CompiledJourney:
    """Return a journey that orders with its run as reference, and cancels by it."""
    browse, checkout, pay = JOURNEY.steps
    body = '{"qty":1,"reference":"${run}","sku":"${sku}"}'
    cart = Request(method="POST", path="/cart", json=body, headers=())
    undo = Request(method="DELETE", path="/orders/${run}", json="", headers=())
    steps = tuple(
        replace(step, timeout_seconds=UNSETTLED_SECONDS / 2)
        for step in (browse, replace(checkout, action=cart), pay)
    )
    cleanup = (replace(JOURNEY.cleanup[0], action=undo),)
    return compiled(replace(JOURNEY, target=url, steps=steps, cleanup=cleanup))


def shop_until_killed(url: str, path: Path) -> None:
    """Order and cancel without end."""
    journey = shopper(url)
    journal = Journal(path, time.time)
    equipment = Equipment(ledger=journal, location="fra")
    while True:
        session = Session(journey.target)
        run = Run(journey, session, Unwatched(Silent()), time.perf_counter, equipment=equipment)
        run.go(time.perf_counter())


def restarted(
    url: str, path: Path, patience_seconds: float = 20.0
) -> tuple[int, dict[str, list[float]]]:
    """Return how much was open at the start of a probe, and what it cannot take back in time."""
    journey = shopper(url)
    journal = Journal(path, time.time)
    equipment = Equipment(ledger=journal, location="fra")
    found = len(journal.open())
    until = time.monotonic() + patience_seconds
    try:
        while True:
            left = reap(
                journal,
                {journey.name: journey},
                lambda one: Session(one.target),
                equipment,
            )
            if not left or time.monotonic() > until:
                return found, left
            time.sleep(0.1)
    finally:
        journal.close()


def main(url: str, path: Path) -> None:
    """Make robots and kill them."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            shop_until_killed(url, path)
        time.sleep(float(line))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        sys.stdout.write("dead\n" if os.WTERMSIG(status) == signal.SIGKILL else "ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
