"""Every mapping of the library reads rows as its tool writes them, through the real store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_definitions.planner.sources import mapping_problems
from truegreen_definitions.problems import render
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

CASES = Path(__file__).parents[1] / "golden" / "library" / "mappings"
LIBRARY = read_library()
CATALOG, _ = build_catalog((), LIBRARY)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMPANY = """\
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec: {prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: desk}
spec: {contact: desk@example.org}
---
apiVersion: truegreen/v1
kind: Service
metadata: {name: shop}
spec: {owner: desk, steps: [{name: work}]}
---
apiVersion: truegreen/v1
kind: Source
metadata: {name: rows}
spec: {use: MAPPING, read: {jsonl: rows.jsonl, zone: UTC}, service: shop}
"""


def plan_of(mapping: str) -> Plan:
    """Return the plan of a company that does nothing but use a mapping."""
    file = SourceFile(
        path="c.yaml", shown="c.yaml", data=COMPANY.replace("MAPPING", mapping).encode()
    )
    found = compile_files([file], LIBRARY)
    assert found.plan is not None, render(found.problems, found.texts)
    return found.plan


@pytest.mark.parametrize("name", sorted(CATALOG.mappings))
def test_rows_become_rows_of_the_table(name: str, tmp_path: Path) -> None:
    """Rows in the shape of the tool's documentation give the columns worked out by hand."""
    case = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    lines = (json.dumps(_row(row)) for row in case["rows"])
    (tmp_path / "rows.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    plan = plan_of(name)
    with Store(None, plan) as store:
        loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
        exporter = Exporter(loaded, store, Surroundings(folder=tmp_path, clock=lambda: AT))
        exporter.cycle(AT)
        assert not exporter.failed
        table, key = plan.tables[0].name, plan.tables[0].key[0]
        store.connection.execute("SET TimeZone = 'UTC'")
        found = store.connection.execute(f'SELECT CAST(COLUMNS(*) AS VARCHAR) FROM "{table}"')
        columns = [column[0] for column in found.description or ()]
        rows = [dict(zip(columns, map(_shown, row), strict=True)) for row in found.fetchall()]
        rows.sort(key=lambda row: str(row[key]))
        refused = sum(n for (_, kind, _), n in store.counters().items() if kind == "rejected")
    expected = [_row(row) for row in case["expected"]]
    ordered = sorted(expected, key=lambda row: str(row.get(key, "")))
    assert len(rows) == len(ordered)
    for row, wanted in zip(rows, ordered, strict=True):
        assert {column: row[column] for column in wanted} == wanted
        assert row["service"] == "shop"
    assert refused == int(case.get("refused", 0))


def test_every_mapping_has_a_case() -> None:
    """No mapping is without rows of its tool, and no case without its mapping."""
    assert {path.stem for path in CASES.iterdir()} == set(CATALOG.mappings)


def test_every_mapping_fits_its_table() -> None:
    """Expressions are sound, columns are the table's, the key is filled, and there is a manual."""
    for mapping in CATALOG.mappings.values():
        spec = mapping.model.spec
        table = CATALOG.tables[spec.table].model.spec
        assert mapping_problems(mapping) == ()
        assert set(spec.columns) <= set(table.columns)
        assert set(table.key) - {"service"} <= set(spec.columns)
        assert "Source of the " in spec.manual


def _row(value: Any) -> Any:
    """Return what was written, where `null`, `true`, `false` and bare numbers mean themselves."""
    if isinstance(value, dict):
        return {key: _row(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_row(one) for one in value]
    return {"null": None}.get(value, value)


def _shown(value: str | None) -> str | None:
    return value if value is None else value.removesuffix("+00")
