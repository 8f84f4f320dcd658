"""The stages of a stress run: rising arrival rates, each held for a while, within bounds."""

from __future__ import annotations

from dataclasses import dataclass

from truegreen_definitions.errors import UsageError

__all__ = ["MOST_RATE", "MOST_SECONDS", "Stage", "stages_of"]

MOST_RATE = 1_000.0
MOST_SECONDS = 3_600.0
MOST_STAGES = 60
SHORTEST_STAGE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A rate that is held.

    Attributes:
        rate: Arrivals of journeys per second, all workers together; 0 is the baseline.
        start: When it begins, in seconds from the start of the run.
        seconds: How long it is held.
    """

    rate: float
    start: float
    seconds: float

    @property
    def end(self) -> float:
        """When it ends, in seconds from the start of the run."""
        return self.start + self.seconds


def stages_of(rates: str, seconds: float, most: float = MOST_RATE) -> tuple[Stage, ...]:
    """Return the stages of a run: a baseline without load, then each rate in rising order.

    Args:
        rates: `FROM:TO:STEP`, or rates with commas between, in journeys per second.
        seconds: Length of a stage.
        most: The highest rate that is allowed.

    Raises:
        UsageError: That is no run, or one beyond its bounds.
    """
    if not SHORTEST_STAGE_SECONDS <= seconds <= MOST_SECONDS:
        raise UsageError(
            f"a stage of {seconds:g}s cannot be run: from {SHORTEST_STAGE_SECONDS:g}s to an hour"
        )
    wanted = sorted(set(_rates(rates)))
    if wanted[-1] > min(most, MOST_RATE):
        raise UsageError(
            f"{wanted[-1]:g} journeys a second are above the bound of {min(most, MOST_RATE):g}"
        )
    if len(wanted) > MOST_STAGES or (len(wanted) + 1) * seconds > MOST_SECONDS:
        raise UsageError(
            f"{len(wanted)} stages of {seconds:g}s are too much: at most {MOST_STAGES} stages and "
            f"{MOST_SECONDS:g}s in all"
        )
    return tuple(
        Stage(rate=rate, start=number * seconds, seconds=seconds)
        for number, rate in enumerate((0.0, *wanted))
    )


def _rates(text: str) -> tuple[float, ...]:
    try:
        if ":" not in text:
            found = tuple(float(one) for one in text.split(","))
        else:
            low, high, step = (float(one) for one in text.split(":"))
            steps = int((high - low) / step + 1e-9) if step > 0 and low <= high else -1
            found = tuple(low + n * step for n in range(min(steps, 10 * MOST_STAGES) + 1))
    except (ValueError, OverflowError):
        found = ()
    if not found or not all(0 < one < float("inf") for one in found):
        raise UsageError(f"--rates {text!r}: write FROM:TO:STEP, such as 5:50:5, or 5,10,20")
    return found
