"""A server that stops for a second in every eight: the figure that averages and load tools miss."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from robots import PRODUCTS, Clock, compiled
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedule import aligned
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from truegreen_synthetics.http.exchanges import Exchange, Request
    from truegreen_synthetics.http.responses import Response

CYCLE, FROZEN = 8.0, 1.0
SERVICE_SECONDS = 0.0003
SATISFIED, TOLERATED = 0.25, 1.0
# Whoever comes within the freeze waits for its end: uniformly up to a second, an eighth of all.
ANALYTIC = 1 - 0.5 * (FROZEN - SATISFIED) / CYCLE
EVERY = 0.05
RUN_SECONDS = 480


class FrozenServer:
    """Answers at once, but not within the first second of every eight."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def send(self, request: Request, timeout_seconds: float, exchange: Exchange) -> Response:
        """Answer once it can."""
        into = self._clock.now % CYCLE
        self._clock.now += SERVICE_SECONDS + (FROZEN - into if into < FROZEN else 0)
        return PRODUCTS

    def close(self) -> None:
        """Nothing is kept."""


def test_apdex_of_the_intended_clock_is_the_truth() -> None:
    """Outcomes and intended buckets say 0.953; by service time alone it would be above 0.99."""
    step = replace(
        JOURNEY.steps[0],
        satisfied_seconds=SATISFIED,
        tolerated_seconds=TOLERATED,
        timeout_seconds=4.0,
    )
    journey = compiled(replace(JOURNEY, steps=(step,), cleanup=(), every_seconds=EVERY))
    clock, store = Clock(1_000.0), SampleStore()
    metrics = ProbeMetrics(store, "fra", (journey,))
    schedule = aligned(every=EVERY, phase=0.013, patience=4.0, wall=0.0, monotonic=clock.now)
    robot = Robot(journey, schedule, lambda: FrozenServer(clock), metrics, clock)
    while clock.now < 1_000 + RUN_SECONDS:
        clock.now += robot.seconds_to_wait()
        robot.act()
    families = {one.metric.name: one for one in store.snapshot().families}
    outcomes = families[names.STEP_OUTCOMES.name]
    found = {key[-1]: int(value) for key, value in zip(outcomes.keys, outcomes.values, strict=True)}  # type: ignore[arg-type]
    total = sum(found.values())
    assert abs((found["satisfied"] + found["tolerated"] / 2) / total - ANALYTIC) < 0.01
    durations = families[names.STEP_DURATION.name]
    apdex = {}
    for key, value in zip(durations.keys, durations.values, strict=True):
        below = [sum(value.counts[: n + 1]) for n in range(len(value.bounds))]  # type: ignore[union-attr]
        at = dict(zip(value.bounds, below, strict=True))  # type: ignore[union-attr]
        apdex[key[-1]] = (at[SATISFIED] + at[TOLERATED]) / 2 / sum(value.counts)  # type: ignore[union-attr]
    assert abs(apdex["intended"] - ANALYTIC) < 0.01
    assert apdex["service"] > 0.99
    slots = families[names.JOURNEY_SLOTS.name]
    states = {key[2:]: value for key, value in zip(slots.keys, slots.values, strict=True)}
    assert states["started", ""] == total
    assert sum(states.values()) == total  # type: ignore[arg-type]
    assert abs(total - RUN_SECONDS / EVERY) <= 1  # the last slot may lie on the edge
