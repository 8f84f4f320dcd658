"""The receipt of a channel can be checked without us: its SQL, its sums, its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import fmean
from typing import TYPE_CHECKING, Any

import duckdb
import plans
import pytest
from ingesting import ingest

from truegreen_definitions.plan import DeclaredIncident, LossTerms, Period
from truegreen_definitions.plan.codec import LoadedPlan, dumps, loads
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.receipt import give
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 25, 14, 20, tzinfo=UTC)
WEEKS = 7
NAME = "order-to-cash/web"
EXPORT = replace(
    plans.SURVEY_EXPORT,
    name="shop-orders",
    table="orders",
    read=replace(plans.SURVEY_EXPORT.read, location="orders*.csv"),
    zone="UTC",
    columns=(
        ("order_id", "id"),
        ("amount", "cast(amount as decimal(18,2))"),
        ("channel", "channel"),
        ("ordered_at", "cast(paid as timestamptz)"),
    ),
    service="'order-to-cash'",
)
PLAN = replace(plans.WORTH, journeys=(), tables=(plans.ORDERS,), sources=(EXPORT,))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state file of seven weeks: an order every 20 minutes, of 10, 20 or 30."""
    folder = tmp_path_factory.mktemp("orders")
    begin = AT - timedelta(weeks=WEEKS, days=1)
    times = [begin + timedelta(minutes=20 * i) for i in range((WEEKS * 7 + 1) * 72)]
    rows = [f"{i},{10 + i % 3 * 10},web,{at.isoformat()},1" for i, at in enumerate(times)]
    rows += [f"x{i},999,app,{at.isoformat()},1" for i, at in enumerate(times[::50])]
    (folder / "orders.csv").write_text("\n".join(["id,amount,channel,paid,updated", *rows, ""]))
    path = folder / "state.duckdb"
    with Store(path, PLAN) as store:
        mapping = Mapping.of(EXPORT, plans.ORDERS)
        ingest(store, mapping, Surroundings(folder=folder), lambda: False)
    return path


def loaded() -> LoadedPlan:
    """Return the plan as a process reads it."""
    return loads(dumps(PLAN, "abc"))


def given(state: Path, at: datetime = AT) -> dict[str, Any]:
    """Return the receipt as a third party gets it."""
    text = give(loaded(), NAME, state, at=at, window=None, form="json")
    found: dict[str, Any] = json.loads(text)
    return found


def test_figures_are_those_of_its_own_inputs(state: Path) -> None:
    """The mean of the weeks by sixty, times the mean amount, times the margin: in plain Python."""
    found = given(state)
    expected = found["expected"]
    assert expected["hour"] == ["2026-11-25T14:00:00+00:00", "2026-11-25T15:00:00+00:00"]
    assert [one["weeks_before"] for one in expected["weeks"]] == list(range(1, WEEKS))
    mean = fmean(float(one["transactions"]) for one in expected["weeks"])
    each = float(expected["each"])
    assert mean == pytest.approx(3)
    assert each == pytest.approx(20, rel=0.05)
    point = {basis: float(of["point"]) for basis, of in expected["value_per_minute"].items()}
    assert float(expected["transactions_per_minute"]["point"]) == pytest.approx(mean / 60)
    assert point["revenue"] == pytest.approx(mean / 60 * each, abs=1e-5)
    assert point["margin"] == pytest.approx(mean / 60 * each * 0.31, abs=1e-5)


def test_its_sql_gives_the_buckets(state: Path) -> None:
    """Run on the file as it is, the query counts this channel's orders, and no other's."""
    zone, query = given(state)["sql"].split(";\n")
    with duckdb.connect(str(state), read_only=True) as connection:
        connection.execute(zone)
        buckets = connection.execute(query).fetchall()
    hour = int(AT.replace(minute=0).timestamp()) - 7 * 86_400
    assert sum(count for start, count, _ in buckets if 0 <= start - hour < 3_600) == 3
    assert all(money / count <= Decimal(30) for _, count, money in buckets)


def test_the_price_of_a_minute_is_told_with_its_rates(state: Path) -> None:
    """By its expressions: the channel's parts, those of no channel, their sum, rates and days."""
    found = given(state)
    told = [(one["component"], one["currency"]) for one in found["outage_cost"]]
    assert told == [
        ("net_loss", "EUR"),
        ("cash_delay", "EUR"),
        ("production", "EUR"),
        ("penalties", "EUR"),
        ("overtime", "CHF"),
        ("", "EUR"),
    ]
    whole = found["outage_cost"][-1]["expr"]
    assert whole.count("xla:outage_cost:per_minute{") == len(told) - 1
    assert found["rates"] == [
        {"from": "CHF", "to": "EUR", "rate": "1.0650", "on": "2026-11-02"},
        {"from": "USD", "to": "EUR", "rate": "0.9215", "on": "2026-11-02"},
    ]
    text = give(loaded(), NAME, state, at=AT, window=None, form="text")
    assert "  xla:reported_outage_cost:per_minute, all in EUR =\n    sum(" in text
    assert "  rate: 1 CHF = 1.0650 EUR, of 2026-11-02\n" in text
    assert "xla:reported_value_at_risk:per_minute" in found["value_at_risk"]


def test_the_digest_can_be_made_again(state: Path) -> None:
    """It is of the words: the same for everybody, another when one changes."""
    document = given(state)
    told = document.pop("digest")
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == told


def test_people_read_where_it_is_from(state: Path) -> None:
    """The text names the definition's line, the method, the weeks and both rules."""
    text = give(loaded(), NAME, state, at=AT, window=None, form="text")
    for part in ("shop.yaml:7", "seasonal-ratio-t/1", "6 weeks before says 3.0", "0.31 of it",
                 "xla:impact:ratio =", "xla:value_at_risk:per_minute =", "digest: "):  # fmt: skip
        assert part in text


def test_what_history_does_not_say_is_said(state: Path) -> None:
    """With fewer than four weeks there is no figure, and the receipt says why."""
    early = AT - timedelta(weeks=4)
    assert given(state, early)["expected"] is None
    text = give(loaded(), NAME, state, at=early, window=None, form="text")
    assert "expected: nothing, too few ordinary weeks" in text


def test_incidents_and_agreed_downtime_are_left_out(state: Path) -> None:
    """A week whose hour had an incident says nothing, nor does one that was agreed downtime."""
    hour = AT.replace(minute=0, tzinfo=None)
    outage = DeclaredIncident(
        id="INC-1",
        start=hour - timedelta(weeks=2) + timedelta(hours=1),  # Berlin is an hour ahead
        end=hour - timedelta(weeks=2) + timedelta(hours=2),
        severity="sev1",
        step="",
        vendor="",
        reason="",
        origin=plans.HERE,
    )
    closed = replace(
        plans.OFFICE_HOURS,
        name="inventory",
        recurs=False,
        rule="",
        times=(),
        periods=(
            Period(
                start=hour - timedelta(weeks=5) + timedelta(hours=1),
                end=hour - timedelta(weeks=5) + timedelta(hours=2),
            ),
        ),
    )
    terms = LossTerms(weeks=4, incidents=(outage,), leave_out=("inventory",))
    service = replace(PLAN.services[0], losses=terms)
    plan = replace(PLAN, services=(service,), calendars=(*PLAN.calendars, closed))
    again = loads(dumps(plan, "abc"))
    found = json.loads(give(again, NAME, state, at=AT, window=None, form="json"))["expected"]
    assert [one["weeks_before"] for one in found["weeks"]] == [1, 3, 4, 6]
