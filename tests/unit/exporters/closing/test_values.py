"""A closed period of a measure keeps its value, and shows every later correction beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions import names
from truegreen_definitions.plan.codec import LoadedPlan
from truegreen_definitions.plan.measurements import Values
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_exporters.store.value_ledger import ValueLedger

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.names import Metric
    from truegreen_telemetry.samples import Snapshot

MARCH_ENDS = datetime(2016, 3, 31, 22, tzinfo=UTC)  # midnight in Berlin
FROZEN = MARCH_ENDS + timedelta(seconds=plans.POLICY.lateness_seconds)
ROWS = Values(table="surveys", at="answered_at", where="", aggregate="count")
AGGREGATES = {
    "sum": replace(ROWS, aggregate="sum", value="score"),
    "mean": replace(ROWS, aggregate="mean", value="score"),
    "quantile": replace(ROWS, aggregate="quantile", value="score", quantile=Decimal("0.5")),
    "count": ROWS,
    "rate": replace(ROWS, aggregate="rate", value="score", rate_seconds=86_400),
    "distinct": replace(ROWS, aggregate="distinct", value="score"),
}
MEASURES = tuple(
    replace(plans.LIKED, id=f"order-to-cash/{name}", name=name, parts=parts)
    for name, parts in AGGREGATES.items()
)
PLAN = replace(plans.PLAN, agreements=(), contracts=(), measurements=MEASURES)
DAYS_OF_MARCH = 31 - 1 / 24  # the clocks turned

BEFORE = {"sum": 9.0, "mean": 4.5, "quantile": 4.5, "count": 2.0, "distinct": 2.0}
BEFORE["rate"] = 9.0 / DAYS_OF_MARCH
AFTER = {"sum": 9.0, "mean": 3.0, "quantile": 3.0, "count": 3.0, "distinct": 3.0}
AFTER["rate"] = 9.0 / DAYS_OF_MARCH


class Desk:
    """A survey desk: a file of answers, and an exporter over it at chosen moments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines = ["id,rating,answered,application,updated"]

    def answer(self, key: str, rating: int, update: int = 1) -> None:
        """Write an answer of March, or a correction of one."""
        self.lines.append(f"{key},{rating},20/03/2016 12:00,webshop,{update}")
        (self.folder / "surveys.csv").write_text("\n".join([*self.lines, ""]))

    def at(self, *moments: datetime) -> Snapshot:
        """Start an exporter, and let it cycle at each of some moments."""
        loaded = LoadedPlan(plan=PLAN, digest="d", revision="r")
        now = list(moments)
        around = Surroundings(folder=self.folder, clock=lambda: now[0])
        with Store(self.folder / "state.duckdb", PLAN, lambda: now[0]) as store:
            exporter = Exporter(loaded, store, around)
            while True:
                snapshot = exporter.cycle(now[0])
                assert exporter.failed == {}
                if len(now) == 1:
                    return snapshot
                del now[0]

    def revisions(self, name: str) -> list[tuple[int, float | None]]:
        """Return (revision, value) of a measure's March."""
        with Store(self.folder / "state.duckdb", PLAN) as store:
            entries = ValueLedger(store.connection).entries()
        march = [one for one in entries if one.key == (f"order-to-cash/{name}", ZONE, "2016-03")]
        return [(one.revision, one.value) for one in march]


