"""Hours of signals add up to periods, and no hours are no data."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions import names
from truegreen_definitions.plan import Column, PrometheusRead, Table
from truegreen_exporters.accountability.accounts import Accounts
from truegreen_exporters.accountability.contracts.facts import Books, facts_of
from truegreen_exporters.accountability.contracts.statement import State
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.engines import Engines
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Mark
from truegreen_exporters.sources.rows import Rows
from truegreen_exporters.store import Store
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import HourSums, SignalHours
from truegreen_exporters.windows.periods import period_at
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from truegreen_exporters.accountability.contracts.settlement import Facts

START = datetime(2026, 9, 1, tzinfo=UTC)
COLUMNS = {"id": "text", "hour": "timestamp", "good": "decimal", "total": "decimal"}
COLUMNS["slices"] = "integer"
TABLE = Table(
    name="signals",
    key=("id", "hour"),
    columns=tuple(Column(name=name, type=kind) for name, kind in COLUMNS.items()),  # type: ignore[arg-type]  # as listed
    origin=plans.HERE,
)
READ = PrometheusRead(
    location="http://127.0.0.1:9090",
    authentication=None,
    look_back_seconds=0,
    history_seconds=3600,
    every_seconds=60,
    timeout_seconds=5,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    name="hours",
    table="signals",
    read=READ,
    zone="UTC",
    columns=tuple((name, name) for name in COLUMNS),
    revision=(),
    service="",
)
PLAN = replace(
    plans.PLAN, tables=(*plans.PLAN.tables, TABLE), sources=(*plans.PLAN.sources, SOURCE)
)
SIGNAL = next(one for one in PLAN.agreements if one.parts.truth == "signal")


def filled(store: Store, hours: int, slices: str = "12", of: str = SIGNAL.id) -> None:
    """Store hours from the start on: ten events each and a third, of which nine were good."""
    count = range(hours)
    values = (
        [of for _ in count],
        [(START + timedelta(hours=n)).isoformat() for n in count],
        ["9" for _ in count],
        ["10.333333333" for _ in count],
        [slices for _ in count],
    )
    rows = Rows(values=values, lines=list(count))
    store.add(Mapping.of(SOURCE, TABLE), rows, Mark(state={"end": hours, "of": of}))


def test_hours_are_added_and_rounded_once() -> None:
    """A span holds the hours that begin in it; one without hours has no data."""
    with Store(None, PLAN) as store:
        filled(store, 48)
        hours = SignalHours(store.connection, PLAN)
        day = timedelta(days=1)
        spans = [(START, START + day), (START + day, START + 9 * day), (START - day, START)]
        first = HourSums(good=216, total=248, unknown_hours=0)
        second = HourSums(good=216, total=248, unknown_hours=7 * 24)
        assert hours.between(SIGNAL.id, spans) == (first, second, None)
        assert hours.between("other/agreement", spans) == (None, None, None)


def test_hours_are_told_as_they_were_known_then() -> None:
    """Before they were pulled nothing was known of them, and afterwards all."""
    with Store(None, PLAN) as store:
        before = datetime.now(UTC) - timedelta(seconds=1)
        filled(store, 24)
        hours, day = SignalHours(store.connection, PLAN), [(START, START + timedelta(days=1))]
        assert hours.between(SIGNAL.id, day, known_at=before) == (None,)
        after = datetime.now(UTC) + timedelta(seconds=1)
        assert hours.between(SIGNAL.id, day, known_at=after) == hours.between(SIGNAL.id, day)
        sql, columns, rows = hours.rows(SIGNAL.id, day[0])
        assert (len(rows), columns) == (24, ("hour", "good", "total"))
        assert store.connection.execute(sql).fetchall() == rows


def settled(hours: int, slices: str = "12") -> tuple[Facts, ...]:
    """Return the facts of August, without an hour, and September with its first hours."""
    contract = plans.CONTRACT
    measure = replace(contract.measures[0], agreement=SIGNAL.id)
    contract = replace(contract, measures=(measure,), significant_minimums=(), zone="UTC")
    august = datetime(2026, 8, 15, tzinfo=UTC)
    with Store(None, PLAN) as store:
        filled(store, hours, slices)
        first, second = (period_at(at, "month", "UTC") for at in (august, START))
        books = Books(
            plan=PLAN,
            engine=DuckDbEngine(store.connection),
            closed={},
            hours=SignalHours(store.connection, PLAN),
            overruns=OverrunHours(store.connection, PLAN),
            charges=Charges(store.connection, PLAN),
            at=datetime(2028, 12, 1, tzinfo=UTC),
        )
        return facts_of(books, contract, (first, second))


def test_a_contract_is_settled_from_the_hours_of_a_signal() -> None:
    """Its counts are among the facts of the month that has hours, and of no other."""
    facts = settled(30 * 24)
    assert SIGNAL.id not in facts[0].counted
    found = facts[1].counted[SIGNAL.id]
    assert (found.good, found.total) == (9 * 720, 7440)
    assert (facts[1].state, found.shown) == (State.CLOSED, "6,480 of 7,440 = 87.0968%")


@pytest.mark.parametrize(
    ("hours", "slices", "unknown", "state"),
    [
        (719, "12", 1, State.CLOSED),
        (713, "12", 7, State.CLOSED),
        (712, "12", 8, State.SETTLING),
        (720, "11", 60, State.SETTLING),
    ],
)
def test_a_month_settles_without_a_hundredth_of_its_hours(
    hours: int, slices: str, unknown: int, state: State
) -> None:
    """Up to 7 of 720 hours may be missing, and the line says so; with fewer the month waits."""
    facts = settled(hours, slices)[1]
    found = facts.counted[SIGNAL.id]
    assert (facts.state, found.unknown_hours) == (state, unknown)
    assert found.shown.endswith(f"({unknown} hour{'s' * (unknown > 1)} not known)")
    assert facts.notes == (
        (f"{SIGNAL.id} lacks {unknown} hours, 7 may be missing: the period waits for them",)
        if state is State.SETTLING
        else ()
    )


def test_a_month_is_judged_as_soon_as_its_hours_are_there() -> None:
    """A first look without hours says unknown, and the next one, a second later, says green."""
    kinds = ("sla", "xla")
    promised = (replace(SIGNAL, kind=kind, name=kind, objective=Decimal("0.8")) for kind in kinds)
    services = tuple(replace(one, zone="UTC") for one in PLAN.services)
    plan = replace(PLAN, services=services, agreements=tuple(promised), measurements=())
    at = datetime(2026, 10, 20, tzinfo=UTC)
    samples = SampleStore()
    with Store(None, plan) as store:
        engine = Engines(DuckDbEngine(store.connection))
        accounts = Accounts(samples, plan, store.connection, engine, frozen={}, known_at=None)
        accounts.show(at, at, ())
        assert _states(samples) == {"unknown"}
        for agreement in plan.agreements:
            filled(store, 30 * 24, of=agreement.id)
        second = at + timedelta(seconds=1)
        accounts.show(second, second, ())
        assert _states(samples) == {"green"}


def _states(samples: SampleStore) -> set[str]:
    (family,) = (
        one for one in samples.snapshot().families if one.metric == names.CLOSED_WATERMELON
    )
    return {key[-1] for key, value in zip(family.keys, family.values, strict=True) if value == 1}
