"""Counting many agreements over many rows, and taking rows in: against DuckDB asked by hand.

40 indicators x 1,000 services over one table of tickets, three windows each. Everything runs in
processes of its own, so that the peak memory is that of the one thing that is measured.

Usage: python tests/bench/bench_store.py [ROWS, 1,000,000 unless said] [count|ingest]
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import duckdb

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

import plans
from ingesting import ingest
from told_parts import told

from truegreen_definitions.plan import Column, FileRead, Records, Source, Table
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Question
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.exported.parts import Exported
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.sources.rows import Position, Rows
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Agreement
    from truegreen_exporters.engines.advance import Advance

SERVICES, INDICATORS, NEW_ROWS = 1_000, 40, 1_000
CYCLES = 8  # the first also reads what edges of windows will pass over within an hour
NOW = datetime(2026, 11, 1, tzinfo=UTC)
YEAR = 365 * 86_400
BEGIN = int(NOW.timestamp()) - YEAR
ANCHORS = ("opened_at", "resolved_at", "closed_at")
TOTALS = ("true", "made_sla IS NOT NULL", "priority = 'P1'", "score IS NOT NULL")
TICKETS = Table(
    name="tickets",
    key=("ticket_id",),
    columns=(
        Column(name="ticket_id", type="text"),
        Column(name="service", type="text"),
        Column(name="priority", type="text"),
        Column(name="opened_at", type="timestamp"),
        Column(name="resolved_at", type="timestamp"),
        Column(name="closed_at", type="timestamp"),
        Column(name="reopen_count", type="integer"),
        Column(name="reassignment_count", type="integer"),
        Column(name="made_sla", type="boolean"),
        Column(name="score", type="integer"),
    ),
    origin=plans.HERE,
)
SOURCE = Source(
    name="export",
    table="tickets",
    read=FileRead(format="jsonl", location="*.jsonl"),
    zone="UTC",
    columns=(
        ("ticket_id", "number"),
        ("priority", "priority"),
        *((name, f"to_timestamp(CAST({name} AS DOUBLE))") for name in ANCHORS),
        ("reopen_count", "CAST(reopens AS INTEGER)"),
        ("reassignment_count", "CAST(handoffs AS INTEGER)"),
        ("made_sla", "CAST(sla AS BOOLEAN)"),
        ("score", "CAST(score AS INTEGER)"),
    ),
    revision=("CAST(updated AS BIGINT)",),
    service="application",
    origin=plans.HERE,
)
PLAN = replace(plans.PLAN, tables=(TICKETS,), sources=(SOURCE,), agreements=(), contracts=())
MAPPING = Mapping.of(SOURCE, TICKETS)
_FOUND = "SELECT count(*), sum(reopen_count) FROM tickets"
WINDOWS = tuple(map(parse_window, ("7d", "30d", "90d")))


def indicator(n: int) -> Records:
    """Return one of the indicators: an anchor, a population and what is good of it."""
    handoffs = f" AND reassignment_count < {n % 5 + 1}" if n % 2 else ""
    return Records(
        table="tickets",
        at=ANCHORS[n % 3],
        where="",
        total=TOTALS[n % 4],
        good=f"reopen_count <= {n % 3}{handoffs}",
        mature_after_seconds=14 * 86_400,
        min_sample=0,
    )


def questions() -> list[Question]:
    """Return a question for each indicator of each service."""
    return [
        Question(service=f"service-{s}", zone="UTC", records=indicator(n), windows=WINDOWS)
        for s in range(SERVICES)
        for n in range(INDICATORS)
    ]


def fill(path: Path, count: int) -> None:
    """Make a state file of tickets opened evenly over a year."""
    with Store(path, PLAN) as store:
        for start in range(0, count, 500_000):
            opened = f"{BEGIN} + i * {YEAR} / {count}"
            store.connection.execute(
                "INSERT INTO tickets BY NAME SELECT "
                "'INC' || lpad(i::VARCHAR, 9, '0') AS ticket_id, "
                f"'service-' || (hash(i) % {SERVICES}) AS service, "
                "'P' || (1 + hash(i + 1) % 4) AS priority, "
                f"to_timestamp({opened}) AS opened_at, "
                f"to_timestamp({opened} + hash(i + 4) % 600000) AS resolved_at, "
                f"to_timestamp({opened} + 604800 + hash(i + 4) % 600000) AS closed_at, "
                "hash(i + 5) % 3 AS reopen_count, hash(i + 6) % 5 AS reassignment_count, "
                "hash(i + 7) % 10 < 9 AS made_sla, hash(i + 8) % 6 AS score, "
                "'' AS _revision, 'export' AS _source, 0 AS _known "
                f"FROM range({start}, {min(start + 500_000, count)}) r(i)"
            )


def by_hand(path: Path) -> dict[str, float]:
    """Ask for all counts in one query, as a person would write it."""
    columns = []
    ripe = NOW - timedelta(days=14)
    for n in range(INDICATORS):
        records = indicator(n)
        at = records.at
        for window in WINDOWS:
            start = NOW - timedelta(seconds=window.seconds)
            inside = f"{at} >= '{start}' AND {at} < '{NOW}' AND {records.total}"
            columns += [
                f"count(*) FILTER ({inside} AND {at} <= '{ripe}' AND {records.good})",
                f"count(*) FILTER ({inside} AND {at} <= '{ripe}')",
                f"count(*) FILTER ({inside} AND {at} > '{ripe}')",
            ]
    query = f"SELECT service, {', '.join(columns)} FROM tickets GROUP BY service"
    with duckdb.connect(str(path), config={"memory_limit": "1GB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        rows, cpu = timed(lambda: connection.execute(query).fetchall())
    return {"cpu": cpu, "check": sum(map(sum, (row[1:] for row in rows)))}


def by_tally(path: Path) -> dict[str, float]:
    """Count all, then take new rows in and count again; check that against a full count."""
    asked = questions()
    with Store(path, PLAN) as store:
        engine = DuckDbEngine(store.connection)
        tally = Tally(engine, store.changes, asked)
        first, full = timed(lambda: tally.advance(NOW))
        known = told(first)
        check = sum(p.good + p.total + p.pending for of in known.values() for p in of.values())
        exported, agreements = Exported(0.0), shown_as(asked)
        _, showing = timed(lambda: show(exported, agreements, first))
        cycles, taking, shown = [], [], []
        for cycle in range(1, CYCLES + 1):
            at = NOW + timedelta(seconds=15 * cycle)
            rows = arriving(cycle, at)
            _, cpu = timed(lambda: store.add(MAPPING, rows, Cursor(path="x")))  # noqa: B023  at once
            taking.append(cpu)
            found, cpu = timed(lambda: tally.advance(at))  # noqa: B023  at once
            cycles.append(cpu)
            _, cpu = timed(lambda: show(exported, agreements, found))  # noqa: B023  at once
            shown.append(cpu)
            known.update(told(found))
        again = Tally(engine, None, asked).advance(at)
        assert told(again) == known
    return {
        "cpu": full,
        "check": check,
        "first": cycles[0],
        "cycle": median(cycles[1:]),
        "taking": median(taking[1:]),
        "showing": showing,
        "new shown": median(shown[1:]),
    }


def shown_as(asked: list[Question]) -> list[Agreement]:
    """Return an agreement for each question, as whose its counts are shown."""
    return [
        replace(plans.AVAILABILITY, service=one.service, name=f"a{n % INDICATORS}")
        for n, one in enumerate(asked)
    ]


def show(exported: Exported, agreements: list[Agreement], found: Advance) -> None:
    """Show what is new, as the exporter does, and take a snapshot of all samples."""
    for block in found.blocks:
        exported.counts(block, agreements)
    exported.snapshot()


def arriving(cycle: int, at: datetime) -> Rows:
    """Return new tickets of the last seconds, as a source reads them."""
    moment = str(at.timestamp() - 1)
    values = {
        "number": [f"NEW{cycle}-{n}" for n in range(NEW_ROWS)],
        "application": [f"service-{n % SERVICES}" for n in range(NEW_ROWS)],
    }
    same = {"priority": "P1", "reopens": "0", "handoffs": "1", "sla": "true", "score": "4"}
    same |= dict.fromkeys(ANCHORS, moment) | {"updated": "1"}
    columns = tuple(values.get(name) or [same[name]] * NEW_ROWS for name in MAPPING.wanted)
    return Rows(values=columns, lines=range(NEW_ROWS), end=Position(0, 0))


def write_lines(folder: Path, count: int) -> None:
    """Write tickets as JSON Lines; every fifth is a later revision of an earlier one."""
    with (folder / "tickets.jsonl").open("w") as file:
        for n in range(count):
            key, revision = (n // 2, 2) if n % 5 == 4 else (n, 1)
            opened = BEGIN + n * YEAR // count
            row = {
                "number": f"INC{key:09d}",
                "application": f"service-{key % SERVICES}",
                "priority": f"P{1 + key % 4}",
                "opened_at": opened,
                "resolved_at": opened + 4_000,
                "closed_at": opened + 90_000,
                "reopens": key % 3,
                "handoffs": key % 5,
                "sla": key % 10 < 9,
                "score": key % 6,
                "updated": revision,
                "short_description": "the printer on the third floor prints nothing but stripes",
            }
            file.write(json.dumps(row) + "\n")


def take_in(folder: Path) -> dict[str, float]:
    """Read the file as the exporter does: batches, revisions, past, cursor, all committed."""
    with Store(folder / "ours.duckdb", PLAN) as store:
        around = Surroundings(folder=folder)
        _, cpu = timed(lambda: ingest(store, MAPPING, around, lambda: False))
        (found,) = store.connection.execute(
            "SELECT count(*), sum(reopen_count) FROM tickets"
        ).fetchall()
    return {"cpu": cpu, "check": float(found[0] * 10 + found[1])}


def take_in_by_hand(folder: Path) -> dict[str, float]:
    """Read the file in one statement that keeps the newest revision of each key."""
    with duckdb.connect(str(folder / "theirs.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE tickets(ticket_id VARCHAR PRIMARY KEY, service VARCHAR, "
            "priority VARCHAR, opened_at TIMESTAMPTZ, resolved_at TIMESTAMPTZ, "
            "closed_at TIMESTAMPTZ, "
            "reopen_count BIGINT, reassignment_count BIGINT, made_sla BOOLEAN, score BIGINT, "
            "revision BIGINT)"
        )
        connection.execute("SET enable_progress_bar = false")
        _, cpu = timed(
            lambda: connection.execute(
                "INSERT INTO tickets SELECT number, application, priority, "
                "to_timestamp(opened_at), to_timestamp(resolved_at), to_timestamp(closed_at), "
                "reopens, handoffs, sla, score, updated "
                f"FROM read_json('{folder}/tickets.jsonl', format='newline_delimited') "
                "QUALIFY row_number() OVER (PARTITION BY number ORDER BY updated DESC) = 1 "
                "ON CONFLICT (ticket_id) DO UPDATE SET service = excluded.service, "
                "priority = excluded.priority, opened_at = excluded.opened_at, "
                "resolved_at = excluded.resolved_at, closed_at = excluded.closed_at, "
                "reopen_count = excluded.reopen_count, score = excluded.score, "
                "revision = excluded.revision WHERE excluded.revision >= tickets.revision"
            ).fetchall()
        )
        (found,) = connection.execute(_FOUND).fetchall()
    return {"cpu": cpu, "check": float(found[0] * 10 + found[1])}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what some work returns, and the CPU seconds of this process that it took."""
    begin = time.process_time()
    found = work()
    return found, time.process_time() - begin


