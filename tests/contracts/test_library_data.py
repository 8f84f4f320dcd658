"""The library on real data beside the checkout, against plain counts of the csv module."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_definitions.problems import render
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.data

HEAD = """\
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec:
  prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}
  burn: {use: sre-workbook}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: desk}
spec: {contact: desk@example.org, page: {webhook: 'http://127.0.0.1:9099/page'}}
---
apiVersion: truegreen/v1
kind: Service
metadata: {name: shop}
spec:
  owner: desk
  steps: [{name: work}]
  slas: [SLAS]
---
"""
SOURCE = """\
apiVersion: truegreen/v1
kind: Source
metadata: {name: NAME}
spec: {SPEC}
---
"""
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Company:
    """A company with one service, its store filled from a folder."""

    def __init__(self, folder: Path, at: datetime, slas: str, **sources: str) -> None:
        text = HEAD.replace("SLAS", slas) + "".join(
            SOURCE.replace("NAME", name).replace("SPEC", spec) for name, spec in sources.items()
        )
        file = SourceFile(path="c.yaml", shown="c.yaml", data=text.encode())
        found = compile_files([file], read_library())
        assert found.plan is not None, render(found.problems, found.texts)
        self.store = Store(None, found.plan)
        loaded = LoadedPlan(plan=found.plan, digest=digest(found.plan), revision="")
        exporter = Exporter(loaded, self.store, Surroundings(folder=folder, clock=lambda: at))
        self.text = Renderer().render(exporter.cycle(at), Format.TEXT).decode()
        assert not exporter.failed, exporter.failed

    def asked(self, query: str) -> list[tuple[str, ...]]:
        """Return rows of a query as text; missing values stay missing."""
        self.store.connection.execute("SET TimeZone = 'UTC'")
        return self.store.connection.execute(
            f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({query})"
        ).fetchall()

    def shown(self, agreement: str, window: str) -> dict[str, float]:
        """Return the parts and the value that are shown of an agreement in a window."""
        out = {}
        for family in plain_text(self.text):
            if family.name.startswith(("xla_stratum", "xla_window_excluded")):
                continue  # parts of the whole, which is asked for
            for sample in family.samples:
                labels = sample.labels
                if (labels.get("agreement"), labels.get("window")) == (agreement, window):
                    out[labels.get("part", sample.name)] = sample.value
        return out


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_costs_agree_to_the_last_digit(shared_data: Path, tmp_path: Path) -> None:
    """Cost per provider's service and business unit equals a Decimal sum over the sample."""
    path = shared_data / "focus_cost_sample.csv"
    rows = read_csv(path)
    (tmp_path / "costs.csv").write_bytes(path.read_bytes())
    company = Company(
        tmp_path,
        datetime(2024, 10, 1, tzinfo=UTC),
        "",
        costs="use: focus-costs, read: {csv: costs.csv, zone: UTC}, service: shop, "
        "columns: {line_id: Id}",
    )
    expected: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for row in rows:
        tags = json.loads(row["Tags"]) if row["Tags"] not in {"NULL", ""} else {}
        expected[row["ServiceName"], tags.get("business_unit")] += Decimal(row["EffectiveCost"])
    found = company.asked(
        "SELECT service_name, business_unit, sum(effective_cost) FROM costs GROUP BY ALL"
    )
    assert {(name, unit): Decimal(cost) for name, unit, cost in found} == expected
    assert sum(expected.values()) == Decimal(
        company.asked("SELECT sum(effective_cost) FROM costs")[0][0]
    )


def test_a_line_without_an_id_has_a_name_of_its_own(shared_data: Path, tmp_path: Path) -> None:
    """What the mapping makes of a line to tell it apart differs for every line of the sample."""
    path = shared_data / "focus_cost_sample.csv"
    (tmp_path / "costs.csv").write_bytes(path.read_bytes())
    source = "use: focus-costs, read: {csv: costs.csv, zone: UTC}, service: shop"
    company = Company(tmp_path, datetime(2024, 10, 1, tzinfo=UTC), "", costs=source)
    rows = read_csv(path)
    lines = {tuple(value for name, value in row.items() if name != "Id") for row in rows}
    assert company.asked("SELECT count(*) FROM costs") == [(str(len(lines)),)]


