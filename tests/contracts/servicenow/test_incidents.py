"""Real incidents, as a help desk exports them, counted against the csv module.

The log holds every update of 3,000 incidents; the present state of one is its last update by
`sys_updated_at`, then `sys_mod_count`. However the file reaches the exporter, the numbers are
those of one plain reading of it.
"""

from __future__ import annotations

import csv
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text
from scraping import scraped

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan.codec import LoadedPlan, digest, dumps
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Plan

pytestmark = pytest.mark.data

AT = datetime(2017, 3, 1, tzinfo=UTC)
COMMAND = (sys.executable, "-m", "truegreen_definitions.cli.app")
EVENTS = 21_453
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def log(shared_data: Path) -> bytes:
    """The incident log."""
    return (shared_data / "servicenow_incident_log.csv").read_bytes()


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The definitions beside this file, compiled."""
    compiled = compile_folder(Path(__file__).parent / "definitions")
    assert compiled.plan is not None, compiled.problems
    return compiled.plan


@pytest.fixture(scope="module")
def present(log: bytes) -> list[dict[str, str]]:
    """The last update of every incident, by plain reading."""
    last: dict[str, tuple[tuple[datetime, int], dict[str, str]]] = {}
    for row in csv.DictReader(log.decode().splitlines()):
        when = datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M")  # noqa: DTZ007  only compared
        revision = (when, int(row["sys_mod_count"]))
        if row["number"] not in last or revision >= last[row["number"]][0]:
            last[row["number"]] = revision, row
    return [row for _, row in last.values()]


def read(text: str) -> Samples:
    """Return what a scraper reads, without what differs from run to run, and by what came when."""
    changing = {
        "truegreen_source_last_success_timestamp_seconds",
        "truegreen_cycle_duration_seconds",
        "truegreen_cycle_phase_duration_seconds",
        "truegreen_exposed_series",
        "truegreen_period_restatements_total",  # months that were closed before the rest came
        "truegreen_state_size_bytes",
    }
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in plain_text(text)
        for sample in family.samples
        if sample.name not in changing
    }


def counted(folder: Path, plan: Plan, state: Path | None = None) -> Samples:
    """Return what one cycle over a folder shows."""
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    with Store(state, plan) as store:
        snapshot = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT)).cycle(AT)
    return read(Renderer().render(snapshot, Format.TEXT).decode())


def part(samples: Samples, agreement: str, name: str) -> float:
    """Return a part of an agreement in window `all`."""
    kind = "sla" if agreement == "sla-met" else "xla"
    labels = {"service": "help-desk", "agreement": agreement, "kind": kind, "part": name}
    return samples["xla_window_events", frozenset({**labels, "window": "all"}.items())]


def rows(samples: Samples) -> float:
    """Return the cumulative count of rows."""
    return samples["truegreen_source_rows_total", frozenset({("source", "servicenow")})]


@pytest.fixture(scope="module")
def once(log: bytes, plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """What the exporter shows after one reading of the whole file."""
    folder = tmp_path_factory.mktemp("once")
    (folder / "incidents.csv").write_bytes(log)
    return counted(folder, plan)


def test_the_command_counts_the_incidents(log: bytes, plan: Plan, tmp_path: Path) -> None:
    """`export --once --at` counts 877 in time, 2,954 not reopened, 1,370 right at once."""
    (tmp_path / "incidents.csv").write_bytes(log)
    (tmp_path / "plan.json").write_text(dumps(plan))
    at = ("--at", "2017-03-01T00:00:00Z")
    ran = subprocess.run(
        [*COMMAND, "export", "--plan", "plan.json", "--once", *at],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found = read(ran.stdout)
    good = {"sla-met": 877, "never-reopened": 2_954, "right-first-time": 1_370}
    assert {name: part(found, name, "good") for name in good} == good
    assert {part(found, name, "total") for name in good} == {3_000}


def test_priorities_agree_with_a_plain_count(once: Samples, present: list[dict[str, str]]) -> None:
    """Good and total of each priority equal a count over the present states; none is excluded."""
    total = Counter(row["priority"] for row in present)
    good = Counter(row["priority"] for row in present if row["made_sla"] == "true")
    assert total.total() == 3_000
    for priority in ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low"):
        name = priority.split(" - ")[1].lower()
        assert part(once, name, "total") == total[priority] > 0
        assert part(once, name, "good") == good[priority]
        assert part(once, name, "excluded") == 0


def test_exclusions_agree_with_a_plain_count(once: Samples, present: list[dict[str, str]]) -> None:
    """A ticket is excluded once, whether one or both of the exclusions hold for it."""
    kept = [row for row in present if row["priority"] in {"1 - Critical", "2 - High"}]
    assert 0 < len(kept) < 3_000
    assert part(once, "but-low", "total") == len(kept)
    assert part(once, "but-low", "good") == sum(row["made_sla"] == "true" for row in kept)
    assert part(once, "but-low", "excluded") == 3_000 - len(kept)


def test_every_event_is_counted_once(once: Samples) -> None:
    """All events are kept, none rejected, none without a service."""
    assert rows(once) == EVENTS
    refused = ("truegreen_source_rejected_rows_total", "truegreen_source_unmatched_rows_total")
    assert sum(value for (name, _), value in once.items() if name in refused) == 0


def test_the_file_twice_is_the_file_once(
    log: bytes, plan: Plan, once: Samples, tmp_path: Path
) -> None:
    """A copy under a second name, there from the start or later, changes nothing."""
    (tmp_path / "incidents.csv").write_bytes(log)
    (tmp_path / "incidents-copy.csv").write_bytes(log)
    state = tmp_path / "state.duckdb"
    assert counted(tmp_path, plan, state) == once
    (tmp_path / "incidents-later.csv").write_bytes(log)
    assert counted(tmp_path, plan, state) == once


@pytest.mark.parametrize("cut", [0.5, 0.123, 0.9])
def test_two_halves_are_the_whole(
    log: bytes, plan: Plan, once: Samples, tmp_path: Path, cut: float
) -> None:
    """A file that grows from a half cut in mid-line gives the numbers of the whole file."""
    path, state = tmp_path / "incidents.csv", tmp_path / "state.duckdb"
    path.write_bytes(log[: int(len(log) * cut)])
    half = counted(tmp_path, plan, state)
    assert 0 < rows(half) < EVENTS
    path.write_bytes(log)
    assert counted(tmp_path, plan, state) == once


def test_a_second_file_completes_the_first(
    log: bytes, plan: Plan, once: Samples, tmp_path: Path
) -> None:
    """Two files, the newer half first, give the numbers of the whole."""
    lines = log.splitlines(keepends=True)
    state = tmp_path / "state.duckdb"
    (tmp_path / "incidents-b.csv").write_bytes(lines[0] + b"".join(lines[10_000:]))
    counted(tmp_path, plan, state)
    (tmp_path / "incidents-a.csv").write_bytes(b"".join(lines[:10_000]))
    assert counted(tmp_path, plan, state) == once


# One process imports everything once and forks a life for every line it is given. Each life takes
# a few batches and is killed a seeded while after it has begun another one.
LIVES = """
import os, signal, sys, threading
from truegreen_definitions.cli.app import main
from truegreen_exporters.sources import file_pages
from truegreen_exporters.store import Store
import truegreen_exporters.commands, truegreen_exporters.exporter, truegreen_exporters.runtime
import truegreen_definitions.plan.file
add = Store.add
def counted(*given):
    global left
    if not left:
        threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
    left -= 1
    return add(*given)
