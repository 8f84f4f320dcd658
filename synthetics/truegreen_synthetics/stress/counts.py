"""What a stress run counts, stage by stage; workers send theirs to the master as plain data."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import CleanupResult, StepResult

__all__ = ["Counted", "StageObserver", "StressCounts", "quantile"]

# A twelfth more each: a quantile is right to 4 %, from 0.1 ms to 3 minutes.
BOUNDS = tuple(0.0001 * 1.08**n for n in range(188))


class Counted(TypedDict):
    """Counts of one stage."""

    arrivals: int
    dropped: int
    orphans: int
    outcomes: dict[str, int]
    durations: dict[int, int]


class StressCounts:
    """Counts by stage; what was taken is no longer there."""

    def __init__(self) -> None:
        self.stages: dict[int, Counted] = {}

    def stage(self, number: int) -> Counted:
        """Return the counts of a stage, to be counted on."""
        return self.stages.setdefault(
            number, {"arrivals": 0, "dropped": 0, "orphans": 0, "outcomes": {}, "durations": {}}
        )

    def take(self) -> dict[int, Counted]:
        """Return what was counted since the last time."""
        found, self.stages = self.stages, {}
        return found

    def add(self, found: dict[int, Counted]) -> None:
        """Add what a worker counted."""
        for number, more in found.items():
            here = self.stage(int(number))
            here["arrivals"] += more["arrivals"]
            here["dropped"] += more["dropped"]
            here["orphans"] += more["orphans"]
            for outcome, count in more["outcomes"].items():
                here["outcomes"][outcome] = here["outcomes"].get(outcome, 0) + count
            for place, count in more["durations"].items():
                here["durations"][int(place)] = here["durations"].get(int(place), 0) + count


class StageObserver:
    """Observes one run, and counts it for the stage in which it arrived."""

    def __init__(self, counts: StressCounts, number: int) -> None:
        self._counts = counts
        self._number = number

    def step(self, _journey: CompiledJourney, result: StepResult) -> None:
        """Count a step."""
        stage = self._counts.stage(self._number)
        outcomes, durations = stage["outcomes"], stage["durations"]
        outcomes[result.outcome.value] = outcomes.get(result.outcome.value, 0) + 1
        place = bisect_left(BOUNDS, result.intended_seconds)
        durations[place] = durations.get(place, 0) + 1

    def cleanup(self, _journey: CompiledJourney, result: CleanupResult) -> None:
        """Count what may have been left behind."""
        self._counts.stage(self._number)["orphans"] += result.failed


def quantile(durations: dict[int, int], share: float) -> float | None:
    """Return a quantile in seconds: the bound below which that share of all lies."""
    rank, below = share * sum(durations.values()), 0
    for place in sorted(durations):
        below += durations[place]
        if below >= rank:
            return BOUNDS[min(place, len(BOUNDS) - 1)]
    return None
