"""What made_sla of real incidents tells of those reopened or repeated, against a plain count."""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.names import InformationValue
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.accountability.watermelon.followed import Followed
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import BEGIN, microseconds
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from truegreen_exporters.accountability.watermelon.worth import Worth

pytestmark = pytest.mark.data

AT = datetime(2017, 6, 1, tzinfo=UTC)  # every incident has had its thirty days
MONTH = timedelta(days=30)
WRITTEN = "%d/%m/%Y %H:%M"


@pytest.fixture(scope="module")
def log(shared_data: Path) -> bytes:
    """The incident log."""
    return (shared_data / "servicenow_incident_log.csv").read_bytes()


@pytest.fixture(scope="module")
def worth(log: bytes, tmp_path_factory: pytest.TempPathFactory) -> Worth:
    """What the SLA is worth by the product: files read, cases followed in the store."""
    folder = tmp_path_factory.mktemp("worth")
    (folder / "incidents.csv").write_bytes(log)
    plan = compile_folder(Path(__file__).parent / "worth").plan
    assert plan is not None
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    with Store(None, plan) as store:
        exporter = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT))
        exporter.cycle(AT, wait=True)
        assert exporter.failed == {}
        followed = Followed(plan, DuckDbEngine(store.connection))
        (found,) = followed.of("help-desk", (BEGIN, microseconds(AT)), AT)
    return found


@pytest.fixture(scope="module")
def cases(log: bytes) -> list[tuple[str, bool, bool, bool]]:
    """(priority, made_sla, reopened, repeated) of every resolved incident, by plain reading."""
    last: dict[str, tuple[tuple[datetime, int], dict[str, str]]] = {}
    for row in csv.DictReader(log.decode().splitlines()):
        when = datetime.strptime(row["sys_updated_at"], WRITTEN)  # noqa: DTZ007  only compared
        revision = (when, int(row["sys_mod_count"]))
        if row["number"] not in last or revision >= last[row["number"]][0]:
            last[row["number"]] = revision, row
    openings: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for _, row in last.values():
        openings[row["caller_id"], row["category"]].append(
            datetime.strptime(row["opened_at"], WRITTEN)  # noqa: DTZ007  as above
        )
    found = []
    for _, row in last.values():
        if row["resolved_at"] != "?":
            opened, resolved = (
                datetime.strptime(row[name], WRITTEN)  # noqa: DTZ007  as above
                for name in ("opened_at", "resolved_at")
            )
            others = openings[row["caller_id"], row["category"]]
            ends = max(opened, resolved)
            repeated = any(ends < other <= resolved + MONTH for other in others)
            reopened = int(row["reopen_count"]) > 0
            found.append((row["priority"], row["made_sla"] == "true", reopened, repeated))
    return found


def test_the_table_of_cases_is_a_plain_count(
    worth: Worth, cases: list[tuple[str, bool, bool, bool]]
) -> None:
    """All four cells, and those of each XLA alone, equal a count in plain Python."""
    counts = Counter((met, reopened or repeated) for _, met, reopened, repeated in cases)
    table = worth.table
    assert (table.met_good, table.met_bad) == (counts[True, False], counts[True, True])
    assert (table.missed_good, table.missed_bad) == (counts[False, False], counts[False, True])
    assert min(counts.values()) > 20
    assert (worth.unknown_met, worth.unknown_missed) == (0, 0)
    alone = dict(worth.by_xla)
    for name, place in (("help-desk/stays-closed", 2), ("help-desk/not-repeated", 3)):
        bad = Counter(case[1] for case in cases if case[place])
        assert (alone[name].met_bad, alone[name].missed_bad) == (bad[True], bad[False])
        assert alone[name].total == len(cases)


def test_the_lift_and_its_interval(worth: Worth, cases: list[tuple[str, bool, bool, bool]]) -> None:
    """The lift is the ratio of both shares, its interval Katz's; so the SLA is judged by it."""
    counts = Counter((met, reopened or repeated) for _, met, reopened, repeated in cases)
    met, missed = (counts[side, True] + counts[side, False] for side in (True, False))
    risks = counts[False, True] / missed, counts[True, True] / met
    spread = 1.96 * math.sqrt(
        1 / counts[False, True] - 1 / missed + 1 / counts[True, True] - 1 / met
    )
    found = worth.lift
    assert found is not None
    assert found.point == pytest.approx(risks[0] / risks[1])
    assert found.lower == pytest.approx(risks[0] / risks[1] * math.exp(-spread))
    assert found.upper == pytest.approx(risks[0] / risks[1] * math.exp(spread))
    assert worth.area is not None
    assert worth.area.lower < worth.area.point < worth.area.upper
    assert worth.verdict in InformationValue
    assert (found.lower > 1) == (worth.verdict is InformationValue.INFORMATIVE)


def test_priorities_are_held_apart(worth: Worth, cases: list[tuple[str, bool, bool, bool]]) -> None:
    """The pooled lift is Mantel and Haenszel's over priorities, by plain arithmetic."""
    above = below = 0.0
    for priority in {case[0] for case in cases}:
        counts = Counter((c[1], c[2] or c[3]) for c in cases if c[0] == priority)
        met, missed = (counts[side, True] + counts[side, False] for side in (True, False))
        above += counts[False, True] * met / (met + missed)
        below += counts[True, True] * missed / (met + missed)
    assert worth.pooled is not None
    assert worth.pooled.point == pytest.approx(above / below)
