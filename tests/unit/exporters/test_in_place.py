"""Rows that stay in their own PostgreSQL: counted there, as they would be here."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import psycopg
    from postgres_server import Postgres

    from truegreen_definitions.plan import Plan

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
  read: {sql: desk.tickets, url: '${secret:DESK_URL}', every: 1s, timeout: 5s}
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
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in plain_text(ended.stdout)
        for sample in family.samples
    }


def test_export_shows_the_same_where_the_rows_stay(company: Plan, url: str, tmp_path: Path) -> None:
    """`truegreen export --once` shows what it shows of the rows when it has read them."""
    here = exported_once(read_here(company), url, tmp_path / "here")
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
