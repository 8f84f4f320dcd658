"""A cycle on PostgreSQL against one hand-written query of the same aggregates, in one run.

Run: python tests/bench/bench_postgres.py [rows] [agreements]. It starts a server of its own, fills
a table with tickets of a year, counts the agreements over 1d, 7d, 30d and month by the engine and
by a query that a person would write, checks that both say the same, and prints the ratio of the
medians of five rounds.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import plans
from postgres_server import bin_folder, started
from told_parts import told

from truegreen_definitions.plan import Column, Records, Source, SqlRead, Table
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.postgres.engine import PostgresEngine
from truegreen_exporters.engines.postgres.session import Session
from truegreen_exporters.engines.question import Question
from truegreen_exporters.intake.mapping import Mapping

AT = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
WINDOWS = tuple(map(parse_window, ("1d", "7d", "30d", "month")))
TABLE = Table(
    name="tickets",
    key=("id",),
    columns=(
        Column(name="id", type="text"),
        Column(name="service", type="text"),
        Column(name="priority", type="integer"),
        Column(name="opened", type="timestamp"),
        Column(name="resolved", type="timestamp"),
    ),
    origin=plans.HERE,
)
SOURCE = Source(
    name="desk",
    table="tickets",
    read=SqlRead(
        location="${secret:URL}",
        query="tickets",
        cursor=(),
        look_back_seconds=0,
        every_seconds=60,
        page_rows=1000,
        timeout_seconds=600,
    ),
    zone="UTC",
    columns=(
        ("id", "id"),
        ("priority", "priority"),
        ("opened", "opened"),
        ("resolved", "resolved"),
    ),
    revision=(),
    service="application",
    origin=plans.HERE,
    engine="postgresql",
)
MADE = """
CREATE TABLE tickets(id bigint PRIMARY KEY, application text, priority int, opened timestamptz,
  resolved timestamptz);
INSERT INTO tickets SELECT i, 's' || i % 100, i % 5 + 1, t, t + (i % 97) * interval '1 hour'
  FROM (SELECT i, timestamptz '2026-03-20 10:00+00' - i * (interval '1 year' / {0}) AS t
        FROM generate_series(1, {0}) i) made;
CREATE INDEX ON tickets(resolved);
ANALYZE tickets;
"""


def main() -> int:
    """Print the ratio."""
    rows, agreements = (int(one) for one in (*sys.argv[1:], "1000000", "40")[:2])
    programs = bin_folder()
    if programs is None:
        print("PostgreSQL is missing")
        return 1
    questions = tuple(
        Question(service=f"s{number % 100}", zone="UTC", records=_records(number), windows=WINDOWS)
        for number in range(agreements)
    )
    with started(programs) as server, server.connect() as by_hand:
        by_hand.execute(MADE.format(rows))
        query = _by_hand(questions)
        ours, theirs = [], []
        for _ in range(5):
            begin = time.perf_counter()
            with Session(SOURCE.read, {"URL": server.url()}) as session:  # type: ignore[arg-type]
                engine = PostgresEngine(session, {"tickets": Mapping.of(SOURCE, TABLE)})
                found = engine.advance(questions, AT)
            middle = time.perf_counter()
            expected = by_hand.execute(query).fetchall()
            ours.append(middle - begin)
            theirs.append(time.perf_counter() - middle)
            _same(told(found), expected, questions)
    cycle, hand = statistics.median(ours), statistics.median(theirs)
    print(
        f"{rows:,} rows, {agreements} agreements: {cycle:.3f} s by the engine, {hand:.3f} s by hand"
    )
    print(f"ratio {cycle / hand:.2f}")
    return 0


def _records(number: int) -> Records:
    base = Records(
        table="tickets",
        at="resolved",
        where="",
        total=f"priority <= {number % 5 + 1}",
        good=f"resolved - opened <= INTERVAL '{number % 7 * 12}' HOUR",
        mature_after_seconds=0,
        min_sample=0,
    )
    return replace(base)


def _by_hand(questions: tuple[Question, ...]) -> str:
    """Return one query, grouped by service, with a FILTER for each count."""
    columns = []
    for one in questions:
        for start, end in one.spans(AT).values():
            inside = (
                f"resolved >= to_timestamp({start / 1e6}) AND resolved < to_timestamp({end / 1e6}) "
                f"AND {one.records.total}"
            )
            columns += [
                f"count(*) FILTER (WHERE {inside} AND {one.records.good})",
                f"count(*) FILTER (WHERE {inside})",
            ]
    low = min(start for one in questions for start, _ in one.spans(AT).values())
    high = max(end for one in questions for _, end in one.spans(AT).values())
    return (
        f"SELECT application, {', '.join(columns)} FROM tickets "
        f"WHERE resolved >= to_timestamp({low / 1e6}) AND resolved < to_timestamp({high / 1e6}) "
        "GROUP BY 1"
    )


def _same(parts: object, expected: list[tuple[object, ...]], asked: tuple[Question, ...]) -> None:
    by_service = {service: counts for service, *counts in expected}
    assert isinstance(parts, dict)
    for place, one in enumerate(asked):
        counts = by_service[one.service]
        width = 2 * len(WINDOWS)
        wanted = counts[place * width : (place + 1) * width]
        got = [n for of in parts[place].values() for n in (of.good, of.total)]
        assert got == wanted, (place, got, wanted)


if __name__ == "__main__":
    raise SystemExit(main())
