"""A robot customer: runs one journey, slot by slot, and accounts for every slot.

It knows neither Locust nor gevent: whoever drives it asks how long to wait, waits, and lets it
act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.names import SlotValue
from truegreen_synthetics.runs import Connection, Run, RunObserver

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.schedule import Schedule, Slot, Turn

__all__ = ["Robot", "RobotObserver"]


class RobotObserver(RunObserver, Protocol):
    """Is told of every result and of every slot."""

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """A slot began, was missed, or lay in maintenance."""


class Robot:
    """One journey at one location.

    Args:
        journey: What to do.
        schedule: When.
        connect: Returns a fresh connection, for each run.
        observer: Is told of everything.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        journey: CompiledJourney,
        schedule: Schedule,
        connect: Callable[[], Connection],
        observer: RobotObserver,
        clock: Callable[[], float],
    ) -> None:
        self._journey = journey
        self._schedule = schedule
        self._connect = connect
        self._observer = observer
        self._clock = clock
        self._next = 0
        self._turn: Turn | None = None

    def seconds_to_wait(self) -> float:
        """Choose the next slot; return the seconds until it begins, 0 when it is late."""
        now = self._clock()
        self._turn, gone = self._schedule.following(self._next, now)
        self._next = self._turn.number
        self._account(gone)
        return max(0.0, self._turn.intended - now)

    def act(self) -> None:
        """Run the chosen slot; do nothing before one was chosen."""
        if self._turn is None:
            return
        turn, self._turn = self._turn, None
        slot, slept = self._schedule.begin(turn, self._clock())
        self._next = slot.number + 1
        self._account((*slept, slot))
        if slot.state is SlotValue.STARTED:
            self.visit(slot.measured_from)

    def visit(self, measured_from: float) -> None:
        """Run the journey once, outside of the schedule."""
        run = Run(self._journey, self._connect(), self._observer, self._clock)
        run.go(measured_from)

    def _account(self, slots: tuple[Slot, ...]) -> None:
        for slot in slots:
            self._observer.slot(self._journey, slot)
