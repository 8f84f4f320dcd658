"""Rows that stay in their own PostgreSQL: counted there, as they would be here."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan import SqlRead
from truegreen_definitions.plan.codec import LoadedPlan, dumps
from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.engines.postgres.engine import PostgresEngine
from truegreen_exporters.engines.postgres.session import Session
from truegreen_exporters.engines.postgres.watched import FORGOTTEN_SECONDS, WatchedPostgres
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.intake.feed import FIRST_RETRY_SECONDS
from truegreen_exporters.reading.answers import Answers
from truegreen_exporters.receipt.agreement import agreement_receipt
from truegreen_exporters.receipt.kind import Asked
from truegreen_exporters.receipt.measure import measure_receipt
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import psycopg
    from postgres_server import Postgres

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.engines.advance import Advance
    from truegreen_exporters.engines.question import Question

AT = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
COMPANY = """
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec: {lateness: 2d}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: desk-team}
spec: {contact: desk@example.org}
---
apiVersion: truegreen/v1
kind: Table
metadata: {name: tickets}
spec:
  key: [ticket_id]
  columns:
    {ticket_id: text, service: text, priority: integer, opened_at: timestamp,
     resolved_at: timestamp, customer: text}
---
apiVersion: truegreen/v1
kind: Source
metadata: {name: desk}
spec:
  table: tickets
  read: {sql: desk.tickets, url: '${secret:DESK_URL}', every: 1s, timeout: 60s}
  engine: postgresql
  service: {column: application, match: {webshop: shop}}
  columns:
    ticket_id: id
    priority: cast(priority as integer)
    opened_at: opened
    resolved_at: resolved
    customer: customer
---
apiVersion: truegreen/v1
kind: Service
metadata: {name: shop}
spec:
  owner: desk-team
  zone: Europe/Berlin
  steps: [{name: help}]
  slas:
    - name: in-a-day
      indicator:
        kind: records
        sampling: census
        table: tickets
        at: resolved_at
        total: priority <= 3
        good: resolved_at - opened_at <= interval 1 day
        by: {priority: ['1', '2']}
      objective: 80%
      window: month
      exclusions: [{where: customer = 'ours', reason: our own}]
  xlas:
    - name: time-to-resolve
      indicator:
        {kind: measure, table: tickets, at: resolved_at, sampling: census, aggregate: quantile,
         q: 0.9, duration: {from: opened_at, to: resolved_at}}
      objective: {at_most: 2d}
      window: 30d
"""
TABLE = (
    "CREATE SCHEMA desk; CREATE TABLE desk.tickets(id integer PRIMARY KEY, application text, "
    "priority text, opened timestamptz, resolved timestamptz, customer text);"
    "CREATE INDEX ON desk.tickets(resolved);"
)
TICKETS = (
    "INSERT INTO desk.tickets SELECT i, CASE i % 4 WHEN 0 THEN 'intranet' ELSE 'webshop' END, "
    "CASE i % 50 WHEN 7 THEN 'high' ELSE (i % 5 + 1)::text END, "
    "timestamptz '2026-03-19 10:00+00' - i * interval '1 hour', "
    "timestamptz '2026-03-19 10:00+00' - (i % 37) * i * interval '10 minutes', "
    "CASE i % 11 WHEN 0 THEN 'ours' ELSE 'c' || i % 17 END FROM generate_series(1, 400) i"
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A company whose tickets stay in the desk's own database."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "company.yaml").write_text(COMPANY)
    compiled = compile_folder(folder)
    assert compiled.plan is not None, compiled.problems
    return compiled.plan


@pytest.fixture
def url(postgres: Postgres) -> str:
    """The desk's database."""
    found = postgres.new_database("desk_stays")
    with postgres.connect("desk_stays") as connection:
        connection.execute(TABLE)
        connection.execute(TICKETS)
    return found


@pytest.fixture
def desk(postgres: Postgres, url: str) -> Iterator[psycopg.Connection]:
    """A connection to it that commits each statement."""
    with postgres.connect("desk_stays") as connection:
        yield connection


def loaded(plan: Plan) -> LoadedPlan:
    """Return a plan as an exporter has it."""
    return LoadedPlan(plan=plan, digest="0" * 64, revision="abc")


def read_here(plan: Plan) -> Plan:
    """Return the plan of a company that reads the rows into its own store."""
    return replace(plan, sources=tuple(replace(one, engine="duckdb") for one in plan.sources))


