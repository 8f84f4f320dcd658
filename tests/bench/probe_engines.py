"""One engine under load, in a process of its own: prints CPU microseconds per request.

    python probe_engines.py MODE URL SECONDS

Modes: `fasthttp` (Locust's FastHttpUser), `lean` (our run of a step with traceparent and one
duration histogram), `full` (with phases, outcomes and both clocks), `cold` (as full, over a fresh
connection each). Locust is imported first, as in the probe.
"""

from __future__ import annotations

import truegreen_synthetics.engine  # noqa: F401

# isort: split
import gc
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import gevent
from locust import User, task
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import plans

from truegreen_definitions.plan import Client, Request
from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.engine.equipping import equipment_of
from truegreen_synthetics.engine.sessions import Sessions
from truegreen_synthetics.journeys import CompiledJourney, compile_journey
from truegreen_synthetics.lag import LagMeter
from truegreen_synthetics.metrics import ProbeMetrics
from truegreen_synthetics.runs import CleanupResult, Run, RunObserver, StepResult
from truegreen_telemetry.samples import Histogram, SampleStore

USERS = 16
WARM_UP_SECONDS = 1.0
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
done = [0]


def journey(url: str, connections: str) -> CompiledJourney:
    """Return a journey of one request."""
    action = Request(method="GET", path="/orders", json="", headers=())
    step = replace(plans.BUY.steps[0], action=action, extract=(), asserts=())
    client = Client(connections="kept" if connections == "kept" else "run")
    bare = replace(plans.BUY, target=url, steps=(step,), cleanup=(), client=client)
    return compile_journey(bare, None, Secrets({}), "truegreen/1 (synthetic)")


class OneHistogram:
    """Keeps what FastHttpUser is compared with: a duration histogram."""

    def __init__(self) -> None:
        self._histogram = Histogram(BOUNDS)

    def step(self, _journey: CompiledJourney, result: StepResult) -> None:
        """Observe a step."""
        self._histogram.observe(result.service_seconds)

    def cleanup(self, _journey: CompiledJourney, _result: CleanupResult) -> None:
        """There is none."""


def ours(url: str, mode: str) -> type[User]:
    """Return a user that runs a journey without pause."""
    compiled = journey(url, "run" if mode == "cold" else "kept")
    metrics = ProbeMetrics(SampleStore(), "fra", (compiled,))
    observer: RunObserver = OneHistogram() if mode == "lean" else metrics
    sessions = Sessions((compiled.target,))
    meter = LagMeter(time.perf_counter, 0.02)
    equipment = equipment_of("fra", meter)

    def beat() -> None:
        while True:
            gevent.sleep(meter.period_seconds)
            meter.beat()

    gevent.spawn(beat)

    class Lean(User):
        @task
        def run_on(self) -> None:
            connect = sessions.opener(compiled)
            while True:
                now = time.perf_counter()
                Run(compiled, connect(), observer, time.perf_counter, equipment=equipment).go(now)
                done[0] += 1

    return Lean


def stock(url: str) -> type[User]:
    """Return a FastHttpUser that asks without pause."""

    class Fast(FastHttpUser):
        host = url

        @task
        def run_on(self) -> None:
            while True:
                self.client.get("/orders", name="orders")
                done[0] += 1

    return Fast


def main(mode: str, url: str, seconds: float) -> None:
    """Print the CPU time of a request in microseconds."""
    environment = Environment(user_classes=[stock(url) if mode == "fasthttp" else ours(url, mode)])
    if mode != "fasthttp":
        gc.collect()
        gc.freeze()  # as `environments.run_users` does
    environment.create_local_runner().start(USERS, spawn_rate=100)
    gevent.sleep(WARM_UP_SECONDS)
    count, cpu = done[0], time.process_time()
    gevent.sleep(seconds)
    print((time.process_time() - cpu) / (done[0] - count) * 1e6, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
