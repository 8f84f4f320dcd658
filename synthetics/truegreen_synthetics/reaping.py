"""Taking back what runs that are over have left: at the start, and again until it is gone."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import structlog

from truegreen_synthetics.making import undo_intent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_synthetics.compensation import Journal
    from truegreen_synthetics.equipment import Connection, Equipment
    from truegreen_synthetics.intents import Intent
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["Patience", "reap"]

SETTLED_TIMEOUTS = 2
FIRST_PAUSE_SECONDS = 10.0  # below the 15 s between two rounds: the next one tries again
LONGEST_PAUSE_SECONDS = 1800.0
MOST_AT_ONCE = 50
NEVER = (0.0, -math.inf)

_log = structlog.get_logger(__name__)


class Patience:
    """How long what could not be taken back is let alone: twice as long each time, for a while.

    Args:
        clock: Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: dict[str, tuple[float, float]] = {}

    def due(self, intents: tuple[Intent, ...]) -> frozenset[str]:
        """Return the runs to be tried now: not all, where there are very many."""
        self._failed = {one.run: self._failed.get(one.run, NEVER) for one in intents}
        now = self._clock()
        due = [one.run for one in intents if self._failed[one.run][1] <= now]
        due.sort(key=lambda run: self._failed[run][1])  # what was never tried comes first
        return frozenset(due[:MOST_AT_ONCE])

    def failed(self, run: str) -> None:
        """Let a run alone for a while."""
        pause = self._failed.get(run, NEVER)[0]
        pause = min(max(FIRST_PAUSE_SECONDS, 2 * pause), LONGEST_PAUSE_SECONDS)
        self._failed[run] = (pause, self._clock() + pause)


def reap(
    journal: Journal,
    journeys: Mapping[str, CompiledJourney],
    connect: Callable[[CompiledJourney], Connection],
    equipment: Equipment,
    patience: Patience | None = None,
) -> dict[str, list[float]]:
    """Try to take back all that is open; return the ages of what is left, by journey.

    A request that was never answered is believed to have made nothing once two of the longest
    timeouts have passed and the target knows nothing of it. Without patience all is tried.
    """
    left: dict[str, list[float]] = {}
    patience = patience or Patience(equipment.clock)
    intents = journal.open()
    due = patience.due(intents)
    for intent in intents:
        age = max(0.0, equipment.wall() - intent.at)
        if intent.run not in due:
            left.setdefault(intent.journey, []).append(age)
            continue
        try:
            undone = partial(journal.undone, intent.run)
            detail = _undone(intent, journeys.get(intent.journey), connect, equipment, undone)
        except Exception as error:  # noqa: BLE001  one that cannot be taken back hinders no other
            detail = f"internal: {type(error).__name__}"
        if not detail:
            journal.gone(intent.run)
            _log.info("taken_back", journey=intent.journey, run=intent.run)
            continue
        patience.failed(intent.run)
        left.setdefault(intent.journey, []).append(age)
        _log.warning(
            "left_behind",
            journey=intent.journey,
            run=intent.run,
            detail=detail,
            age_seconds=round(age, 1),
        )
    return left


def _undone(
    intent: Intent,
    journey: CompiledJourney | None,
    connect: Callable[[CompiledJourney], Connection],
    equipment: Equipment,
    undone: Callable[[str], object],
) -> str:
    """Return what is left of an intent."""
    if journey is None:
        return f"the journey {intent.journey} is not run here any more"
    connection = connect(journey)
    try:
        settled = SETTLED_TIMEOUTS * journey.cleanup_seconds
        return undo_intent(intent, journey, connection, equipment, settled, undone=undone)
    finally:
        connection.close()
