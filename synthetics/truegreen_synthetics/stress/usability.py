"""The usability curve: Apdex against arrival rate, and the rate at which it gives way.

Apdex is (satisfied + tolerated / 2) / all, over steps judged from their intended start; arrivals
that found no room count as frustrated. Source: Apdex Technical Specification 1.1, whose lower
bound of "good" (0.85) is the usual goal.

Two rates are told. The **capacity** is the highest rate up to which every stage reached the goal.
The **knee** is where the curve bends: the stage farthest above the straight line from the first
to the last stage, both axes scaled to 1 (Satopää et al., "Finding a Kneedle in a Haystack", 2011,
without smoothing). A curve that falls by less than `LEAST_FALL` has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GOOD_APDEX", "KNEE_METHOD", "Point", "apdex", "capacity", "knee"]

GOOD_APDEX = 0.85
LEAST_FALL = 0.05
KNEE_METHOD = "Kneedle (Satopää et al. 2011), without smoothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a stage showed.

    Attributes:
        rate: Arrivals per second that were asked for.
        offered: Arrivals per second that there were, those without room included.
        arrivals: Their number.
        dropped: Those of them that found no room.
        outcomes: Steps by outcome, of the arrivals that found room.
        median_seconds: Median time of a step from its intended start; None without steps.
        slow_seconds: The 95th percentile of the same.
        probe: Outcomes of the steps of the probe that ran beside, in its own process.
    """

    rate: float
    offered: float
    arrivals: int
    dropped: int
    outcomes: Mapping[str, int]
    median_seconds: float | None
    slow_seconds: float | None
    probe: Mapping[str, int]

    @property
    def apdex(self) -> float | None:
        """Of the load; None without any."""
        return apdex(self.outcomes, self.dropped)

    @property
    def probe_apdex(self) -> float | None:
        """Of the probe; None where it took no step."""
        return apdex(self.probe, 0)


def apdex(outcomes: Mapping[str, int], dropped: int) -> float | None:
    """Return the Apdex of steps by outcome; None where there is nothing to judge."""
    count = sum(outcomes.values()) + dropped
    if not count:
        return None
    return (outcomes.get("satisfied", 0) + outcomes.get("tolerated", 0) / 2) / count


def capacity(points: tuple[Point, ...], goal: float = GOOD_APDEX) -> float | None:
    """Return the highest rate up to which every stage reached a goal; None where none did."""
    found = None
    for point in points:
        if point.apdex is None:
            continue
        if point.apdex < goal:
            break
        found = point.rate
    return found


def knee(points: tuple[Point, ...]) -> float | None:
    """Return the rate at which the curve bends; None where it does not."""
    curve = [(point.rate, point.apdex) for point in points if point.apdex is not None]
    if len(curve) < 3:  # noqa: PLR2004  two points are a line
        return None
    (low, _), (high, last) = curve[0], curve[-1]
    top = max(value for _, value in curve)
    if top - last < LEAST_FALL:
        return None
    above = [
        ((rate - low) / (high - low) + (value - last) / (top - last), rate) for rate, value in curve
    ]
    return max(above, key=lambda pair: (pair[0], -pair[1]))[1]
