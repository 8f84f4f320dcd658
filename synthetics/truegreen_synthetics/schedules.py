"""The schedule of a journey at a location, from what its definition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_synthetics.schedule import aligned, by_cron, phase_of

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.schedule import Schedule

__all__ = ["schedule_of"]

CRON_SPREAD_SECONDS = 60.0


def schedule_of(
    journey: CompiledJourney, location: str, *, wall: float, monotonic: float
) -> Schedule:
    """Return the slots of a journey from now on.

    Locations do not come all at once: each has its own place within the interval, or, of cron,
    within the minute, the same at every start.
    """
    patience = journey.steps[0].timeout_seconds
    if not journey.cron:
        return aligned(
            every=journey.every_seconds,
            phase=phase_of(journey.name, location, journey.every_seconds),
            patience=patience,
            wall=wall,
            monotonic=monotonic,
            in_window=journey.windowed,
        )
    return by_cron(
        journey.cron,
        journey.zone,
        every=journey.every_seconds,
        phase=phase_of(journey.name, location, CRON_SPREAD_SECONDS),
        patience=patience,
        wall=wall,
        monotonic=monotonic,
        in_window=journey.windowed,
    )
