"""`truegreen watermelon` as a person runs it: states, what SLAs tell, receipts, and refusals."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from desk_worth import worth
from desks import Desks

from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan import Outcome
from truegreen_definitions.plan.codec import dumps

DEFINITIONS = Path(__file__).parent / "definitions"
TRUEGREEN = (sys.executable, "-m", "truegreen_definitions.cli.app")
OCTOBER, NOVEMBER = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
AT = ("--at", "2026-11-08T00:00:00Z")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file of one October of the north desk.

    400 tickets: 384 in time, of which 96 came back, and 16 late, of which 4 did: a lift of 1.
    300 of the customers answered, 6 of 10 are content.
    """
    folder = tmp_path_factory.mktemp("desk")
    plan = compile_folder(DEFINITIONS).plan
    assert plan is not None
    plan = worth(plan)
    desks = Desks(plan=plan, folder=folder)
    for place in range(400):
        desks.ticket(
            "north",
            OCTOBER + timedelta(hours=place + 1),
            in_time=place % 25 != 0,
            reopened=int(place % 4 == 0),
            score=(5 if place % 10 < 6 else 1) if place < 300 else None,
        )
    desks.answer("north", OCTOBER + timedelta(days=3), 5)
    desks.export(NOVEMBER)
    (folder / "plan.json").write_text(dumps(plan))
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command there."""
    return subprocess.run(
        [*TRUEGREEN, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def asked(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the verb on the state file."""
    return run(folder, "watermelon", "--plan", "plan.json", "--state", "state.duckdb", *AT, *more)


def test_it_says_which_and_why(folder: Path) -> None:
    """State, counts, depth, the score's arithmetic and the table of cases stand in the text."""
    done = asked(folder)
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        "North desk (north), closed months in UTC",
        "2026-10  WATERMELON",
        "sla north/in-time       met           384 of 400 = 96%, promised 95%",
        "xla north/csat          missed        181 of 301 = 60.1329%, promised 85%",
        "watermelon for 1 month in a row; first in 2026-10",
        "no detectable information",
        "95 %:",
        "no month is closed that anything is known of",
        "portfolio: 1 of 2 services watermelon in the last closed period, 0 suspected, 1 unknown",
        "revenue of low in 2026-10: 1,020.00 EUR, 400 transactions at 2.55 each, as declared",
        "revenue of again in 2026-10: 0.00 EUR, 0 transactions by their amounts",
        "portfolio by revenue: 1,020.00 of 1,020.00 EUR = 100.0 % of that period's revenue",
        "portfolio by revenue: 440.00 of 440.00 USD = 100.0 %",
    ):
        assert said in done.stdout, done.stdout


def test_the_document_can_be_recomputed(folder: Path) -> None:
    """The cases' SQL gives the table on the rows as they are, and every entry has its digest."""
    done = asked(folder, "north", "--format", "json")
    (found,) = json.loads(done.stdout)["services"]
    (sla,) = found["slas"]
    assert _cells(sla) == {"met": (288, 96), "missed": (12, 4)}
    assert sla["lift"]["point"] == pytest.approx(1)
    with duckdb.connect(str(folder / "state.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(sla["sql"]).fetchall()
        for one in found["revenue"]["channels"]:
            number = sum(row[1] for row in connection.execute(one["sql"]).fetchall())
            assert (number, str(number * Decimal(one["each"]))) == (400, one["amount"])
    assert {bool(row[1]): (row[2], row[3]) for row in rows} == {
        met: _cells(sla)["met" if met else "missed"] for met in (True, False)
    }
    ((period),) = found["periods"]
    assert all(len(one["entry"]["digest"]) == 64 for one in period["agreements"])


def test_explain_gives_it_as_a_receipt(folder: Path) -> None:
    """`explain SERVICE --state` ends with the digest of the document, which anybody can compute."""
    state = ("--state", "state.duckdb", *AT)
    done = run(folder, "explain", "north", str(DEFINITIONS), *state, "--format", "json")
    document = json.loads(done.stdout)
    said = document.pop("digest")
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert said == hashlib.sha256(plain.encode()).hexdigest()
    shown = run(folder, "explain", "north", str(DEFINITIONS), *state)
    assert f"digest: {said}" in shown.stdout
    assert "Receipt of North desk" in shown.stdout


def test_an_sla_that_says_nothing_can_be_refused(tmp_path: Path) -> None:
    """Where the lift is 1 for sure, `--refuse-empty` ends with 1 and the text says why."""
    plan = compile_folder(DEFINITIONS).plan
    assert plan is not None
    desks = Desks(plan=plan, folder=tmp_path)
    for place in range(1_500):
        late, back = place % 2 == 0, place // 2 % 3 == 0
        when = OCTOBER + timedelta(minutes=28 * place)
        desks.ticket("north", when, in_time=not late, reopened=int(back))
    desks.export(NOVEMBER)
    (tmp_path / "plan.json").write_text(dumps(plan))
    done = asked(tmp_path, "north", "--refuse-empty")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "it says nothing about experience: met or missed, it is the same" in done.stdout
    assert asked(tmp_path, "north").returncode == 0


def test_outcomes_are_told_where_one_is_measured(folder: Path, tmp_path: Path) -> None:
    """`truegreen outcomes` says what it looked at; without an outcome it says what to add."""
    state = ("--state", str(folder / "state.duckdb"), *AT)
    none = run(folder, "outcomes", "--plan", "plan.json", *state)
    assert none.stdout == "no service measures an outcome: add `outcome: {measure: …}` to one\n"
    plan = compile_folder(DEFINITIONS).plan
    assert plan is not None
    outcome = Outcome(kind="experience", goal="content people", measure="csat", lags=2)
    services = tuple(replace(one, outcome=outcome) for one in plan.services[:1])
    measured = replace(plan, services=(*services, *plan.services[1:]))
    (tmp_path / "plan.json").write_text(dumps(measured))
    done = run(folder, "outcomes", "--plan", str(tmp_path / "plan.json"), *state)
    assert done.returncode == 0, done.stderr
    assert "North desk (north): what moves `csat`" in done.stdout
    assert "published" in done.stdout
    shown = run(
        folder, "outcomes", "--plan", str(tmp_path / "plan.json"), *state, "--format", "json"
    )
    (found,) = json.loads(shown.stdout)["services"]
    assert (found["outcome"], found["season"], found["published"]) == ("csat", 7, [])


def test_what_is_wrong_is_said(folder: Path) -> None:
    """A service that is not there is a question back, with the nearest name."""
    done = asked(folder, "nort")
    assert done.returncode == 2
    assert "there is no service 'nort': did you mean `north`?" in done.stderr


def _cells(sla: dict[str, Any]) -> dict[str, tuple[int, int]]:
    table = sla["table"]
    return {
        "met": (table["met_good"], table["met_bad"]),
        "missed": (table["missed_good"], table["missed_bad"]),
    }