Store.add, file_pages.BATCH_ROWS = counted, 250
for line in sys.stdin:
    batches, seconds = line.split()
    left, seconds, pid = int(batches), float(seconds), os.fork()
    if not pid:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os._exit(main(sys.argv[1:]))
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


def test_killed_at_any_moment_nothing_is_lost_or_counted_twice(
    log: bytes, plan: Plan, once: Samples, tmp_path: Path
) -> None:
    """After 20 kills at seeded moments the numbers are those of one reading; none ever fell."""
    (tmp_path / "incidents.csv").write_bytes(log)
    (tmp_path / "plan.json").write_text(dumps(plan))
    state = tmp_path / "state.duckdb"
    export = ("export", "--plan", "plan.json", "--once", "--state", str(state))
    moments = random.Random(2016)
    seen: list[int] = []
    lives = subprocess.Popen(
        [sys.executable, "-c", LIVES, *export],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with lives:
        assert lives.stdin
        assert lives.stdout
        for _ in range(20):
            lives.stdin.write(f"{moments.randrange(8)} {moments.uniform(0, 0.08)}\n")
            lives.stdin.flush()
            assert int(lives.stdout.readline()) == -signal.SIGKILL
            with Store(state, plan) as store:
                seen.append(store.counters().get(("servicenow", "rows", ""), 0))
                cursor = store.cursors("servicenow").get("incidents.csv")
                assert seen[-1] == (cursor.position.line - 1 if cursor else 0)
    assert seen == sorted(seen)
    assert len(set(seen)) > 10
    assert seen[-1] < EVENTS
    assert counted(tmp_path, plan, state) == once


def test_a_real_prometheus_reads_the_same_numbers(
    log: bytes, plan: Plan, once: Samples, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """A scrape by Prometheus stores every sample of the exposition and warns of nothing."""
    (tmp_path / "incidents.csv").write_bytes(log)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    around = Surroundings(folder=tmp_path, clock=lambda: AT)
    with Store(None, plan) as store:
        snapshot = Exporter(loaded, store, around).cycle(AT)
    found, warnings = scraped(tool("prometheus"), tmp_path / "prometheus", snapshot)
    assert warnings == []
    want = {
        (name, frozenset(kv for kv in labels if kv[1])): v for (name, labels), v in once.items()
    }
    assert {key: value for key, value in found.items() if key in want} == want
