"""Locust's users: who runs a journey, and when; one class a journey, made for it."""

from __future__ import annotations

from locust import LoadTestShape, User, task
from locust.exception import StopUser

# isort: split
import time
from typing import TYPE_CHECKING, ClassVar

from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.target import parse_target
from truegreen_synthetics.runs import Run
from truegreen_synthetics.stress.arrivals import Arrivals, streams_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from locust.env import Environment

    from truegreen_synthetics.engine.sessions import Sessions
    from truegreen_synthetics.equipment import Equipment
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.robot import Robot
    from truegreen_synthetics.runs import CleanupResult, RunObserver, StepResult
    from truegreen_synthetics.stress.stages import Stage

__all__ = [
    "MOST_SPAWNS_PER_SECOND",
    "ArrivalUser",
    "EventObserver",
    "LoadUser",
    "RisingRate",
    "ScheduledUser",
    "SingleUser",
    "user_class",
]

MOST_SPAWNS_PER_SECOND = 100


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
    equipment: ClassVar[Equipment]
    turns: ClassVar[Iterator[int]]

    @task
    def journey(self) -> None:
        """Run it, at the host Locust was told."""
        connect = self.sessions.opener(self.compiled, parse_target(str(self.host)))
        run = Run(
            *(self.compiled, connect(), EventObserver(self.environment), time.perf_counter),
            equipment=self.equipment,
            row=self.compiled.rows.of(next(self.turns)),
        )
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


def user_class(base: type[User], name: str, **attributes: object) -> type[User]:
    """Return a class of users of a journey, named after it, as Locust tells users apart."""
    return type(name, (base,), {"__module__": __name__, **attributes})
