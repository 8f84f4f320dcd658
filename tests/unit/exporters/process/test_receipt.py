"""The receipt of a step says what the exporter shows, names cases, and can be checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import process_cases as told

from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.digests import digest as digest_of
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.receipt import give
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    told.Row(1, "take", 1, 1, (0, 0, 0, 2)),
    told.Row(1, "pack", 1, 1, (2, 2, 4, 18)),
    told.Row(2, "pack", 1, 1, (90, 90, 90, None)),
    told.Row(3, "pack", 1, 1, (60, 60, 60, 62)),
)
AT = told.BEGIN + 95 * told.SLOT


def test_a_step_is_shown_with_its_slowest_cases(tmp_path: Path) -> None:
    """Two cases of three are judged, one goes on; the digest and the query are those of it."""
    plan, state = told.company(), tmp_path / "state.duckdb"
    (tmp_path / "visits.jsonl").write_text("".join(row.written() for row in ROWS))
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    with Store(state, plan) as store:
        Exporter(loaded, store, Surroundings(folder=tmp_path, clock=lambda: AT)).cycle(AT)
    told_json = give(loaded, "order-to-cash/pack", state, at=AT, window="7d", form="json")
    found = json.loads(told_json)
    counts = {outcome: count for outcome, count in found["outcomes"].items() if count}
    assert counts == {"satisfied": 1, "frustrated": 1, "pending": 1}
    slot = told.SLOT_SECONDS * 1_000_000
    assert found["microseconds"] == {"overrun": 6 * slot, "worked": 21 * slot, "waited": 2 * slot}
    assert [case["case"] for case in found["slowest"]] == ["C1", "C2", "C3"]
    assert [one["by_step"]["pack"] for one in found["shares"]] == [4 * slot, 5 * slot]
    assert found.pop("digest") == digest_of(found)
    with duckdb.connect(str(state)) as connection:
        setting, query = found["sql"].split(";\n", 1)
        connection.execute(setting)
        rows = connection.execute(query).fetchall()
    assert {row[0] for row in rows} == {"C1", "C2", "C3"}
    text = give(loaded, "order-to-cash/pack", state, at=AT, window="7d", form="text")
    assert "C2: pending, 9000 s since 2026-03-27T21:00:00Z, open" in text
    assert "    unattributed: 0 s" in text