def apart(work: Callable[[Path], dict[str, float]], path: Path) -> dict[str, float]:
    """Run some work in a process of its own; add the peak memory of it in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, path))


def _measured(work: Callable[[Path], dict[str, float]], path: Path) -> dict[str, float]:
    found = work(path)
    return found | {"mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def count(folder: Path, size: int) -> None:
    """Print the ratios of counting."""
    cycles = {}
    for rows in (size // 10, size):
        path = folder / f"{rows}.duckdb"
        multiprocessing.get_context("spawn").Process(target=fill, args=(path, rows)).run()
        ours = apart(by_tally, path)
        cycles[rows] = ours["cycle"]
    print(
        f"{size:,} rows x {INDICATORS} indicators x {SERVICES:,} services: full count "
        f"{ours['cpu']:.2f} s CPU, peak {ours['mb']:,.0f} MB; with {NEW_ROWS:,} new rows "
        f"{ours['cycle'] * 1e3:.0f} ms (1/{ours['cpu'] / ours['cycle']:.0f}), taking them in "
        f"{ours['taking'] * 1e3:.0f} ms; first cycle of an hour {ours['first'] * 1e3:.0f} ms"
    )
    print(
        f"putting what was counted into samples: all {ours['showing'] * 1e3:.0f} ms, what is new "
        f"{ours['new shown'] * 1e3:.0f} ms"
    )
    print(f"a tenth of the history: {cycles[size // 10] * 1e3:.0f} ms for the same cycle")
    hand = apart(by_hand, path)
    assert hand["check"] == ours["check"], (hand, ours)
    print(
        f"one query by hand: {hand['cpu']:.2f} s CPU, peak {hand['mb']:,.0f} MB; "
        f"ours {ours['cpu'] / hand['cpu']:.2f} of it"
    )


def main() -> None:
    """Print the ratios."""
    words = sys.argv[1:]
    size = int(next((word for word in words if word.isdecimal()), "1000000"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "ingest" not in words:
            count(folder, size)
        if "count" not in words:
            write_lines(folder, lines := min(size, 500_000))
            ours, theirs = apart(take_in, folder), apart(take_in_by_hand, folder)
            assert ours["check"] == theirs["check"]
            print(
                f"{lines:,} keyed, revisioned JSON lines: {ours['cpu']:.2f} s CPU, "
                f"set-based SQL {theirs['cpu']:.2f} s: "
                f"{ours['cpu'] / theirs['cpu']:.2f} times as long"
            )


if __name__ == "__main__":
    main()
