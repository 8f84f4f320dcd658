"""Incidents come from rows, alerts and definitions; tickets and what nobody felt are no outages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import duckdb
import plans
import pytest
import yaml

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.plan import Plan, Saving
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.accountability.losses.happened import detections_of, incidents_of
from truegreen_exporters.accountability.losses.savings import saved
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime(2026, 3, 1, tzinfo=UTC)
COMPANY = """
kind: Policy
metadata: {name: default}
spec: {}
---
kind: Team
metadata: {name: shop-team}
spec: {contact: shop@example.org, page: {webhook: 'http://127.0.0.1:9099/page'}}
---
kind: Vendor
metadata: {name: paygate}
spec: {contact: noc@paygate.example}
---
kind: Source
metadata: {name: alerts}
spec:
  use: alertmanager-alerts
  read: {jsonl: 'alerts*.jsonl', zone: UTC}
  service: shop
---
kind: Source
metadata: {name: remedies}
spec: {table: remediations, read: {csv: 'r*.csv', zone: UTC}, service: shop, columns: {run_id: id}}
---
kind: Source
metadata: {name: bills}
spec: {table: costs, read: {csv: 'c*.csv', zone: UTC}, service: shop, columns: {line_id: id}}
---
kind: Service
metadata: {name: shop}
spec:
  owner: shop-team
  zone: Europe/Berlin
  steps: [{name: pay, vendor: paygate, latency: {satisfied: 1s, tolerated: 2s}}, {name: pack}]
  value: [{channel: web, currency: EUR, per_transaction: 84.20}]
  slas:
    - {name: up, objective: 99%, window: 30d,
       indicator: {kind: promql, good: 'requests_total{code="200"}', total: requests_total}}
  xlas:
    - {name: pay-felt, objective: 99%, window: 30d,
       indicator: {kind: latency, step: pay, source: {metric: http_seconds}}}
  losses:
    incidents:
      - {id: OUT-7, from: '2026-03-29 01:30', to: '2026-03-29 03:30', step: pay, severity: sev1}
    avoided: {}
    savings:
      - {name: smaller, kind: tuning, currency: EUR, from: 2026-01-01, to: 2026-01-11,
         since: 2026-02-01, where: "component = 'cloud'"}
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A shop whose alerts, remedies and bills are known."""
    folder = tmp_path_factory.mktemp("company")
    documents = (f"apiVersion: truegreen/v1\n{one.strip()}\n" for one in COMPANY.split("---"))
    (folder / "company.yaml").write_text("---\n".join(documents))
    found = compile_folder(folder)
    assert found.plan is not None, found.problems
    return found.plan


@pytest.fixture
def engine(plan: Plan) -> DuckDbEngine:
    """A store with the tables of the plan, without rows."""
    connection = duckdb.connect()
    types = {"decimal": "DECIMAL(38,6)", "timestamp": "TIMESTAMPTZ", "text": "VARCHAR"}
    for table in plan.tables:
        columns = {one.name: types.get(one.type, one.type) for one in table.columns}
        told = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        connection.execute(f'CREATE TABLE "{table.name}"({told}, _source VARCHAR)')
    return DuckDbEngine(connection)


def put(engine: DuckDbEngine, table: str, **row: object) -> None:
    """Add a row of the shop."""
    told = {"service": "shop", "_source": "desk", **row}
    names, marks = ", ".join(told), ", ".join("?" * len(told))
    engine._connection.execute(
        f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [*told.values()]
    )


def test_incidents_are_found_wherever_they_are_told(plan: Plan, engine: DuckDbEngine) -> None:
    """Rows with an impact and declared ones; steps by component, vendors by step, times exact."""
    put(engine, "incidents", incident_id="A", started_at=DAY, severity="page", component="pay",
        restored_at=DAY + timedelta(seconds=90, microseconds=1))  # fmt: skip
    put(engine, "incidents", incident_id="B", started_at=DAY, step="pack", vendor="carrier")
    put(engine, "incidents", incident_id="T", started_at=DAY, severity="ticket")
    put(engine, "incidents", incident_id="N", started_at=DAY, impact_share=Decimal(0))
    put(engine, "incidents", incident_id="L")
    put(engine, "incidents", incident_id="OUT-7", started_at=DAY, severity="sev4")
    (service,) = plan.services
    assert service.losses is not None
    found = {one.id: one for one in incidents_of(engine, plan, service, service.losses)}
    assert set(found) == {"A", "B", "OUT-7"}
    second = int(DAY.timestamp())
    assert (found["A"].start, found["A"].end) == (second, second + 91)
    assert (found["A"].step, found["A"].vendor, found["A"].severity) == ("pay", "paygate", "page")
    assert (found["B"].end, found["B"].step, found["B"].vendor) == (None, "pack", "carrier")
    declared = found["OUT-7"]
    assert declared.end is not None
    assert declared.end - declared.start == 3_600, "the clocks go forward in between"
    assert (declared.severity, declared.vendor) == ("sev1", "paygate")
    assert declared.origin.startswith("company.yaml:")


def test_a_remedy_counts_once_it_has_lasted(plan: Plan, engine: DuckDbEngine) -> None:
    """A fault that came back within a day, or had no day to do so, was not prevented."""
    hour, at = timedelta(hours=1), int((DAY + timedelta(days=10)).timestamp())
    for name, ended, recurred in (
        ("kept", DAY, None),
        ("back", DAY, DAY + 5 * hour),
        ("later", DAY, DAY + 30 * hour),
        ("young", DAY + timedelta(days=9, hours=12), None),
    ):
        told = {"started_at": DAY, "detected_at": DAY, "symptom": "disk", "impact_share": 0}
        put(engine, "incidents", incident_id=name, **told)
        told = {"started_at": ended - hour, "ended_at": ended, "recurred_at": recurred, "ok": True}
        put(engine, "remediations", run_id=name, incident_id=name, **told)
    put(engine, "incidents", incident_id="felt", started_at=DAY, detected_at=DAY, symptom="disk",
        restored_at=DAY + 2 * hour, component="pay")  # fmt: skip
    (service,) = plan.services
    found = detections_of(engine, plan, service, stays_away=86_400, at=at)
    assert {one.id: one.remedied for one in found} == {
        **dict.fromkeys(("kept", "later"), True),
        **dict.fromkeys(("back", "young", "felt"), False),
    }
    (felt,) = [one for one in found if one.impact]
    assert (felt.id, felt.seconds, felt.vendor) == ("felt", 7_200, "paygate")


def test_savings_compare_the_same_number_of_days(plan: Plan, engine: DuckDbEngine) -> None:
    """Ten days at 10.00 before, five at 7.50 since: 12.50 saved, of the lines that are meant."""
    for day in range(1, 11):
        at = datetime(2026, 1, day, 3, tzinfo=UTC)
        put(engine, "costs", line_id=str(day), charge_period_start=at, component="cloud",
            effective_cost=Decimal("10.00"), billing_currency="EUR")  # fmt: skip
    for day in range(1, 7):
        at = datetime(2026, 2, day, 3, tzinfo=UTC)
        told = {"charge_period_start": at, "effective_cost": Decimal("7.50")}
        put(engine, "costs", line_id=f"e{day}", component="cloud", billing_currency="EUR", **told)
        put(engine, "costs", line_id=f"u{day}", component="cloud", billing_currency="USD", **told)
        put(engine, "costs", line_id=f"l{day}", component="labour", billing_currency="EUR", **told)
    (service,) = plan.services
    assert service.losses is not None
    (saving,) = service.losses.savings
    month, today = ("2026-02-01", "2026-02-28"), date(2026, 2, 6)
    found = saved(engine, plan, service, saving, days=month, today=today)
    assert found == Decimal("12.50")
    assert type(found) is Decimal
    before = ("2026-01-01", "2026-01-31")
    assert saved(engine, plan, service, saving, days=before, today=today) is None
    none = replace(plan, tables=())
    assert saved(engine, none, service, saving, days=month, today=today) is None


def test_channels_are_those_whose_rows_have_a_time(plan: Plan) -> None:
    """A channel without rows has no ledger; the definition's digest knows its terms."""
    assert channels(plan) == ()
    assert isinstance(plan.services[0].losses.savings[0], Saving)  # type: ignore[union-attr]
    assert channels(plans.PLAN) == ()


