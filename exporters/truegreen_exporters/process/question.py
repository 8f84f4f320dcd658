"""What is asked about a process: its steps with their thresholds and clocks, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from truegreen_exporters.engines.question import spans_of
from truegreen_exporters.windows.clock import Clock, clock_between

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Calendar, Plan, Process, Service, Step

__all__ = ["ProcessQuestion", "process_questions"]

SECOND = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ProcessQuestion:
    """A process, and what its steps are held against.

    Attributes:
        steps: Those that are followed and have thresholds, in the order of the service.
        before: (step, a step right before it), of all steps that are followed.
        calendars: Of business clocks, by name.
        clocks: The same as running totals; empty until it is known for which times.
    """

    service: str
    zone: str
    process: Process
    steps: tuple[Step, ...]
    before: tuple[tuple[str, str], ...]
    calendars: tuple[Calendar, ...] = ()
    clocks: tuple[tuple[str, Clock], ...] = field(default=(), repr=False)

    @cached_property
    def behind(self) -> tuple[tuple[str, str], ...]:
        """(step, a step anywhere after it)."""
        found: set[tuple[str, str]] = set()
        for step in self.steps:
            left = [step.name]
            while left:
                name = left.pop()
                for later, earlier in self.before:
                    if earlier == name and (step.name, later) not in found:
                        found.add((step.name, later))
                        left.append(later)
        return tuple(sorted(found))

    @property
    def firsts(self) -> tuple[str, ...]:
        """Steps that nothing comes before."""
        later = {step for step, _ in self.before}
        return tuple(step.name for step in self.steps if step.name not in later)

    @property
    def clocked(self) -> tuple[tuple[str, str], ...]:
        """(step, name of its calendar), of steps whose clock stands still out of hours."""
        known = {one.name for one in self.calendars}
        return tuple((one.name, one.calendar) for one in self.steps if one.calendar in known)

    @property
    def accepted(self) -> bool:
        """Whether the process tells when a step took a case on."""
        return any(visit.accepted for visit in self.process.visits)

    @property
    def within(self) -> int | None:
        """How long a case may take, in microseconds; None: what its steps tolerate together."""
        seconds = self.process.within_seconds
        return None if seconds is None else round(seconds * SECOND)

    def tolerated(self, step: Step) -> int:
        """Return up to where people put up with a step, in microseconds."""
        return round((step.tolerated_seconds or 0) * SECOND)

    def satisfied(self, step: Step) -> int:
        """Return up to where people are content with a step, in microseconds."""
        return round((step.satisfied_seconds or 0) * SECOND)

    def spans(self, at: datetime) -> dict[str, tuple[int, int]]:
        """Return (start, end) of each window seen from a moment, in microseconds; half open."""
        return spans_of(self.process.windows, self.zone, at)

    def timed(self, low: int, high: int) -> ProcessQuestion:
        """Return the same with clocks that are exact from one instant to another."""
        clocks = tuple((one.name, clock_between(one, low, high)) for one in self.calendars)
        return replace(self, clocks=clocks)


def process_questions(plan: Plan) -> tuple[ProcessQuestion, ...]:
    """Return what is asked about every process of a plan, in order of the services."""
    calendars = {one.name: one for one in plan.calendars}
    return tuple(
        _question(service, service.process, calendars)
        for service in plan.services
        if service.process is not None
    )


def _question(
    service: Service, process: Process, calendars: dict[str, Calendar]
) -> ProcessQuestion:
    steps = service.followed
    used = sorted({step.calendar for step in steps} & calendars.keys())
    return ProcessQuestion(
        service=service.name,
        zone=service.zone,
        process=process,
        steps=steps,
        before=tuple(_before(service, frozenset(step.name for step in steps))),
        calendars=tuple(calendars[name] for name in used),
    )


def _before(service: Service, followed: frozenset[str]) -> list[tuple[str, str]]:
    """Return which step comes right before which, past steps that are not followed."""
    order = {step.name: step.after for step in service.steps}
    found: set[tuple[str, str]] = set()
    for name in followed:
        left, seen = list(order[name]), {name}
        while left:
            earlier = left.pop()
            if earlier in followed:
                found.add((name, earlier))
            elif earlier not in seen:
                left += order.get(earlier, ())
            seen.add(earlier)
    return sorted(found)