ZONE = "Europe/Berlin"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with two answers of March."""
    found = Desk(tmp_path)
    found.answer("a", 5)
    found.answer("b", 4)
    return found


def shown(snapshot: Snapshot, metric: Metric, **labels: str) -> dict[str, float]:
    """Return the values of a metric of these labels, by agreement."""
    (family,) = [one for one in snapshot.families if one.metric == metric]
    found = {}
    for key, value in zip(family.keys, family.values, strict=True):
        named = dict(zip(metric.labels, key, strict=True))
        if labels.items() <= named.items():
            assert isinstance(value, float)
            found[named["agreement"]] = value
    return found


def test_a_month_of_each_aggregate_closes_and_then_shows_both_values(desk: Desk) -> None:
    """Until it freezes corrections move the value; afterwards both values stand side by side."""
    month = {"window": "prev_month"}
    early = desk.at(FROZEN - timedelta(microseconds=1))
    assert shown(early, names.WINDOW_VALUE, **month) == pytest.approx(BEFORE)
    assert set(shown(early, names.PERIOD_CLOSED, **month).values()) == {0.0}
    assert shown(early, names.WINDOW_VALUE_RESTATED, **month) == {}

    closed = desk.at(FROZEN)
    assert shown(closed, names.WINDOW_VALUE, **month) == pytest.approx(BEFORE)
    assert shown(closed, names.WINDOW_VALUE_RESTATED, **month) == pytest.approx(BEFORE)
    assert set(shown(closed, names.PERIOD_CLOSED, **month).values()) == {1.0}

    desk.answer("b", 3, update=2)
    desk.answer("late", 1)
    later = desk.at(FROZEN + timedelta(days=1), FROZEN + timedelta(days=1, hours=2))
    assert shown(later, names.WINDOW_VALUE, **month) == pytest.approx(BEFORE)
    assert shown(later, names.WINDOW_VALUE_RESTATED, **month) == pytest.approx(AFTER)
    assert desk.revisions("mean") == [(0, 4.5), (1, 3.0)]
    assert shown(later, names.PERIOD_RESTATEMENTS) == dict.fromkeys(AGGREGATES, 1.0)


def test_a_row_that_comes_while_the_exporter_runs_restates_within_a_minute(desk: Desk) -> None:
    """Rows that came are measured a minute after the last look, not a quarter of an hour on."""
    loaded = LoadedPlan(plan=PLAN, digest="d", revision="r")
    late = FROZEN + timedelta(days=1)
    around = Surroundings(folder=desk.folder, clock=lambda: late)
    with Store(None, PLAN, lambda: late) as store:
        exporter = Exporter(loaded, store, around)
        exporter.cycle(FROZEN)
        desk.answer("late", 1)
        snapshot = exporter.cycle(FROZEN + timedelta(seconds=59))
        assert shown(snapshot, names.WINDOW_VALUE_RESTATED, window="prev_month")["count"] == 2
        snapshot = exporter.cycle(FROZEN + timedelta(seconds=60))
    found = shown(snapshot, names.WINDOW_VALUE_RESTATED, window="prev_month")
    assert found["count"] == 3
    assert shown(snapshot, names.WINDOW_VALUE, window="prev_month")["count"] == 2


def test_an_entry_can_be_checked_by_who_has_it(desk: Desk) -> None:
    """The digest is that of the fields as canonical JSON, and sums are exact decimals."""
    desk.at(FROZEN)
    with Store(desk.folder / "state.duckdb", PLAN) as store:
        entries = ValueLedger(store.connection).entries()
        digests = store.connection.execute(
            "SELECT digest FROM _closed_value ORDER BY measure, zone, start, period, revision"
        ).fetchall()
    assert [(entry.digest,) for entry in entries] == digests
    (mean,) = [one for one in entries if one.measure.endswith("/mean") and one.period == "2016-03"]
    text = json.dumps(asdict(mean), sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == mean.digest
    assert (mean.valued.numerator, mean.valued.denominator) == (Decimal(9), Decimal(2))


def test_a_changed_definition_restates_nothing(desk: Desk) -> None:
    """What was measured by other words then is left as it is."""
    desk.at(FROZEN)
    other = replace(MEASURES[1], parts=replace(AGGREGATES["mean"], where="score < 5"))
    plan = replace(PLAN, measurements=(other,))
    with Store(desk.folder / "state.duckdb", plan) as store:
        loaded = LoadedPlan(plan=plan, digest="e", revision="r")
        Exporter(loaded, store, Surroundings(folder=desk.folder)).cycle(FROZEN)
    assert desk.revisions("mean") == [(0, 4.5)]