def test_deadlines_of_the_catalogue_are_spread_as_they_are(
    shared_data: Path, tmp_path: Path
) -> None:
    """The mapping keeps every weakness, and the days it gives to close it."""
    path = shared_data / "kev.csv"
    (tmp_path / "kev.csv").write_bytes(path.read_bytes())
    source = "use: kev-advisories, read: {csv: kev.csv, zone: UTC}, service: shop"
    company = Company(tmp_path, AT, "", kev=source)
    expected = Counter(
        (date.fromisoformat(row["dueDate"]) - date.fromisoformat(row["dateAdded"])).days
        for row in read_csv(path)
    )
    found = company.asked("SELECT due_on - added_on AS days, count(*) FROM advisories GROUP BY ALL")
    assert {int(days): int(count) for days, count in found} == expected
    known = sum(row["knownRansomwareCampaignUse"] == "Known" for row in read_csv(path))
    assert company.asked("SELECT count(*) FROM advisories WHERE ransomware") == [(str(known),)]


def test_findings_with_the_catalogue_s_deadlines(shared_data: Path, tmp_path: Path) -> None:
    """Attainment of generated findings that fall due by the catalogue equals a plain count."""
    chance = random.Random(20261122)
    at = datetime(2023, 1, 1, tzinfo=UTC)
    findings, good, total, excluded = [], 0, 0, 0
    for number, row in enumerate(read_csv(shared_data / "kev.csv")):
        due = datetime.fromisoformat(row["dueDate"]).replace(tzinfo=UTC)
        fixed = due + timedelta(days=chance.randint(-20, 10))
        is_open, excepted = chance.random() < 0.1, chance.random() < 0.05
        severity = chance.choice(["critical", "high", "medium", "low"])
        findings.append(
            {
                "id": f"{row['cveID']}-{number}",
                "cve": row["cveID"],
                "severity": severity,
                "due": due.isoformat(),
                "fixed": None if is_open else fixed.isoformat(),
                "until": (due + timedelta(days=90)).isoformat() if excepted else None,
            }
        )
        if due < at:
            excluded += excepted
            total += not excepted
            good += not excepted and not is_open and fixed <= due
    lines = "".join(f"{json.dumps(one)}\n" for one in findings)
    (tmp_path / "findings.jsonl").write_text(lines, encoding="utf-8")
    company = Company(
        tmp_path,
        at,
        "{name: patched, use: findings-fixed-in-time, objective: 90%, window: all}",
        findings="table: findings, read: {jsonl: findings.jsonl, zone: UTC}, service: shop, "
        "columns: {finding_id: id, cve: cve, severity: severity, due_at: cast(due as timestamptz), "
        "fixed_at: cast(fixed as timestamptz), exception_until: cast(until as timestamptz)}",
    )
    shown = company.shown("patched", "all")
    assert {part: shown[part] for part in ("good", "total", "excluded")} == {
        "good": good,
        "total": total,
        "excluded": excluded,
    }
    assert total > 500


def test_cost_and_its_tags_as_promised(shared_data: Path, tmp_path: Path) -> None:
    """Total cost and tag coverage equal a plain sum, and no credit lifts coverage above 1."""
    path = shared_data / "focus_cost_sample.csv"
    (tmp_path / "costs.csv").write_bytes(path.read_bytes())
    company = Company(
        tmp_path,
        datetime(2024, 10, 1, tzinfo=UTC),
        "{name: tags, use: tag-coverage, objective: {at_least: 0.9}, window: all}",
        costs="use: focus-costs, read: {csv: costs.csv, zone: UTC}, service: shop, "
        "columns: {line_id: Id}",
    )
    tagged = whole = Decimal(0)
    for row in read_csv(path):
        tags = json.loads(row["Tags"]) if row["Tags"] not in {"NULL", ""} else {}
        if row["ChargeCategory"] == "Usage":
            whole += abs(Decimal(row["EffectiveCost"]))
            tagged += abs(Decimal(row["EffectiveCost"])) if "business_unit" in tags else 0
    shown = company.shown("tags", "all")["xla_window_value"]
    assert shown == pytest.approx(float(tagged / whole), rel=1e-12)
    assert 0 < shown <= 1


