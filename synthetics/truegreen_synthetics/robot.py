"""A robot customer: runs one journey, slot by slot, and accounts for every slot.

It knows neither Locust nor gevent: whoever drives it asks how long to wait, waits, and lets it
act.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from truegreen_definitions.names import ConfirmationValue, SlotReasonValue, SlotValue
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.runs import Run, RunObserver

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_synthetics.equipment import Connection
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Schedule, Slot, Turn

__all__ = ["Robot", "RobotObserver"]

MOST_SLOTS_AWAY = 1_000_000
USUAL = Equipment()


class RobotObserver(RunObserver, Protocol):
    """Is told of every result and of every slot."""

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """A slot began, was missed, or lay in maintenance."""

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """A failed run was done again; its steps are told to nobody."""


class Unwatched:
    """Tells an observer of cleanups alone: what is done again is no sample."""

    def __init__(self, inner: RunObserver) -> None:
        self._inner = inner

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Tell nobody."""

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Pass it on."""
        self._inner.cleanup(journey, result)


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
        equipment: What the process lends.
        since: Unix time of the last slot that a probe before this one accounted for.
    """

    def __init__(
        self,
        journey: CompiledJourney,
        schedule: Schedule,
        connect: Callable[[], Connection],
        observer: RobotObserver,
        clock: Callable[[], float],
        *,
        equipment: Equipment = USUAL,
        since: float | None = None,
    ) -> None:
        self._equipment = equipment
        self._since = since
        self._journey = journey
        self._schedule = schedule
        self._connect = connect
        self._observer = observer
        self._clock = clock
        self._next = 0
        self._turn: Turn | None = None
        self._own: list[tuple[float, float]] = []
        self._acting = self._retiring = self.retired = False

    def seconds_to_wait(self) -> float:
        """Choose the next slot; return the seconds until it begins, 0 when it is late."""
        now = self._clock()
        self._account(self._away(now))
        turn, gone = self._schedule.following(self._next, now, self._own)
        ahead = self._schedule.intended(turn.number)
        self._own = [span for span in self._own if ahead <= span[1]]
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
        if slot.state is SlotValue.STARTED and self._spent():
            # The last word before anything is sent: what may be made today is made.
            slot = replace(slot, state=SlotValue.MISSED, reason=SlotReasonValue.BUDGET)
        self._account((*slept, slot))
        if slot.state is SlotValue.STARTED:
            self._acting = True
            try:
                self.visit(slot.measured_from, self._schedule.ordinal + slot.number)
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

    def visit(self, measured_from: float, turn: int = 0) -> None:
        """Run the journey once, outside of the schedule, with the data of a turn."""
        if self._go(self._observer, measured_from, turn) or not self._journey.confirm:
            return
        begun = self._clock()
        try:
            self._confirm(turn)
        finally:
            self._own.append((begun, self._clock()))

    def _confirm(self, turn: int) -> None:
        """Do a failed run again; slots that come due meanwhile are the prober's."""
        result = ConfirmationValue.CONFIRMED
        for _ in range(self._journey.confirm):
            if self._spent():
                return
            if self._go(Unwatched(self._observer), self._clock(), turn):
                result = ConfirmationValue.PASSED
                break
        self._observer.confirmation(self._journey, result)

    def _go(self, observer: RunObserver, measured_from: float, turn: int) -> bool:
        """Return whether a run came to its end without a failed step."""
        row = self._journey.rows.of(turn)
        run = Run(
            *(self._journey, self._connect(), observer, self._clock),
            equipment=self._equipment,
            row=row,
        )
        run.go(measured_from)
        return not run.failed

    def _spent(self) -> bool:
        """Return whether the journey may make nothing more today."""
        most = self._journey.writes_per_day
        if not most or not self._journey.writes:
            return False
        return self._equipment.ledger.writes_today(self._journey.name) >= most

    def _away(self, now: float) -> tuple[Slot, ...]:
        """Return the slots that came due while no probe ran, once."""
        if self._since is None:
            return ()
        count = min(self._schedule.before(self._since), MOST_SLOTS_AWAY)
        self._since = None
        return tuple(
            self._schedule.missed(
                number, SlotReasonValue.RESTART, now - self._schedule.intended(number)
            )
            for number in range(-count, 0)
        )

    def _leave(self) -> None:
        """Account for slots that are due, and choose none."""
        now = self._clock()
        while (late := now - self._schedule.intended(self._next)) >= 0:
            self._account((self._schedule.missed(self._next, SlotReasonValue.PROBER, late),))
            self._next += 1
        self._turn, self.retired = None, True

    def _account(self, slots: tuple[Slot, ...]) -> None:
        for slot in slots:
            self._observer.slot(self._journey, slot)
        if slots:
            last = self._schedule.wall(slots[-1].number)
            self._equipment.ledger.accounted(self._journey.name, last)
