"""Bench: what a probe measures while `truegreen stress` loads the same server, and while it rests.

Probe and nginx share a core, the load has another: whatever the probe's figures rise by comes from
the load. Windows of both kinds take turns; the figure is the median of the ratios of neighbours.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
import plans
from bench_probe import HTTP, pinned
from nginx_server import free_port, nginx
from shopping import JOURNEY

from truegreen_definitions.plan import Client
from truegreen_definitions.plan.codec import dumps

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS, EVERY, RATE = 6.0, 0.02, 200
GOAL = 1.1
PROGRAM = (sys.executable, "-P", "-m", "truegreen_synthetics")


def write_plan(folder: Path, url: str) -> Path:
    """Write a plan whose journey asks once, over a kept connection."""
    step = replace(JOURNEY.steps[0], extract=(), asserts=())
    client = Client(connections="kept")
    journey = replace(
        JOURNEY, target=url, steps=(step,), cleanup=(), every_seconds=EVERY, client=client
    )
    path = folder / "plan.json"
    path.write_text(dumps(replace(plans.PLAN, journeys=(journey,)), ""), "utf-8")
    return path


def median_of(samples: Path, since: int) -> tuple[float, int]:
    """Return (median seconds of the steps written since, size of the file now)."""
    with samples.open("rb") as file:
        file.seek(since)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    found = [json.loads(line) for line in whole.splitlines()]
    times = [one["service_seconds"] for one in found if "service_seconds" in one]
    return statistics.median(times), since + len(whole)


def stressed(plan: Path) -> None:
    """Load the server for the length of a window."""
    load = [f"--rates={RATE}:{RATE}:1", f"--stage={SECONDS:g}", f"--journey={JOURNEY.name}"]
    command = [*pinned(0), *PROGRAM, "stress", f"--plan={plan}", *load]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def rounds(plan: Path, samples: Path) -> list[tuple[float, float]]:
    """Return (idle, under stress) medians, round by round."""
    found, at = [], samples.stat().st_size
    for _ in range(ROUNDS):
        time.sleep(SECONDS)
        idle, at = median_of(samples, at)
        stressed(plan)
        loaded, at = median_of(samples, at)
        found.append((idle, loaded))
    return found


def main() -> None:
    """Print both medians and their ratio."""
    program = shutil.which("nginx")
    if program is None:
        print("nginx is missing: nothing to ask")
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        plan, samples = write_plan(folder, f"http://127.0.0.1:{port}"), folder / "samples"
        with nginx(program, Path(name), HTTP.format(port=port), (port,), *pinned(1)):
            command = [*pinned(1), *PROGRAM, "probe", f"--plan={plan}", f"--samples={samples}"]
            with subprocess.Popen(
                [*command, "--listen=127.0.0.1:0"], stderr=subprocess.PIPE, text=True
            ) as probe:
                assert probe.stderr is not None
                next(line for line in probe.stderr if '"listening"' in line)
                threading.Thread(target=probe.stderr.read, daemon=True).start()
                try:
                    time.sleep(1)
                    found = rounds(plan, samples)
                finally:
                    probe.terminate()
    ratio = statistics.median(loaded / idle for idle, loaded in found)
    idle, loaded = (statistics.median(column) * 1000 for column in zip(*found, strict=True))
    print(
        f"probe under stress: p50 {loaded:.2f} ms, idle {idle:.2f} ms: {ratio:.2f} times "
        f"(goal at most {GOAL}), {RATE} journeys a second beside"
    )


if __name__ == "__main__":
    main()
