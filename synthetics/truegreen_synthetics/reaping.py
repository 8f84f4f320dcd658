"""Taking back what runs that are over have left: at the start, and again until it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from truegreen_synthetics.making import undo_intent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_synthetics.compensation import Intent, Journal
    from truegreen_synthetics.equipment import Connection, Equipment
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["reap"]

SETTLED_TIMEOUTS = 2

_log = structlog.get_logger(__name__)


def reap(
    journal: Journal,
    journeys: Mapping[str, CompiledJourney],
    connect: Callable[[CompiledJourney], Connection],
    equipment: Equipment,
) -> dict[str, list[float]]:
    """Try to take back all that is open; return the ages of what is left, by journey.

    A request that was never answered is believed to have made nothing once two of the longest
    timeouts have passed and the target knows nothing of it.
    """
    left: dict[str, list[float]] = {}
    for intent in journal.open():
        try:
            detail = _undone(intent, journeys.get(intent.journey), connect, equipment)
        except Exception as error:  # noqa: BLE001  one that cannot be taken back hinders no other
            detail = f"internal: {type(error).__name__}"
        if not detail:
            journal.gone(intent.run)
            _log.info("taken_back", journey=intent.journey, run=intent.run)
            continue
        age = max(0.0, equipment.wall() - intent.at)
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
) -> str:
    """Return what is left of an intent."""
    if journey is None:
        return f"the journey {intent.journey} is not run here any more"
    connection = connect(journey)
    try:
        settled = SETTLED_TIMEOUTS * journey.cleanup_seconds
        return undo_intent(intent, journey, connection, equipment, settled)
    finally:
        connection.close()