HELP_DESK = """use: servicenow-incidents, read: {csv: log.csv, zone: UTC}, service: shop,
  revision: ["strptime(sys_updated_at, '%d/%m/%Y %H:%M')", "cast(sys_mod_count as integer)"],
  columns: {requester: "nullif(caller_id, '?')", category: "nullif(category, '?')",
  subcategory: "nullif(subcategory, '?')", component: "nullif(cmdb_ci, '?')",
  problem_id: "nullif(problem_id, '?')", change_id: "nullif(caused_by, '?')", parent_id: 'null',
  state: "case incident_state when 'Closed' then 'closed' else 'open' end",
  team: "nullif(assignment_group, '?')", business_seconds: 'null',
  opened_at: "strptime(opened_at, '%d/%m/%Y %H:%M')",
  resolved_at: "strptime(nullif(resolved_at, '?'), '%d/%m/%Y %H:%M')",
  closed_at: "strptime(nullif(closed_at, '?'), '%d/%m/%Y %H:%M')"}"""
PRIORITIES = ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")


def present_state(path: Path) -> list[dict[str, str]]:
    """Return the last update of every incident of the log, by plain reading."""
    last: dict[str, tuple[tuple[datetime, int], dict[str, str]]] = {}
    for row in read_csv(path):
        revision = (when(row["sys_updated_at"]), int(row["sys_mod_count"]))
        if row["number"] not in last or revision >= last[row["number"]][0]:
            last[row["number"]] = revision, row
    return [row for _, row in last.values()]


def when(text: str) -> datetime:
    """Return a time of the log."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


def test_repeats_and_resolution_times_of_real_incidents(shared_data: Path, tmp_path: Path) -> None:
    """Repeats within 30 days and times to resolve by priority equal a plain count of the log."""
    path = shared_data / "servicenow_incident_log.csv"
    (tmp_path / "log.csv").write_bytes(path.read_bytes())
    slas = ["{name: repeats, use: tickets-not-repeated, objective: 90%, window: all}"]
    slas += [
        f"{{name: p{index}-{name}, use: time-to-resolve-{name}, objective: {{at_most: 30d}}, "
        f"window: all, scope: {{where: \"priority = '{priority}'\"}}}}"
        for index, priority in enumerate(PRIORITIES)
        for name in ("p50", "p90")
    ]
    at = datetime(2017, 3, 1, tzinfo=UTC)
    company = Company(tmp_path, at, ", ".join(slas), log=HELP_DESK)

    present = present_state(path)
    resolved = [row for row in present if row["resolved_at"] != "?"]
    for index, priority in enumerate(PRIORITIES):
        seconds = sorted(
            max((when(row["resolved_at"]) - when(row["opened_at"])).total_seconds(), 0)
            for row in resolved
            if row["priority"] == priority
        )
        for name, share in (("p50", 0.5), ("p90", 0.9)):
            shown = company.shown(f"p{index}-{name}", "all")["xla_window_value"]
            assert shown == pytest.approx(quantile(seconds, share), rel=1e-12)

    shown = company.shown("repeats", "all")
    assert (shown["good"], shown["total"]) == not_repeated(present, at)


def quantile(ordered: list[float], share: float) -> float:
    """Return a quantile, interpolated between the two nearest."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def not_repeated(present: list[dict[str, str]], at: datetime) -> tuple[int, int]:
    """Return how many mature incidents were not followed by one of the same matter, of how many.

    One of the same matter is of the same requester and category, and was opened after the end of
    the other, within 30 days, whether it has ended or not.
    """
    openings: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in present:
        openings[row["caller_id"], row["category"]].append(when(row["opened_at"]))
    good = total = 0
    for row in present:
        if row["resolved_at"] == "?" or when(row["resolved_at"]) > at - timedelta(days=30):
            continue
        begun, ended = when(row["opened_at"]), when(row["resolved_at"])
        others = openings[row["caller_id"], row["category"]]
        total += 1
        good += not any(max(ended, begun) < other <= ended + timedelta(days=30) for other in others)
    return good, total
