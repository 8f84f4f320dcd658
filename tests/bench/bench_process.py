"""Looking at a process anew: all of its cases, as the exporter does it, and how often.

A tenth of the cases is looked at beside, to see how it grows.

Usage: python tests/bench/bench_process.py [CASES, 100,000 unless said]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

import process_cases

from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engines import Engines
from truegreen_exporters.process.shown import AGAIN_SECONDS, REST, ShownProcesses
from truegreen_exporters.store import Store
from truegreen_telemetry.samples import SampleStore

CASES = 100_000
STEPS = tuple(process_cases.ORDER)
SLOT = process_cases.SLOT_SECONDS


def looked_at(cases: int) -> float:
    """Return the CPU seconds of a look at a process of so many cases, a visit to each step."""
    plan = process_cases.company()
    listed = ", ".join(f"'{step}'" for step in STEPS)
    at = process_cases.BEGIN + process_cases.SLOTS * process_cases.SLOT
    begin = int(process_cases.BEGIN.timestamp())
    with Store(None, plan) as store:
        store.connection.execute(
            "INSERT INTO visits BY NAME SELECT i::VARCHAR AS case_id, "
            f"[{listed}][1 + s] AS step, 1 AS attempt, 'order-to-cash' AS service, "
            f"to_timestamp({begin} + (hash(i) % {process_cases.SLOTS} + s * 4) * {SLOT}) "
            "AS queued_at, "
            f"queued_at + INTERVAL {SLOT} SECOND AS accepted_at, "
            f"queued_at + INTERVAL {2 * SLOT} SECOND AS started_at, "
            f"queued_at + INTERVAL {2 * SLOT} SECOND * (1 + hash(i + s) % 4) AS ended_at, "
            "'' AS _revision, 'export' AS _source, 0 AS _known "
            f"FROM range({cases}) r(i), range({len(STEPS)}) t(s)"
        )
        shown = ShownProcesses(SampleStore(), plan)
        begun = time.process_time()
        faults = shown.show(Engines(DuckDbEngine(store.connection)), at)
        took = time.process_time() - begun
    assert not any(faults.values()), faults
    return took


def main() -> None:
    """Print what a look costs, and how it grows."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    small, all_of_them = looked_at(cases // 10), looked_at(cases)
    every = max(AGAIN_SECONDS, REST * all_of_them)
    print(
        f"{cases:,} cases of {len(STEPS)} steps: {all_of_them:.2f} s CPU every {every:.0f} s "
        f"({all_of_them / every:.1%} of a core), {all_of_them / small:.1f} times a tenth of them"
    )


if __name__ == "__main__":
    main()
