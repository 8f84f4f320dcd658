"""The library's indicators as a company uses them: golden cases, counted by the real exporter.

A case is a YAML file named after its indicator, with rows by table and the answer that a person
has worked out. All cases are services of one company, so everything is compiled and counted once.
Each case is told in four ways:

- `counted`: the rows as they are;
- `one`: one row, which the case gives with its own answer;
- `empty`: no row at all;
- `corrected`: every row comes first without its values, then as it is, then once more as it was
  at first, late and out of order. The answer is that of `counted`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.models.indicator import RecordsIndicator
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_definitions.problems import render
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.plan import Plan

__all__ = ["AT", "CASES", "WAYS", "Answer", "Case", "answers", "cases", "compiled"]

CASES = Path(__file__).parents[1] / "golden" / "library" / "indicators"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""The instant every case is seen from: a Sunday at noon."""

Way = Literal["counted", "one", "empty", "corrected"]
WAYS: tuple[Way, ...] = ("counted", "one", "empty", "corrected")
Rows = dict[str, list[dict[str, Any]]]
Answer = dict[str, float]
"""`good`, `total`, `pending`, `excluded`, `value` and `rows`, as far as they are shown."""

_HEAD = "apiVersion: truegreen/v1\n"
_COMPANY = f"""{_HEAD}kind: Policy
metadata: {{name: default}}
spec:
  prometheus: {{version: '2.42', retention: 90d, scrape_interval: 15s}}
  burn: {{use: sre-workbook}}
---
{_HEAD}kind: Team
metadata: {{name: desk}}
spec: {{contact: desk@example.org, page: {{webhook: 'http://127.0.0.1:9099/page'}}}}
"""
_CASTS = {
    "text": "{}",
    "integer": "cast({} as bigint)",
    "decimal": "cast({} as decimal(38, 12))",
    "boolean": "cast({} as boolean)",
    "date": "cast({} as date)",
    "timestamp": "cast({} as timestamptz)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A golden case of an indicator.

    Attributes:
        name: The indicator, and the variant after a dot where it has several cases.
        given: The agreement's `with:`.
        rows: Rows by table, without `service`.
        one: The single row, by table.
        expected: The answer of `rows`, and of `one`.
    """

    name: str
    use: str
    window: str
    given: Mapping[str, str] = field(default_factory=dict)
    rows: Rows
    one: Rows
    expected: Mapping[Way, Answer]

    def service(self, way: Way) -> str:
        """Return the service that holds the case told in a way."""
        return f"{self.name.replace('.', '-')}-{way}"[:63]


def cases() -> list[Case]:
    """Return every golden case, by name."""
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        counted = {key: float(value) for key, value in data["expected"].items()}
        one = {key: float(value) for key, value in data["one"]["expected"].items()}
        found.append(
            Case(
                name=path.stem,
                use=path.stem.partition(".")[0],
                window=data.get("window", "30d"),
                given=data.get("with", {}),
                rows=data["rows"],
                one=data["one"]["rows"],
                expected={"counted": counted, "corrected": counted, "one": one},
            )
        )
    return found


def compiled(some: Iterable[Case]) -> Plan:
    """Return the plan of a company whose services are cases, each told in every way.

    Raises:
        AssertionError: A case cannot be compiled; the problems are the message.
    """
    some = list(some)
    catalog, _ = build_catalog((), read_library())
    documents = [_COMPANY, *_sources({table for case in some for table in case.rows}, catalog)]
    documents += [
        _service(case, way, catalog.indicators[case.use].model.spec)
        for case in some
        for way in WAYS
    ]
    file = SourceFile(path="c.yaml", shown="c.yaml", data="---\n".join(documents).encode())
    found = compile_files([file], read_library())
    # A column that no case fills is no mistake here.
    assert found.plan is not None, render(found.problems, found.texts)
    return found.plan


def answers(plan: Plan, some: Iterable[Case], folder: Path) -> dict[str, Answer]:
    """Return what the exporter shows for each service of the company, in its case's window."""
    some = list(some)
    for name, text in _files(plan, some).items():
        (folder / name).write_text(text, encoding="utf-8")
    with Store(None, plan) as store:
        loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
        exporter = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT))
        shown = Renderer().render(exporter.cycle(AT), Format.TEXT).decode()
        assert not exporter.failed, exporter.failed
    windows = {case.service(way): case.window for case in some for way in WAYS}
    found: dict[str, Answer] = {service: {} for service in windows}
    for family in plain_text(shown):
        for sample in family.samples:
            labels = sample.labels
            if labels.get("window") != windows.get(labels.get("service", "")):
                continue
            if sample.name == "xla_window_events":
                found[labels["service"]][labels["part"]] = sample.value
            elif sample.name == "xla_window_value":
                found[labels["service"]]["value"] = sample.value
    return found


def _sources(tables: Iterable[str], catalog: Any) -> Iterator[str]:
    for table in sorted(tables):
        columns = {
            column: _CASTS[kind].format(column)
            for column, kind in catalog.tables[table].model.spec.columns.items()
        }
        spec = {
            "table": table,
            "read": {"jsonl": f"{table}.*.jsonl", "zone": "UTC"},
            "revision": ["cast(_version as bigint)"],
            "columns": columns,
        }
        yield _document("Source", f"{table}-rows", spec)


def _service(case: Case, way: Way, spec: object) -> str:
    ratio = isinstance(spec, RecordsIndicator)
    timed = getattr(spec, "duration", None) is not None and getattr(spec, "unit", "") != "percent"
    agreement: dict[str, Any] = {
        "name": "promise",
        "use": case.use,
        "objective": "50%" if ratio else {"at_most": "1d" if timed else 1000},
        "window": case.window,
    }
    if case.given:
        agreement["with"] = case.given
    steps = [{"name": "work"}]
    return _document(
        "Service", case.service(way), {"owner": "desk", "steps": steps, "xlas": [agreement]}
    )


def _document(kind: str, name: str, spec: Mapping[str, Any]) -> str:
    # JSON is YAML, and quotes what YAML would read as something else.
    body = {"apiVersion": "truegreen/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return f"{json.dumps(body)}\n"


def _files(plan: Plan, some: Iterable[Case]) -> dict[str, str]:
    """Return three files a table: rows without values, the rows, the first once more."""
    keys = {table.name: table.key for table in plan.tables}
    out: dict[str, list[str]] = {}
    for case in some:
        for way in WAYS:
            told = {"one": case.one, "empty": {}}.get(way, case.rows)
            for table, rows in told.items():
                for row in rows:
                    whole = _named(row, keys[table], case.service(way))
                    bare = {key: whole[key] for key in (*keys[table], "service")} | {"_version": 1}
                    if way == "corrected":
                        out.setdefault(f"{table}.1.jsonl", []).append(json.dumps(bare))
                        out.setdefault(f"{table}.3.jsonl", []).append(json.dumps(bare))
                    out.setdefault(f"{table}.2.jsonl", []).append(json.dumps(whole))
    return {name: "".join(f"{line}\n" for line in lines) for name, lines in out.items()}


def _named(row: Mapping[str, Any], key: tuple[str, ...], service: str) -> dict[str, Any]:
    """Return a row of a service, with a key that no other case has."""
    values = {name: _text(value) for name, value in row.items()}
    first = next((name for name in key if name != "service"), None)
    if first is not None and first != "as_of" and "service" not in key:
        values[first] = f"{service}:{values[first]}"
    return {**values, "service": service, "_version": 2}


def _text(value: object) -> object:
    return value if isinstance(value, bool | int | None) else str(value)
