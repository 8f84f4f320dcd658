"""The result of `probe --once`, in words: one block a journey, one line a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.names import OutcomeValue

if TYPE_CHECKING:
    from truegreen_definitions.names import ConfirmationValue
    from truegreen_synthetics.journeys import CompiledJourney
    from truegreen_synthetics.runs import CleanupResult, StepResult
    from truegreen_synthetics.schedule import Slot

__all__ = ["Report"]

GOOD = (OutcomeValue.SATISFIED, OutcomeValue.TOLERATED)


class Report:
    """Observes one run of each journey and tells how it went.

    Args:
        location: From where they are run.
        journeys: All that will be run, in the order to tell.
    """

    def __init__(self, location: str, journeys: tuple[CompiledJourney, ...]) -> None:
        self._location = location
        self._journeys = journeys
        self._steps: dict[str, list[StepResult]] = {one.name: [] for one in journeys}
        self._cleanups: dict[str, list[CleanupResult]] = {one.name: [] for one in journeys}

    def step(self, journey: CompiledJourney, result: StepResult) -> None:
        """Keep a step."""
        self._steps[journey.name].append(result)

    def cleanup(self, journey: CompiledJourney, result: CleanupResult) -> None:
        """Keep a cleanup."""
        self._cleanups[journey.name].append(result)

    def slot(self, journey: CompiledJourney, slot: Slot) -> None:
        """Take no notice: a single run has no schedule."""

    def confirmation(self, journey: CompiledJourney, result: ConfirmationValue) -> None:
        """Take no notice: whoever looks at a single run sees it."""

    def good(self) -> bool:
        """Return whether every step was attempted and bearable, and nothing was left behind."""
        return all(
            len(self._steps[journey.name]) == len(journey.steps)
            and all(step.outcome in GOOD for step in self._steps[journey.name])
            and not any(undo.failed for undo in self._cleanups[journey.name])
            for journey in self._journeys
        )

    def text(self) -> str:
        """Return the whole result."""
        return "".join(self._block(journey) for journey in self._journeys)

    def _block(self, journey: CompiledJourney) -> str:
        done = self._steps[journey.name]
        rows = [
            (one.step, one.outcome.value, f"{one.service_seconds * 1000:.0f} ms", _why(one))
            for one in done
        ]
        rows += [(one.name, "not attempted", "", "") for one in journey.steps[len(done) :]]
        rows += [
            (f"undo {one.when}", "failed" if one.failed else "done", "", one.detail)
            for one in self._cleanups[journey.name]
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [f"{journey.name} at {journey.target.url}, from {self._location}"]
        for name, outcome, took, why in rows:
            cells = (name.ljust(widths[0]), outcome.ljust(widths[1]), took.rjust(widths[2]), why)
            lines.append(f"  {'  '.join(cells)}".rstrip())
        return "\n".join(lines) + "\n"


def _why(result: StepResult) -> str:
    return f"{result.reason}: {result.detail}" if result.reason else ""
