"""Showback: every cost line in exactly one series, to the last digit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions import names
from truegreen_definitions.plan import Column, Plan, Table
from truegreen_exporters.accountability.showback.shown import ShownCosts, shown_back
from truegreen_exporters.store.costs import CostLines
from truegreen_telemetry.samples import SampleStore

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
TYPES = {
    "line_id": "text",
    "service": "text",
    "business_unit": "text",
    "component": "text",
    "charge_period_start": "timestamp",
    "effective_cost": "decimal",
    "billing_currency": "text",
}
ORIGIN = plans.PLAN.services[0].origin
COSTS = Table(
    name="costs",
    key=("line_id",),
    columns=tuple(Column(name=name, type=kind) for name, kind in TYPES.items()),  # type: ignore[arg-type]
    origin=ORIGIN,
)
SHOP = replace(plans.PLAN.services[0], business_unit="Retail")
PLAN = replace(plans.PLAN, services=(SHOP,), tables=(COSTS,))

_LINES = st.tuples(
    st.sampled_from([None, SHOP.name, "other"]),
    st.sampled_from([None, "Retail", "Corporate"]),
    st.sampled_from([None, "cloud", "labour"]),
    st.integers(-60 * 24, 60 * 24),
    st.decimals("-1e6", "1e6", places=12, allow_nan=False) | st.none(),
    st.sampled_from(["EUR", "USD", None]),
)


def stored(lines: list[tuple[Any, ...]], plan: Plan = PLAN) -> duckdb.DuckDBPyConnection:
    """Return a store with these lines; their time is in hours from the present."""
    connection = duckdb.connect()
    kinds = {"text": "VARCHAR", "timestamp": "TIMESTAMPTZ", "decimal": "DECIMAL(38,12)"}
    columns = ", ".join(f"{one.name} {kinds[one.type]}" for one in plan.tables[0].columns)
    connection.execute(f"CREATE TABLE costs({columns})")
    for number, (service, unit, part, hours, cost, currency) in enumerate(lines):
        at = NOW + timedelta(hours=hours)
        row = [str(number), service, unit, part, at, cost, currency]
        connection.execute("INSERT INTO costs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return connection


@settings(max_examples=25, deadline=None)
@given(lines=st.lists(_LINES, max_size=25))
def test_parts_are_the_bill_to_the_last_digit(lines: list[tuple[Any, ...]]) -> None:
    """Sums over services, units and components equal the bill of each currency, as Decimal."""
    span = (-(2**40), 2**62)
    found = shown_back(CostLines(stored(lines), PLAN).between(span), {SHOP.name: "Retail"})
    bill: dict[str, Decimal] = defaultdict(Decimal)
    by_unit: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for service, unit, _, _, cost, currency in lines:
        if cost is not None and currency is not None:
            bill[currency] += cost
            of = unit or ("Retail" if service == SHOP.name else "")
            by_unit[of, currency] += cost
    assert all(isinstance(amount, Decimal) for amount in found.values())
    for currency, whole in bill.items():
        assert sum(cost for (*_, other), cost in found.items() if other == currency) == whole
    for (unit, currency), part in by_unit.items():
        mine = (cost for (_, of, _, what), cost in found.items() if (of, what) == (unit, currency))
        assert sum(mine) == part


def _shown(store: SampleStore) -> dict[tuple[str, ...], float]:
    (family,) = (one for one in store.snapshot().families if one.metric is names.COST)
    return {key: float(value) for key, value in zip(family.keys, family.values, strict=True)}  # type: ignore[arg-type]


def test_windows_and_what_is_nobodys() -> None:
    """A line counts in the windows its charge period begins in; of no unit it is its service's."""
    day = 24
    lines = [
        (SHOP.name, None, "cloud", -1 * day, Decimal("10.25"), "EUR"),
        (SHOP.name, "Corporate", "cloud", -1 * day, Decimal("0.75"), "EUR"),
        (None, None, None, -15 * day, Decimal("3.50"), "EUR"),  # in October
        (SHOP.name, None, "cloud", -1 * day, Decimal(7), "USD"),
        (SHOP.name, None, "cloud", day, Decimal(1000), "EUR"),  # has not begun
    ]
    store = SampleStore()
    shown = ShownCosts(store, PLAN, stored(lines))
    assert shown.show(NOW) == {"cost lines": ()}
    found = _shown(store)
    retail, corporate = (SHOP.name, "Retail", "cloud"), (SHOP.name, "Corporate", "cloud")
    assert found[*retail, "month", "EUR"] == 10.25
    assert found[*corporate, "30d", "EUR"] == 0.75
    assert found["", "", "", "prev_month", "EUR"] == 3.5
    assert found["", "", "", "30d", "EUR"] == 3.5
    assert (*("", "", ""), "month", "EUR") not in found
    assert found[*retail, "month", "USD"] == 7
    assert shown.show(NOW + timedelta(seconds=1)) == {}


def test_without_cost_lines_there_is_nothing_to_tell() -> None:
    """A plan without the table, or without its money, shows no cost and complains of none."""
    for tables in ((), (replace(COSTS, columns=COSTS.columns[:4]),)):
        store = SampleStore()
        shown = ShownCosts(store, replace(PLAN, tables=tables), duckdb.connect())
        assert (shown.show(NOW), shown.about, _shown(store)) == ({}, frozenset(), {})


def test_lines_that_cannot_be_read_are_told() -> None:
    """A table that is not there is a reason, and what was shown before stays."""
    store = SampleStore()
    connection = stored([(SHOP.name, None, None, -1, Decimal(1), "EUR")])
    shown = ShownCosts(store, PLAN, connection)
    shown.show(NOW)
    connection.execute("DROP TABLE costs")
    (reason,) = shown.show(NOW + timedelta(minutes=2))["cost lines"]
    assert "cost lines cannot be added up" in reason
    assert _shown(store)[SHOP.name, "Retail", "", "month", "EUR"] == pytest.approx(1)
