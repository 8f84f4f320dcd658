"""The open schedule of a journey: every slot has an intended start and one ending.

The schedule is aligned to the wall clock once and runs on the monotonic clock from then on, so
a step of the wall clock moves nothing. Each journey and location has its own place within the
interval, the same at every start.

One run at a time. Where a slot is late there are three causes, told apart. Whatever the cause, a
slot in maintenance is `windowed`.

- The run before it took longer than the interval: the system under test was slow. The slot runs
  late and is measured from its intended start, as a customer who came then would measure it. A
  slot later than `patience` (the first step's timeout: a customer would have given up) does not
  run; it is missed for `overrun`, and its first step has failed.
- The prober was at work of its own, as when it does a failed run again: what was due before is
  measured as if that had taken no time, what came due meanwhile is missed for `prober`.
- The prober itself woke late. That is not the target's fault: the slot is measured from when it
  really started, and slots slept through are missed for `prober`: no data.
"""

from __future__ import annotations

import math
import zlib
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.models.journey.cron import cron_times
from truegreen_definitions.names import SlotReasonValue, SlotValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["ENDINGS", "Schedule", "Slot", "Turn", "aligned", "by_cron", "phase_of"]

MOST_KNOWN = 10_000

ENDINGS: tuple[tuple[SlotValue, SlotReasonValue], ...] = (
    (SlotValue.STARTED, SlotReasonValue.NONE),
    (SlotValue.MISSED, SlotReasonValue.OVERRUN),
    (SlotValue.MISSED, SlotReasonValue.PROBER),
    (SlotValue.MISSED, SlotReasonValue.BUDGET),
    (SlotValue.MISSED, SlotReasonValue.RESTART),
    (SlotValue.WINDOWED, SlotReasonValue.NONE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What became of a slot.

    Attributes:
        number: From 0, the first after the start of the probe.
        late_seconds: How long after its intended start this was known.
        measured_from: Monotonic time from which a started slot is measured.
    """

    number: int
    state: SlotValue
    reason: SlotReasonValue
    late_seconds: float
    measured_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The slot to run next.

    Attributes:
        intended: When it should begin, monotonic seconds; without the prober's own work before it.
        queued: Whether it was due already when the run before it ended.
    """

    number: int
    intended: float
    queued: bool


def never(_wall: float) -> bool:
    """Return that there is no maintenance."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The slots of one journey at one location.

    Attributes:
        every: Length of a slot in seconds.
        first: Intended start of slot 0, monotonic seconds.
        wall_offset: Wall clock minus monotonic clock when the schedule was aligned.
        patience: How late a slot may start, in seconds.
        in_window: Whether a wall-clock time lies in maintenance.
        times: Intended start of each slot from 0 on, where they are not `every` seconds apart.
        ordinal: Number of slot 0 among all slots since 1970: the same after every start; of cron
            about.
    """

    every: float
    first: float
    wall_offset: float
    patience: float
    in_window: Callable[[float], bool] = never
    times: Callable[[int], float] | None = None
    ordinal: int = 0

    def intended(self, number: int) -> float:
        """Return the intended start of a slot, monotonic seconds."""
        if self.times is not None and number >= 0:
            return self.times(number)
        return self.first + number * self.every

    def wall(self, number: int) -> float:
        """Return the intended start of a slot in Unix time, as it was when it was aligned."""
        return self.intended(number) + self.wall_offset

    def before(self, since: float) -> int:
        """Return how many slots lie after a Unix time and before slot 0; of cron on average."""
        return max(0, round((self.wall(0) - since) / self.every) - 1)

    def following(
        self, number: int, now: float, own: Sequence[tuple[float, float]] = ()
    ) -> tuple[Turn, tuple[Slot, ...]]:
        """Return the next slot to run, from `number` on, and those that are too late to run.

        Args:
            number: The first that was not accounted for.
            now: Monotonic seconds.
            own: From when to when the prober was at work of its own.
        """
        gone = []
        while True:
            intended = self.intended(number)
            busy = any(begin < intended <= end for begin, end in own)
            due = intended + sum(end - begin for begin, end in own if intended <= begin)
            late = now - due
            if not busy and late <= self.patience:
                break
            reason = SlotReasonValue.PROBER if busy else SlotReasonValue.OVERRUN
            gone.append(self.missed(number, reason, now - intended))
            number += 1
        return Turn(number=number, intended=due, queued=late > 0 or due > intended), tuple(gone)

    def begin(self, turn: Turn, now: float) -> tuple[Slot, tuple[Slot, ...]]:
        """Return the slot that begins now, and those the prober slept through before it."""
        if turn.queued:
            return self._begun(turn.number, now, turn.intended), ()
        slept = 0
        while self.intended(turn.number + slept + 1) <= now:
            slept += 1
        gone = tuple(
            self.missed(number, SlotReasonValue.PROBER, now - self.intended(number))
            for number in range(turn.number, turn.number + slept)
        )
        return self._begun(turn.number + slept, now, now), gone

    def _begun(self, number: int, now: float, measured_from: float) -> Slot:
        intended = self.intended(number)
        return Slot(
            number=number,
            state=SlotValue.WINDOWED if self._windowed(number) else SlotValue.STARTED,
            reason=SlotReasonValue.NONE,
            late_seconds=now - intended,
            measured_from=measured_from,
        )

    def _windowed(self, number: int) -> bool:
        return self.in_window(self.wall(number))

    def missed(self, number: int, reason: SlotReasonValue, late: float) -> Slot:
        """Return the ending of a slot that did not run; in maintenance nobody missed it."""
        windowed = self._windowed(number)
        return Slot(
            number=number,
            state=SlotValue.WINDOWED if windowed else SlotValue.MISSED,
            reason=SlotReasonValue.NONE if windowed else reason,
            late_seconds=late,
            measured_from=self.intended(number),
        )


class _Upcoming:
    """Moments by their number; those long ago are forgotten."""

    def __init__(self, moments: Iterator[float]) -> None:
        self._moments = moments
        self._known: deque[float] = deque(maxlen=MOST_KNOWN)
        self._count = 0

    def __call__(self, number: int) -> float:
        while self._count <= number:
            self._known.append(next(self._moments))
            self._count += 1
        place = number - (self._count - len(self._known))
        if place < 0:
            raise InvariantError(f"slot {number} was {-place} before those that are known")
        return self._known[place]


def phase_of(journey: str, location: str, every: float) -> float:
    """Return a journey's place within the interval: seconds, 0 to less than `every`."""
    return zlib.crc32(f"{journey}/{location}".encode()) / 2**32 * every


def aligned(
    *,
    every: float,
    phase: float,
    patience: float,
    wall: float,
    monotonic: float,
    in_window: Callable[[float], bool] = never,
) -> Schedule:
    """Return a schedule whose slot 0 is the first after now.

    Args:
        every: Length of a slot in seconds.
        phase: Place within the interval, see `phase_of`.
        patience: How late a slot may start, in seconds.
        wall: Unix time now.
        monotonic: Monotonic clock now.
        in_window: Whether a wall-clock time lies in maintenance.
    """
    ordinal = math.floor((wall - phase) / every) + 1
    return Schedule(
        every=every,
        first=monotonic + ordinal * every + phase - wall,
        wall_offset=wall - monotonic,
        patience=patience,
        in_window=in_window,
        ordinal=ordinal,
    )


def by_cron(
    expression: str,
    zone: str,
    *,
    every: float,
    phase: float,
    patience: float,
    wall: float,
    monotonic: float,
    in_window: Callable[[float], bool] = never,
) -> Schedule:
    """Return a schedule whose slots are those of a cron expression, each `phase` seconds later.

    See `aligned`; `every` is how far apart they are on average. Times of day are those of the
    zone, as Debian's cron has them where clocks change; see `cron_times`.
    """
    offset = wall - monotonic
    after = datetime.fromtimestamp(wall - phase, ZoneInfo(zone))
    upcoming = cron_times(expression, after)
    intended = _Upcoming(one.timestamp() + phase - offset for one in upcoming)
    first = intended(0)
    return Schedule(
        every=every,
        first=first,
        wall_offset=offset,
        patience=patience,
        in_window=in_window,
        times=intended,
        # Times of day are not counted since 1970; rows only have to go on about where they were.
        ordinal=math.floor((first + offset) / every),
    )
