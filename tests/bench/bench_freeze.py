"""Bench: Apdex under a server that stops for one second in every eight, beside Locust's own figure.

The probe runs a journey every 250 ms; Locust runs FastHttpUser at `constant_throughput(4)` in the
same time, against the same server. The analytic Apdex of 0.25 s and 1 s is 0.953 for a server that
takes no time once it goes on.

Two things would move the figure that are no error of the probe. Where slots fall in a stop: both
repeat with the cycle, so a slot near a threshold would be on its wrong side six times; stops begin
half a slot after a slot, where every slot is 125 ms from each threshold. And the customers who
queued are served one after the other: at 50 ms a slot, an answer of 10 ms moves Apdex by 0.013, at
250 ms it moves nothing below 31 ms. The bench prints the median time too, and what arithmetic says
for it. It begins and ends to count in the middle between two stops, so cycles are whole.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import plans
from prometheus_client.parser import text_string_to_metric_families
from shopping import JOURNEY

from truegreen_definitions import names
from truegreen_definitions.plan.codec import dumps
from truegreen_synthetics.schedule import phase_of

SECONDS, CYCLE, FROZEN = 48.0, 8.0, 1.0
SATISFIED, TOLERATED, RATE = 0.25, 1.0, 4
ANALYTIC = 1 - 0.5 * (FROZEN - SATISFIED) / CYCLE
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 28\r\n\r\n{"items":[{"sku":"mug-12"}]}'
LOCUST = f"""
import sys, os
from locust import constant_throughput, task
from locust.contrib.fasthttp import FastHttpUser
from locust.env import Environment
import gevent
times = []
class Fast(FastHttpUser):
    host = sys.argv[1]
    wait_time = constant_throughput({RATE})
    @task
    def ask(self):
        self.client.get("/")
environment = Environment(user_classes=[Fast])
keep = lambda response_time, **_: times.append(response_time / 1000)
environment.events.request.add_listener(keep)
environment.create_local_runner().start(1, spawn_rate=1)
gevent.sleep({SECONDS + CYCLE})
good = sum(t <= {SATISFIED} for t in times) + sum({SATISFIED} < t <= {TOLERATED} for t in times) / 2
print(good / len(times), len(times), flush=True)
os._exit(0)
"""


def queued(service_seconds: float) -> float:
    """Return the Apdex of customers who are served one after the other."""
    free, score, count = 0.0, 0.0, int(SECONDS * RATE)
    for number in range(count):
        came = (number + 0.5) / RATE
        begun = max(came, free)
        free = begun + service_seconds + max(0.0, FROZEN - begun % CYCLE)
        waited = free - came
        score += 1 if waited <= SATISFIED else 0.5 if waited <= TOLERATED else 0
    return score / count


def usual_seconds(samples: Path) -> float:
    """Return the median time of a step."""
    lines = samples.read_text("utf-8").splitlines()
    return statistics.median(
        one["service_seconds"] for one in map(json.loads, lines) if "service_seconds" in one
    )


def into(wall: float) -> float:
    """Return how long ago, at a Unix time, the present cycle began: with its stop."""
    slots = phase_of(JOURNEY.name, JOURNEY.locations[0], 1 / RATE)
    return (wall - slots + 0.5 / RATE) % CYCLE


async def _serve(started: threading.Event, port: list[int]) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            stopped = FROZEN - into(time.time())
            if stopped > 0:
                await asyncio.sleep(stopped)
            writer.write(ANSWER)

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # clients leave
    port.append(server.sockets[0].getsockname()[1])
    started.set()
    await server.serve_forever()


def counts(url: str) -> dict[tuple[str, str], int]:
    """Return the outcomes of steps and the endings of slots so far."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        text = answer.read().decode()
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == names.STEP_OUTCOMES.name:
                found["outcome", one.labels["outcome"]] = int(one.value)
            elif one.name == names.JOURNEY_SLOTS.name:
                state = f"{one.labels['state']} {one.labels['reason']}".strip()
                found["slot", state] = int(one.value)
    return found


def main() -> None:
    """Print both figures and the ledger of slots."""
    started, port = threading.Event(), []
    threading.Thread(target=lambda: asyncio.run(_serve(started, port)), daemon=True).start()
    started.wait(10)
    url = f"http://127.0.0.1:{port[0]}"
    step = replace(
        JOURNEY.steps[0],
        satisfied_seconds=SATISFIED,
        tolerated_seconds=TOLERATED,
        timeout_seconds=4.0,
    )
    journey = replace(JOURNEY, target=url, steps=(step,), cleanup=(), every_seconds=1 / RATE)
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        plan.write_text(dumps(replace(plans.PLAN, journeys=(journey,)), ""))
        command = [sys.executable, "-P", "-m", "truegreen_synthetics", "probe", f"--plan={plan}"]
        command += ["--listen=127.0.0.1:0", f"--samples={folder}/samples"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as probe:
            assert probe.stderr is not None
            line = next(line for line in probe.stderr if '"listening"' in line)
            threading.Thread(target=probe.stderr.read, daemon=True).start()
            scraped = f"http://{json.loads(line)['address']}/metrics"
            run = [sys.executable, "-c", LOCUST, url]
            with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as locust:
                time.sleep((FROZEN + CYCLE) / 2 + CYCLE - into(time.time()))
                begin = time.monotonic()
                before = counts(scraped)
                time.sleep(SECONDS - (time.monotonic() - begin))  # whole cycles, no more
                after = counts(scraped)
                theirs = locust.communicate()[0].split()
            probe.terminate()
        took = usual_seconds(Path(folder) / "samples")
    found = {key: after[key] - before[key] for key in after}
    outcomes = {key[1]: value for key, value in found.items() if key[0] == "outcome"}
    slots = {key[1]: value for key, value in found.items() if key[0] == "slot"}
    apdex = (outcomes["satisfied"] + outcomes["tolerated"] / 2) / sum(outcomes.values())
    print(
        f"freeze: analytic {ANALYTIC:.3f}, probe {apdex:.3f} of {sum(outcomes.values()):.0f} steps "
        f"(goal: within 0.01), Locust constant_throughput {float(theirs[0]):.3f} of {theirs[1]}"
    )
    print(
        f"freeze: a step took {took * 1000:.1f} ms in the median, for which arithmetic says "
        f"{queued(took):.3f}: the probe is {abs(apdex - queued(took)):.3f} off"
    )
    print(f"freeze: slots {slots}")


if __name__ == "__main__":
    main()