def test_an_alert_names_the_step_that_was_hit(plan: Plan, tmp_path: Path) -> None:
    """From the built rule over Alertmanager's webhook to an incident: step, vendor, severity."""
    (artifact,) = RULES.emit(plan, BuildInfo())
    rules = [rule for group in yaml.safe_load(artifact.text)["groups"] for rule in group["rules"]]
    labels = next(
        {"alertname": rule["alert"], **rule["labels"]}
        for rule in rules
        if "alert" in rule
        and (rule["labels"].get("agreement"), rule["labels"]["severity"]) == ("pay-felt", "page")
    )
    end = DAY + timedelta(minutes=20)
    alert = {
        "status": "resolved",
        "labels": labels,
        "startsAt": DAY.isoformat(),
        "endsAt": end.isoformat(),
        "fingerprint": "c0ffee",
    }
    (tmp_path / "alerts.jsonl").write_text(json.dumps(alert) + "\n")
    for name, head in (("r", "id"), ("c", "id")):
        (tmp_path / f"{name}.csv").write_text(f"{head}\n")
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    now = DAY + timedelta(days=1)
    (service,) = plan.services
    assert service.losses is not None
    with Store(tmp_path / "state.duckdb", plan, lambda: now) as store:
        around = Surroundings(folder=tmp_path, clock=lambda: now)
        Exporter(loaded, store, around).cycle(now, wait=True)
        engine = DuckDbEngine(store.connection)
        found = {one.id: one for one in incidents_of(engine, plan, service, service.losses)}
    (told,) = (one for name, one in found.items() if name.startswith("c0ffee"))
    assert (told.step, told.vendor, told.severity) == ("pay", "paygate", "page")
    assert (told.start, told.end) == (int(DAY.timestamp()), int(end.timestamp()))
