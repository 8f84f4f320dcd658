"""Contracts settled by hand, to the smallest unit of their currency."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.names import LineValue, OriginValue, WatermelonValue
from truegreen_definitions.planner.contracts import contract_of
from truegreen_exporters.accountability.contracts.render import receipt, table, table_document
from truegreen_exporters.accountability.contracts.settlement import Facts, settle
from truegreen_exporters.accountability.contracts.statement import Counted, State, Statement
from truegreen_exporters.accountability.overruns import HOUR, Overruns, Share
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract

CASES = Path(__file__).parents[4] / "golden" / "contracts" / "cases.yaml"
ZONE = "Europe/Berlin"
SHARED: dict[str, Any] = {
    "vendor": "v",
    "period": "month",
    "zone": ZONE,
    "currency": "EUR",
    "at_risk": {"amount": "1000.00"},
}

CLIENT = {name: value for name, value in SHARED.items() if name != "vendor"}


@cache
def _cases() -> tuple[dict[str, Any], ...]:
    # Amounts and percentages stay the texts they are.
    return tuple(yaml.load(CASES.read_text(encoding="utf-8"), yaml.BaseLoader))


@cache
def _named(name: str) -> Contract:
    (case,) = (case for case in _cases() if case["name"] == name)
    return _contract(case["terms"])


def _contract(terms: dict[str, Any]) -> Contract:
    document = {
        "apiVersion": "truegreen/v1",
        "kind": "Contract",
        "metadata": {"name": "c"},
        "spec": {**SHARED, **terms} if "client" not in terms else {**CLIENT, **terms},
    }
    text = yaml.dump(document).replace("'", "")
    file = SourceFile(path="c.yaml", shown="c.yaml", data=text.encode())
    catalog, problems = build_catalog([file])
    assert problems == (), text
    return contract_of(catalog.contracts["c"], {}, [])


def _counted(agreement: str, good: int, total: int, pending: int = 0) -> Counted:
    kind = "sla" if agreement == "s/c" else "xla"
    return Counted(good=good, total=total, pending=pending, promised=Decimal("0.99"), kind=kind)


def _facts(case: dict[str, Any]) -> list[Facts]:
    overruns, verdicts = case.get("overruns", {}), case.get("watermelons", {})
    return [
        Facts(
            period=period_of(label, "month", ZONE),
            state=State.CLOSED,
            counted={name: _counted(name, *map(int, counts)) for name, counts in by_name.items()},
            invoice=Decimal(case["invoice"]) if "invoice" in case else None,
            overruns=(_overruns(overruns[label]),) if label in overruns else (),
            watermelons=(("s", WatermelonValue(verdicts[label])),) if label in verdicts else (),
        )
        for label, by_name in case["periods"].items()
    ]


def _overruns(hours: dict[str, str]) -> Overruns:
    spent = {who: round(Decimal(text) * HOUR) for who, text in hours.items()}
    rest = spent.pop("rest", 0)
    return Overruns(
        service="s",
        method="proportional",
        origin=OriginValue.RECORDS,
        overrun=sum(spent.values()) + rest,
        shares=tuple(Share(step=who, vendor=who, microseconds=us) for who, us in spent.items()),
        unattributed=rest,
        cases=10,
        over=4,
        open=0,
    )


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["name"])
def test_settled_as_by_hand(case: dict[str, Any]) -> None:
    """Every period of every case comes to the amount that was computed by hand."""
    statements = settle(_contract(case["terms"]), _facts(case))
    owed = {one.period.label: str(one.sum_of()) for one in statements}
    expected = {label: Decimal(text) for label, text in case["owed"].items()}
    assert {label: Decimal(text) for label, text in owed.items()} == expected, case["why"]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["name"])
def test_no_float_on_the_way(case: dict[str, Any]) -> None:
    """From the terms to the statement, every number with a fraction is a Decimal."""

    def floats(value: object) -> list[object]:
        if isinstance(value, float):
            return [value]
        if is_dataclass(value):
            return [one for f in fields(value) for one in floats(getattr(value, f.name))]
        return [one for item in value for one in floats(item)] if isinstance(value, tuple) else []

    contract = _contract(case["terms"])
    assert floats(contract) == []
    assert floats(settle(contract, _facts(case))) == []


COUNTS = st.integers(0, 60).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(st.lists(st.dictionaries(st.sampled_from(["s/a", "s/b", "s/c"]), COUNTS), max_size=6))
def test_laws_of_every_settlement(months: list[dict[str, tuple[int, int]]]) -> None:
    """Credits never exceed the cap, never come back twice, and lines add up to the total."""
    contract = _named("what a minimum has cost stays")
    facts = [
        Facts(
            period=period_of(f"2026-{number:02}", "month", ZONE),
            state=State.CLOSED,
            counted={name: _counted(name, *counts) for name, counts in by_name.items()},
        )
        for number, by_name in enumerate(months, start=1)
    ]
    statements = settle(contract, facts)
    charged = [one.sum_of(LineValue.CREDIT, LineValue.MINIMUM, LineValue.CAP) for one in statements]
    assert all(0 <= amount <= 500 for amount in charged)
    assert sum(one.sum_of() for one in statements) >= 0
    for one in statements:
        assert one.sum_of() == sum(line.amount for line in one.lines)


def _second_month() -> tuple[Contract, tuple[Statement, ...]]:
    case = next(case for case in _cases() if case["name"].startswith("a second miss"))
    contract = _contract(case["terms"])
    return contract, settle(contract, _facts(case))


def test_receipt_shows_the_arithmetic() -> None:
    """A person can compute every amount of a receipt again from what it says."""
    contract, statements = _second_month()
    assert receipt(contract, statements[1]) == (
        "c: v, 2026-02 (Europe/Berlin)\n"
        "defined at c.yaml:4; at risk: 1,000.00 EUR\n"
        "\n"
        "  s/a  missed      300.00 EUR  98 of 100 = 98%, below 99%: "
        "1,000.00 EUR x 40% x 50% x 1.5 (missed again)\n"
        "\n"
        "v owes 300.00 EUR\n"
    )


def test_table_adds_up() -> None:
    """A history is a line a period, and the sums below are those of the lines."""
    contract, statements = _second_month()
    assert table(contract, statements).splitlines()[2:] == [
        "period    credits  reward       net",
        "2026-01    200.00    0.00    200.00",
        "2026-02    300.00    0.00    300.00",
        "2026-03    300.00    0.00    300.00",
        "2026-04      0.00    0.00      0.00",
        "2026-05    200.00    0.00    200.00",
        "sum      1,000.00    0.00  1,000.00",
    ]


def test_json_keeps_amounts_as_text() -> None:
    """No reader of the JSON can round an amount."""
    contract, statements = _second_month()
    document = json.loads(json.dumps(table_document(contract, statements)))
    assert [one["net"] for one in document["statements"]][:2] == ["200.00", "300.00"]
    assert document["definition"] == "c.yaml:4"
