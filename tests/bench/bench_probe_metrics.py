"""Bench: what the probe's own metrics cost: an observation, a scrape, and a day of running."""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from pairing import compare
from prometheus_client import CollectorRegistry
from prometheus_client import Histogram as PeerHistogram
from prometheus_client.openmetrics.exposition import generate_latest
from robots import PRODUCTS, Clock, compiled
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.robot import Robot
from truegreen_synthetics.schedule import aligned
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.instruments import Histogram
from truegreen_telemetry.rendering import Renderer
from truegreen_telemetry.samples import SampleStore

SERIES = 2_000
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
DAY_SECONDS = 86_400


def observation() -> None:
    """Print the CPU time of an observation beside prometheus_client's."""
    ours, count = Histogram(BOUNDS), 200_000
    peer = PeerHistogram("peer_seconds", "A peer.", buckets=BOUNDS, registry=CollectorRegistry())
    costs = []
    for observe in (ours.observe, peer.observe):
        start = time.process_time()
        for number in range(count):
            observe(number % 1000 / 500)
        costs.append((time.process_time() - start) / count * 1e6)
    print(
        f"an observation: {costs[0]:.2f} us, prometheus_client {costs[1]:.2f} us (goal: at most 4)"
    )


def scrape() -> None:
    """Print the cost of a scrape of all series, of which a step has changed each."""
    store, registry = SampleStore(), CollectorRegistry()
    family = store.histogram(names.STEP_DURATION)
    labels = names.STEP_DURATION.labels
    peer = PeerHistogram("peer_seconds", "A peer.", labels, buckets=BOUNDS, registry=registry)
    ours, theirs = [], []
    for number in range(SERIES):
        values = ("shop", f"step-{number % 20}", f"journey-{number // 20}", "fra", "service")
        ours.append(family.child(*values, bounds=BOUNDS))
        theirs.append(peer.labels(*values))
    # Until others may go on, by the clock on the wall and by this thread's own: a busy machine
    # takes the processor away for longer than any stall.
    marks: list[tuple[float, float]] = []
    renderer = Renderer(lambda: marks.append((time.perf_counter(), time.thread_time())))

    def change() -> None:
        for one, other in zip(ours, theirs, strict=True):
            one.observe(0.3)
            other.observe(0.3)

    stalls: tuple[list[float], list[float]] = ([], [])

    def mine() -> None:
        marks[:] = [(time.perf_counter(), time.thread_time())]
        renderer.render(store.snapshot(), Format.OPENMETRICS)
        marks.append((time.perf_counter(), time.thread_time()))
        for clock, kept in enumerate(stalls):
            kept.append(max(b[clock] - a[clock] for a, b in pairwise(marks)) * 1e3)

    def both() -> None:
        change()
        mine()

    for _ in range(5):
        both()
    change()
    title = f"a scrape of {SERIES} histograms"
    compare(f"{title}, none changed", mine, lambda: generate_latest(registry), "prometheus_client")
    cpu = []
    for _ in range(9):
        change()
        start = time.process_time()
        mine()
        cpu.append(time.process_time() - start)
    start = time.process_time()
    generate_latest(registry)
    peer_seconds = time.process_time() - start
    cpu.sort()
    print(
        f"{title}, all changed: {cpu[4] * 1e3:.1f} ms CPU, prometheus_client "
        f"{peer_seconds * 1e3:.1f} ms: {peer_seconds / cpu[4]:.0f} times as fast (goal 30); "
        f"longest stall {statistics.median(stalls[1][-9:]):.1f} ms of CPU (goal 5), "
        f"{statistics.median(stalls[0][-9:]):.1f} ms on the wall"
    )


class Instant:
    """Answers at once."""

    def send(self, *_: object) -> object:
        """Return what every journey begins with."""
        return PRODUCTS

    def close(self) -> None:
        """Nothing is kept."""


def day() -> None:
    """Print how the memory of a robot grows over a day of a run each second."""
    journey = compiled(replace(JOURNEY, steps=JOURNEY.steps[:1], cleanup=(), every_seconds=1.0))
    clock, store = Clock(0.0), SampleStore()
    metrics = ProbeMetrics(store, "fra", (journey,))
    schedule = aligned(every=1.0, phase=0.0, patience=4.0, wall=0.0, monotonic=0.0)
    robot = Robot(journey, schedule, Instant, metrics, clock)  # type: ignore[arg-type]
    renderer, marks = Renderer(), []
    for hour in range(25):
        while clock.now < hour * 3600:
            clock.now += robot.seconds_to_wait()
            robot.act()
        renderer.render(store.snapshot(), Format.OPENMETRICS)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        marks.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    print(
        f"a day of a run each second: {marks[1]:.1f} MB after an hour, {marks[-1]:.1f} MB after "
        f"{DAY_SECONDS // 3600} hours"
    )


if __name__ == "__main__":
    observation()
    scrape()
    day()
