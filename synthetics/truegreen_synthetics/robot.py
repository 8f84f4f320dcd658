"""A robot customer: runs one journey, slot by slot, and accounts for every slot.

It knows neither Locust nor gevent: whoever drives it asks how long to wait, waits, and lets it
act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.names import SlotReasonValue, SlotValue
from truegreen_synthetics.runs import Run, RunObserver
from truegreen_synthetics.schedule import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.schedule import Schedule, Turn
    from truegreen_synthetics.steps.step_type import Connection

__all__ = ["Robot", "RobotObserver"]


class RobotObserver(RunObserver, Protocol):
    """Is told of every result and of every slot."""

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """A slot began, was missed, or lay in maintenance."""


class Robot:
    """One journey at one location.

    Attributes:
        retired: Whether it will run no further slot, and has accounted for all until then.

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
        self._acting = self._retiring = self.retired = False

    def seconds_to_wait(self) -> float:
        """Choose the next slot; return the seconds until it begins, 0 when it is late."""
        now = self._clock()
        turn, gone = self._schedule.following(self._next, now)
        self._turn, self._next = turn, turn.number
        self._account(gone)
        if self._retiring:
            self._leave()
        return max(0.0, turn.intended - now)

    def act(self) -> None:
        """Run the chosen slot; do nothing before one was chosen."""
        if self._turn is None:
            return
        turn, self._turn = self._turn, None
        slot, slept = self._schedule.begin(turn, self._clock())
        self._next = slot.number + 1
        self._account((*slept, slot))
        if slot.state is SlotValue.STARTED:
            self._acting = True
            try:
                self.visit(slot.measured_from)
            finally:
                self._acting = False

    def retire(self) -> bool:
        """Run no further slot; return whether it is retired at once, else after its present run.

        Slots that are due by then and were not begun are missed by the prober: no data.
        """
        self._retiring = True
        if not self._acting:
            self._leave()
        return self.retired

    def visit(self, measured_from: float) -> None:
        """Run the journey once, outside of the schedule."""
        run = Run(self._journey, self._connect(), self._observer, self._clock)
        run.go(measured_from)

    def _leave(self) -> None:
        """Account for slots that are due, and choose none."""
        now = self._clock()
        while (late := now - self._schedule.intended(self._next)) >= 0:
            slot = Slot(
                number=self._next,
                state=SlotValue.MISSED,
                reason=SlotReasonValue.PROBER,
                late_seconds=late,
                measured_from=now,
            )
            self._account((slot,))
            self._next += 1
        self._turn, self.retired = None, True

    def _account(self, slots: tuple[Slot, ...]) -> None:
        for slot in slots:
            self._observer.slot(self._journey, slot)