def exported_once(plan: Plan, url: str, folder: Path) -> dict[tuple[str, ...], float]:
    """Return what `truegreen export --once` shows of a plan."""
    folder.mkdir()
    (folder / "plan.json").write_text(dumps(plan, "abc"))
    command = [sys.executable, "-m", "truegreen_definitions.cli.app", "export", "--once"]
    command += [f"--plan={folder / 'plan.json'}", f"--data={folder}", f"--at={AT.isoformat()}"]
    ended = subprocess.run(
        command, env={"DESK_URL": url}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return samples(ended.stdout)


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a scrape by name and labels."""
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in plain_text(text)
        for sample in family.samples
    }


def test_export_shows_the_same_where_the_rows_stay(company: Plan, url: str, tmp_path: Path) -> None:
    """`truegreen export --once` shows what it shows of the rows when it has read them."""
    with exporting(read_here(company), url) as exporter:
        here = shown(exporter)
    there = exported_once(company, url, tmp_path / "there")
    business = {key for key in here if key[0].startswith("xla_")}
    assert {key: there.get(key) for key in business} == {key: here[key] for key in business}
    good = "xla_window_events", "agreement=in-a-day", "kind=sla", "part=good", "service=shop"
    assert there[*good, "window=month"] > 10
    assert any(key[0] == "xla_window_value" for key in business)
    assert there["truegreen_source_up", "source=desk"] == 1
    assert there["truegreen_source_rows_total", "source=desk"] == 0
    standing = "truegreen_source_standing_rows", "source=desk"
    refused = here["truegreen_source_rejected_rows_total", "reason=bad_value", "source=desk"]
    assert there[*standing, "standing=bad_value"] == refused == 8
    unmatched = here["truegreen_source_unmatched_rows_total", "source=desk"]
    assert there[*standing, "standing=no_service"] == unmatched


def test_a_relative_is_asked_as_any_other_and_told(company: Plan, url: str) -> None:
    """An exporter shows what an untested server counts, and logs once that it is untested."""
    plan = replace(
        company, sources=tuple(replace(o, engine="materialize") for o in company.sources)
    )
    with structlog.testing.capture_logs() as logs, exporting(company, url) as exporter:
        expected = shown(exporter)
        exporter.adopt(loaded(plan))
        found = shown(exporter)
        exporter.adopt(loaded(plan))
    business = {key for key in expected if key[0].startswith("xla_")}
    assert {key: found[key] for key in business} == {key: expected[key] for key in business}
    told = [one for one in logs if one["event"] == "engine_untested"]
    assert [(one["engine"], one["sources"]) for one in told] == [("materialize", ["desk"])]


class Clock:
    """Seconds that grow when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        """Return the present."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock by which databases are asked again."""
    found = Clock()
    made = partial(WatchedPostgres, clock=found)
    monkeypatch.setattr("truegreen_exporters.exporter.WatchedPostgres", made)
    return found


@contextmanager
def exporting(
    plan: Plan, url: str, present: Callable[[], datetime] = lambda: AT
) -> Iterator[Exporter]:
    """Yield an exporter with a store in memory."""
    around = Surroundings(folder=Path(), environment={"DESK_URL": url}, clock=present)
    with Store(None, plan, lambda: AT) as store:
        yield Exporter(loaded(plan), store, around)


def shown(exporter: Exporter, at: datetime = AT) -> dict[tuple[str, ...], float]:
    """Return what an exporter shows after a cycle that waits for everybody."""
    text = Renderer().render(exporter.cycle(at, wait=True), Format.TEXT).decode()
    return samples(text)


TOTAL = ("xla_window_events", "agreement=in-a-day", "kind=sla", "part=total", "service=shop")
UP = "truegreen_source_up", "source=desk"


def test_what_changes_is_counted_when_the_database_is_asked_again(
    company: Plan, url: str, desk: psycopg.Connection, clock: Clock
) -> None:
    """Between two rounds the last answers stand; a round counts what came, went and changed."""
    with exporting(company, url) as exporter:
        before = shown(exporter)[*TOTAL, "window=month"]
        desk.execute("DELETE FROM desk.tickets WHERE id IN (1, 2, 5)")
        assert shown(exporter)[*TOTAL, "window=month"] == before
        clock.now += 1
        after = shown(exporter)[*TOTAL, "window=month"]
        assert after < before
        assert exporter.failed == {}


def test_a_database_that_is_away_keeps_its_last_numbers(
    company: Plan, postgres: Postgres, url: str, clock: Clock
) -> None:
    """Its source is down, nobody asks it before its time, the numbers stay, and it comes back."""
    with exporting(company, url) as exporter:
        before = shown(exporter)
        assert before[UP] == 1
        with postgres.connect() as connection:
            connection.execute("ALTER DATABASE desk_stays RENAME TO gone")
            clock.now += 1
            away = shown(exporter)
            assert away[UP] == 0
            assert away[*TOTAL, "window=month"] == before[*TOTAL, "window=month"]
            ((why,),) = exporter.failed.values()
            assert "desk_stays" in why
            connection.execute("ALTER DATABASE gone RENAME TO desk_stays")
        clock.now += FIRST_RETRY_SECONDS - 1
        assert shown(exporter)[UP] == 0
        clock.now += 1
        assert shown(exporter)[UP] == 1
        assert exporter.failed == {}


def test_what_nobody_asks_any_more_is_asked_no_more(
    company: Plan, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When other periods are watched, those of before leave the rounds within the hour."""
    asked = []

    def advance(self: PostgresEngine, questions: Sequence[Question], at: datetime) -> Advance:
        asked.append(questions)
        return advancing(self, questions, at)

    advancing = PostgresEngine.advance
    monkeypatch.setattr(PostgresEngine, "advance", advance)
    later = AT + timedelta(days=31)
    present = [AT]
    with exporting(company, url, lambda: present[-1]) as exporter:
        shown(exporter)
        present.append(later)
        for _ in range(2):
            clock.now += FORGOTTEN_SECONDS / 2 + 1
            shown(exporter, later)
        asked.clear()
        clock.now += 1
        shown(exporter, later)
        assert len(asked) == 1


SLOW = (
    "ALTER TABLE desk.tickets RENAME TO plain; CREATE VIEW desk.tickets AS "
    "SELECT plain.* FROM desk.plain, pg_sleep(60); GRANT ALL ON desk.tickets TO reader"
)
CANCELLED = (
    "CREATE FUNCTION desk.cancelled() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
    "'canceling statement due to statement timeout' USING ERRCODE = '57014'; END $$; "
    "ALTER TABLE desk.tickets RENAME TO plain; "
    "CREATE VIEW desk.tickets AS SELECT plain.* FROM desk.plain, desk.cancelled()"
)
TWICE = (
    "ALTER TABLE desk.tickets DROP CONSTRAINT tickets_pkey; "
    "INSERT INTO desk.tickets SELECT * FROM desk.tickets WHERE id IN (3, 5)"
)


def test_a_database_that_becomes_slow_keeps_its_last_numbers(
    company: Plan, url: str, desk: psycopg.Connection, clock: Clock
) -> None:
    """A statement that is ended in the middle of a round takes no number away."""
    with exporting(company, url) as exporter:
        before = shown(exporter)
        desk.execute(CANCELLED)
        clock.now += 1
        slow = shown(exporter)
        assert slow[UP] == 0
        assert slow[*TOTAL, "window=month"] == before[*TOTAL, "window=month"]
        assert list(exporter.failed) == ["source desk"]


FAULTS = {
    "no table": ("DROP TABLE desk.tickets", 'relation "desk.tickets" does not exist'),
    "no column": ("ALTER TABLE desk.tickets DROP customer", 'column "customer" does not exist'),
    "no right": ("REVOKE ALL ON desk.tickets FROM reader", "permission denied for table tickets"),
    "too slow": (
        SLOW,
        "canceling statement due to statement timeout",
    ),
    "a key twice": (
        TWICE,
        "2 rows have a key (ticket_id) that another has too",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_database_refuses_is_said(
    fault: str, company: Plan, url: str, desk: psycopg.Connection
) -> None:
    """A source says in the server's own words why it cannot be counted, and is down."""
    desk.execute("DROP ROLE IF EXISTS reader")
    desk.execute("CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA desk TO reader")
    desk.execute("GRANT SELECT ON desk.tickets TO reader")
    made, said = FAULTS[fault]
    desk.execute(made)
    (source,) = company.sources
    seconds = 0.5 if fault == "too slow" else 60
    patient = replace(source, read=replace(source.read, timeout_seconds=seconds))
    plan = replace(company, sources=(patient,))
    user = url.replace("postgres@", "reader@").replace("root@", "reader@")
    with exporting(plan, user) as exporter:
        found = shown(exporter)
        assert found[UP] == 0
        assert any(said in why for why in exporter.failed["source desk"])
    desk.execute("DROP OWNED BY reader; DROP ROLE reader")


def test_nothing_can_be_written(company: Plan, url: str, desk: psycopg.Connection) -> None:
    """Whatever a statement says, and whatever the user may do, it cannot change the database."""
    (source,) = company.sources
    assert isinstance(source.read, SqlRead)
    for statement in (
        "DELETE FROM desk.tickets",
        "WITH gone AS (DELETE FROM desk.tickets RETURNING *) SELECT count(*) FROM gone",
        "CREATE TABLE desk.mine()",
        "SELECT nextval('desk.numbers')",
    ):
        desk.execute("CREATE SEQUENCE IF NOT EXISTS desk.numbers")
        with Session(source.read, {"DESK_URL": url}) as session:
            with pytest.raises(CountError, match="read-only transaction"):
                session.rows("UTC", statement)
            assert session.rows("UTC", "SELECT count(*) FROM desk.tickets")[1] == [(400,)]


def test_a_month_closes_with_what_the_database_says_and_shows_corrections(
    company: Plan, url: str, desk: psycopg.Connection, clock: Clock
) -> None:
    """A frozen month keeps its number; a row that is corrected later shows beside it."""
    later = datetime(2026, 4, 5, tzinfo=UTC)
    around = Surroundings(folder=Path(), environment={"DESK_URL": url}, clock=lambda: later)
    with Store(None, company, lambda: later) as store:
        exporter = Exporter(loaded(company), store, around)
        frozen = shown(exporter, later)[*TOTAL, "window=prev_month"]
        closed = store.connection.execute("SELECT count(*) FROM _closed").fetchall()
        assert closed[0][0] > 0
        desk.execute("DELETE FROM desk.tickets WHERE resolved >= '2026-03-10'")
        clock.now += 1
        after = shown(exporter, later)
    assert after[*TOTAL, "window=prev_month"] == frozen
    restatements = {key: n for key, n in after.items() if "period_restatements_total" in key[0]}
    assert sum(restatements.values()) > 0


def test_explain_shows_the_query_rows_and_refusals(company: Plan, url: str) -> None:
    """A receipt has the query as PostgreSQL runs it, rows of each part, and what is left out."""
    known = loaded(company)
    with Store(None, company, lambda: AT) as store:
        reader = Answers(store.connection.cursor, lambda: known, lambda: AT, {"DESK_URL": url})
        found = agreement_receipt(
            Asked(loaded=known, name="shop/in-a-day", reader=reader, at=AT, window="month")
        )
    assert 0 < found["good"] < found["total"]
    assert found["rows"]["good"][0]["service"] == "shop"
    assert len(found["rejected"]["desk"]) == 5
    (read,) = (source.read for source in company.sources)
    assert isinstance(read, SqlRead)
    with Session(read, {"DESK_URL": url}) as session:
        _, query = found["sql"].split(";\n", 1)
        _, ((good, total, pending, excluded),) = session.rows("Europe/Berlin", query)
    counted = good, total, pending, excluded
    assert counted == tuple(found[part] for part in ("good", "total", "pending", "excluded"))


def test_explain_shows_how_the_server_measures(company: Plan, url: str) -> None:
    """The query of every measure's receipt, run on the server, gives the rows of the receipt."""
    known = loaded(company)
    assert company.measurements
    with Store(None, company, lambda: AT) as store:
        reader = Answers(store.connection.cursor, lambda: known, lambda: AT, {"DESK_URL": url})
        found = [
            measure_receipt(Asked(loaded=known, name=one.id, reader=reader, at=AT, window=None))
            for one in company.measurements
        ]
    (read,) = (source.read for source in company.sources)
    assert isinstance(read, SqlRead)
    with Session(read, {"DESK_URL": url}) as session:
        for one in found:
            _, query = one["sql"].split(";\n", 1)
            _, (row,) = session.rows("Europe/Berlin", query)
            assert row[:3] == tuple(one[part] for part in ("total", "pending", "excluded"))
            assert one["total"] == 0 or one["rows"]["counted"]
    assert any(one["total"] for one in found)
