"""Contracts worked by hand from rows to the receipt: every case is a folder with its arithmetic.

`contracts.yaml` has the terms, `case.yaml` batches of rows with the time they came, and what is
asked. The amounts in it were computed by hand (README.md); `expected.txt` is what a person reads.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.accountability.contracts.facts import Books, facts_of
from truegreen_exporters.accountability.contracts.render import receipt
from truegreen_exporters.accountability.contracts.settlement import look_back, settle
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.ledger import Ledger
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import SignalHours
from truegreen_exporters.windows.periods import before, period_of, periods_between

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.contracts.statement import Statement

FOLDER = Path(__file__).parents[4] / "golden" / "contracts"
CASES = sorted(path.parent.name for path in FOLDER.glob("*/case.yaml"))


def _plan(folder: Path) -> Plan:
    paths = (FOLDER / "company.yaml", folder / "contracts.yaml")
    files = [SourceFile(path=one.name, shown=one.name, data=one.read_bytes()) for one in paths]
    compiled = compile_files(files, ())
    assert compiled.plan is not None, [str(problem) for problem in compiled.problems]
    return compiled.plan


def _write(folder: Path, number: int, rows: list[dict[str, str]]) -> None:
    """Write a batch: rows of the same moment keep their ids, so a later batch corrects them."""
    events, charges = ["id,at,what,good,test,version"], ["id,day,cost,money,vendor"]
    cases = ["id,ordered,shipped,billed"]
    for row in rows:
        if "case" in row:
            cases.append(f"{row['case']},{row['ordered']},{row['shipped']},{row['billed']}")
            continue
        on = row["on"].removesuffix("Z").replace("T", " ")
        if "charge" in row:
            charges.append(f"{len(charges)},{on},{row['charge']},{row['money']},{row['vendor']}")
            continue
        good, bad = int(row["good"]), int(row["bad"])
        tested = str("test" in row).lower()
        events += [
            f"{row['what']} {on} {n},{on},{row['what']},{str(n < good).lower()},{tested},{number}"
            for n in range(good + bad)
        ]
    (folder / f"events-{number}.csv").write_text("\n".join([*events, ""]))
    (folder / f"cases-{number}.csv").write_text("\n".join([*cases, ""]))
    (folder / f"charges-{number}.csv").write_text("\n".join([*charges, ""]))


def _statement(store: Store, plan: Plan, asked: dict[str, str], at: datetime) -> Statement:
    contract = next(one for one in plan.contracts if one.name == asked["contract"])
    period = period_of(asked["period"], contract.period, contract.zone)
    start = before(period, look_back(contract), contract.zone)
    ledger, restated = Ledger(store.connection), "restated" in asked
    books = Books(
        plan=plan,
        engine=DuckDbEngine(store.connection),
        closed=ledger.latest() if restated else ledger.frozen(),
        hours=SignalHours(store.connection, plan),
        overruns=OverrunHours(store.connection, plan),
        charges=Charges(store.connection, plan),
        at=at,
        restated=restated,
    )
    periods = tuple(periods_between(start, period, contract.zone))
    return settle(contract, facts_of(books, contract, periods))[-1]


@pytest.mark.parametrize("name", CASES)
def test_settled_from_rows_as_by_hand(name: str, tmp_path: Path) -> None:
    """Each statement comes to the amount computed by hand, and reads as it was written down."""
    folder = FOLDER / name
    case: dict[str, Any] = yaml.load(
        (folder / "case.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
    )
    plan = _plan(folder)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    shown: dict[int, str] = {}
    clock = {"now": datetime.min.replace(tzinfo=UTC)}
    with Store(None, plan) as store:
        around = Surroundings(folder=tmp_path, clock=lambda: clock["now"])
        exporter = Exporter(loaded, store, around)
        for number, batch in enumerate(case["batches"], start=1):
            clock["now"] = at = datetime.fromisoformat(batch["at"])
            _write(tmp_path, number, batch["rows"] or [])
            exporter.cycle(at - timedelta(seconds=1), wait=True)
            exporter.cycle(at, wait=True)
            for place, asked in enumerate(case["ask"]):
                if int(asked.get("after", len(case["batches"]))) != number:
                    continue
                statement = _statement(store, plan, asked, at)
                assert statement.sum_of() == Decimal(asked["owed"]), asked
                contract = next(one for one in plan.contracts if one.name == asked["contract"])
                shown[place] = receipt(contract, statement)
    text = "\n".join(shown[place] for place in sorted(shown))
    expected = folder / "expected.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(text, encoding="utf-8")
    assert len(shown) == len(case["ask"])
    assert text == expected.read_text(encoding="utf-8")
    assert (folder / "README.md").read_text(encoding="utf-8").strip()
