"""What a scraper reads of contracts, from rows to money."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest
from prometheus_client.parser import text_string_to_metric_families as plain_text

from truegreen_definitions import names
from truegreen_definitions.plan import Column, FileRead, Invoices, Source, Table
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.exposition import Format
from truegreen_telemetry.rendering import Renderer

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Contract, Plan

AT = datetime(2016, 3, 20, tzinfo=UTC)
TERMS = replace(plans.CONTRACT, significant_minimums=(), reward=None)
CLIENT = replace(TERMS, name="shop-2016", vendor="", client="bigshop", currency="JPY")
CHARGES = Table(
    name="charges",
    key=("id",),
    columns=(
        Column(name="id", type="text"),
        Column(name="at", type="timestamp"),
        Column(name="cost", type="decimal"),
        Column(name="money", type="text"),
        Column(name="of", type="text"),
    ),
    origin=plans.CONTRACT.origin,
)
BILLS = Source(
    name="bills",
    table="charges",
    read=FileRead(format="csv", location="bills*.csv"),
    zone="Europe/Berlin",
    columns=(
        ("id", "id"),
        ("at", "cast(day as timestamp)"),
        ("cost", "cast(cost as decimal(18,2))"),
        ("money", "money"),
        ("of", "who"),
    ),
    revision=(),
    service="",
    origin=plans.CONTRACT.origin,
)
INVOICED = replace(
    TERMS,
    name="desk-invoiced",
    at_risk=None,
    invoice_share=Decimal("0.1"),
    invoices=Invoices(
        table="charges", amount="cost", at="at", where="of = 'desk'", currency="money"
    ),
)


def plan_of(*contracts: Contract) -> Plan:
    """Return the plan with contracts, and the charges they may ask for."""
    base = plans.PLAN
    return replace(
        base,
        contracts=contracts,
        tables=tuple(sorted((*base.tables, CHARGES), key=lambda one: one.name)),
        sources=tuple(sorted((*base.sources, BILLS), key=lambda one: one.name)),
    )


def shown(folder: Path, *contracts: Contract, at: datetime = AT) -> dict[str, float]:
    """Return the samples of contracts as a scraper reads them, by name and labels."""
    plan = plan_of(*contracts)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="abc")
    with Store(None, plan) as store:
        around = Surroundings(folder=folder, clock=lambda: at)
        exporter = Exporter(loaded, store, around)
        snapshot = exporter.cycle(at, wait=True)
        assert not {what for what in exporter.failed if what.startswith("contract")}
    told = {one.name for one in names.ALL if names.CONTRACT in one.labels}
    text = Renderer().render(snapshot, Format.TEXT).decode()
    return {
        sample.name
        + "".join(f" {value}" for _, value in sorted(sample.labels.items()) if value): sample.value
        for family in plain_text(text)
        for sample in family.samples
        if family.name in told
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """February: three of four answers are good; March: nine of ten, and bills."""
    rows = [f"f{n},{1 if n == 0 else 5},0{n + 1}/02/2016 12:00,webshop,1" for n in range(4)]
    rows += [f"m{n},{1 if n == 0 else 5},{n + 10}/03/2016 12:00,webshop,1" for n in range(10)]
    text = "\n".join(["id,rating,answered,application,updated", *rows, ""])
    (tmp_path / "surveys.csv").write_text(text)
    (tmp_path / "bills.csv").write_text(
        "id,day,cost,money,who\n"
        "1,2016-02-01,1000.10,EUR,desk\n2,2016-02-29,233.35,EUR,desk\n"
        "3,2016-02-10,77.00,USD,desk\n4,2016-02-10,50.00,EUR,other\n5,2016-03-01,10.00,EUR,desk\n"
    )
    return tmp_path


def test_the_last_period_is_exact_and_the_running_one_expected(folder: Path) -> None:
    """February owes 200.00; March has a chance of a miss and money between nothing and 200."""
    found = shown(folder, TERMS)
    who = "desk-2016 EUR"
    assert found["xla_penalty desk-2016 EUR desk prev_month"] == 200
    assert found["xla_reward desk-2016 EUR desk prev_month"] == 0
    assert found["xla_contract_line csat desk-2016 EUR credit order-to-cash desk prev_month"] == 200
    assert found["xla_contract_closed desk-2016 desk prev_month"] == 1
    assert found[f"xla_contract_at_risk {who} desk month"] == 1000
    lines = [found[name] for name in found if name.startswith("xla_contract_line ")]
    assert sum(lines) == 200  # what the lines move together is what is owed
    bound = {
        name: found[f"xla_penalty {name} desk-2016 EUR desk month"]
        for name in ("lower", "point", "upper")
    }
    miss = found["xla_contract_miss_probability csat desk-2016 credit order-to-cash desk month"]
    assert bound["lower"] == 0
    assert bound["upper"] == 200
    assert bound["point"] == pytest.approx(200 * miss, abs=0.01)
    assert 0 < miss < 0.5
    where = "csat desk-2016 xla credit good order-to-cash desk"
    events = {w: found[f"xla_contract_events {where} {w}"] for w in ("month", "prev_month")}
    assert events == {"month": 9, "prev_month": 3}
    assert found["xla_contract_bound csat desk-2016 credit order-to-cash desk"] == 0.8


def test_a_client_is_owed_in_its_own_currency(folder: Path) -> None:
    """The same terms with a client are a series of their own, in whole yen."""
    found = shown(folder, TERMS, CLIENT)
    assert found["xla_penalty bigshop shop-2016 JPY prev_month"] == 200
    assert found["xla_penalty desk-2016 EUR desk prev_month"] == 200


def test_an_invoice_is_the_sum_of_its_rows(folder: Path) -> None:
    """A tenth of 1,233.45 is at risk: other vendors and other currencies are left out."""
    found = shown(folder, INVOICED)
    who = "desk-invoiced EUR desk"
    assert found[f"xla_contract_at_risk {who} prev_month"] == 123.35
    assert found[f"xla_penalty {who} prev_month"] == 24.67  # 123.35 x 40% x 50%
    assert found[f"xla_contract_at_risk {who} month"] == 123.35  # the last one's, so far


def test_no_invoice_no_money(folder: Path) -> None:
    """Where no charge is known, counts are shown and no money is: not even 0."""
    (folder / "bills.csv").unlink()
    found = shown(folder, INVOICED)
    assert [name for name in found if "EUR" in name] == []
    assert found["xla_contract_closed desk-invoiced desk prev_month"] == 1
