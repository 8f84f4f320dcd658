"""A vendor is charged for its share of what robots' runs and histograms told, once for a step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.names import OriginValue
from truegreen_definitions.plan import (
    Column,
    LatencyShare,
    Process,
    PrometheusRead,
    Signal,
    Table,
    Visit,
    Weighted,
)
from truegreen_exporters.accountability.contracts.evidence import (
    evidence,
    evidence_lines,
    rows_digest,
)
from truegreen_exporters.accountability.contracts.facts import Books, facts_of
from truegreen_exporters.accountability.contracts.settlement import settle
from truegreen_exporters.accountability.contracts.statement import State, Verdict
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Mark
from truegreen_exporters.sources.rows import Rows
from truegreen_exporters.store import Store
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import SignalHours
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.contracts.settlement import Facts
    from truegreen_exporters.accountability.contracts.statement import Statement

SEPTEMBER = period_of("2026-09", "month", "UTC")
COLUMNS = {"id": "text", "hour": "timestamp", "amount": "decimal", "slices": "integer"}
TABLE = Table(
    name="overruns",
    key=("id", "hour"),
    columns=tuple(Column(name=name, type=kind) for name, kind in COLUMNS.items()),  # type: ignore[arg-type]  # as listed
    origin=plans.HERE,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    name="overrun-hours",
    table="overruns",
    read=PrometheusRead(
        location="http://127.0.0.1:9090",
        authentication=None,
        look_back_seconds=0,
        history_seconds=3600,
        every_seconds=60,
        timeout_seconds=5,
        of="overruns",
    ),
    zone="UTC",
    columns=tuple((name, name) for name in COLUMNS),
    revision=(),
    service="",
)
WIRE = replace(plans.PAY, name="wire", title="Wire")  # the same vendor's, and no robot takes it
TIMED = replace(
    plans.AVAILABILITY,
    id="order-to-cash/wired",
    name="wired",
    step="wire",
    parts=Signal(good="g", total="t", excess=(Weighted(weight=Decimal(1), counted="c"),)),
)
PLAN = replace(
    plans.PLAN,
    services=(replace(plans.SERVICE, steps=(*plans.SERVICE.steps, WIRE)), *plans.PLAN.services[1:]),
    agreements=(*plans.PLAN.agreements, TIMED),
    tables=(*plans.PLAN.tables, TABLE),
    sources=(*plans.PLAN.sources, SOURCE),
)
TERMS = replace(
    plans.CONTRACT,
    vendor="paygate",
    zone="UTC",
    at_risk=Decimal(5000),
    measures=(),
    significant_minimums=(),
    reward=None,
    latency_share=LatencyShare(method="proportional", per_hour=Decimal("150.00")),
)
# Of every hour of the month: 100 runs, of which 5 were above their target, by 36 s together.
HOURLY = {
    "journey/runs//": "100",
    "journey/over//": "5",
    "journey/whole//": "36",
    "journey/step/pay/": "40",
    "journey/share/browse/proportional": "6",
    "journey/share/pay/proportional": "28.8",
    "journey/nobody//proportional": "1.2",
    "journey/share/browse/shapley": "-1",
    "journey/share/pay/shapley": "36",
    "journey/nobody//shapley": "1",
    "histogram/runs/wire/": "500",
    "histogram/step/wire/": "18.5",
}


def filled(store: Store, plan: Plan, hours: int, hourly: dict[str, str]) -> None:
    """Store the first hours of September, as a source has pulled them."""
    rows = [
        (f"order-to-cash/{name}", SEPTEMBER.start + timedelta(hours=hour), amount)
        for hour in range(hours)
        for name, amount in hourly.items()
    ]
    values = (
        [name for name, _, _ in rows],
        [hour.isoformat() for _, hour, _ in rows],
        [amount for _, _, amount in rows],
        ["12"] * len(rows),
    )
    mapping = Mapping.of(SOURCE, next(one for one in plan.tables if one.name == "overruns"))
    store.add(
        mapping, Rows(values=values, lines=list(range(len(rows)))), Mark(state={"end": hours})
    )


def books_of(store: Store, plan: Plan) -> Books:
    """Return what a contract is settled by, long after September."""
    return Books(
        plan=plan,
        engine=DuckDbEngine(store.connection),
        closed={},
        hours=SignalHours(store.connection, plan),
        overruns=OverrunHours(store.connection, plan),
        charges=Charges(store.connection, plan),
        at=datetime(2028, 12, 1, tzinfo=UTC),
    )


def settled(
    plan: Plan = PLAN,
    hours: int = 720,
    method: str = "proportional",
    origin: str = "",
    hourly: dict[str, str] | None = None,
) -> tuple[Facts, Statement]:
    """Return what is known of September, and what is owed for it."""
    share = replace(TERMS.latency_share, method=method, origin=origin)  # type: ignore[type-var]  # there is one
    contract = replace(TERMS, latency_share=share)
    with Store(None, plan) as store:
        filled(store, plan, hours, hourly or HOURLY)
        books = books_of(store, plan)
        (facts,) = facts_of(books, contract, (SEPTEMBER,))
    (statement,) = settle(contract, (facts,))
    return facts, statement


@pytest.mark.parametrize(
    ("method", "origin", "owed"),
    [
        # 720 x 28.8 s = 5.76 h, x 150.00 = 864.00; 720 x 18.5 s = 3.7 h, x 150.00 = 555.00
        ("proportional", "", ["864.00", "555.00"]),
        ("shapley", "", ["1080.00", "555.00"]),  # 720 x 36 s = 7.2 h
        ("proportional", "journey", ["864.00"]),
        ("proportional", "histogram", ["555.00"]),
    ],
)
def test_hours_of_the_vendor_are_charged(method: str, origin: str, owed: list[str]) -> None:
    """By runs, by histograms or by both: the vendor's hours times their price, by hand."""
    facts, statement = settled(method=method, origin=origin)
    lines = [line for line in statement.lines if line.amount]
    assert [str(line.amount) for line in lines] == owed
    assert facts.state is State.CLOSED
    for one in facts.overruns:
        assert one.overrun == one.unattributed + sum(share.microseconds for share in one.shares)


def test_the_arithmetic_names_what_is_an_estimate() -> None:
    """Who reads a line sees by what it is told, and that histograms only estimate."""
    _, statement = settled()
    assert [line.arithmetic for line in statement.lines[:2]] == [
        (
            "3,600 of 72,000 runs of journeys overran by 7.2 h, 0.24 h of it nobody's: "
            "5.76 h (proportional) x 150.00 EUR"
        ),
        (
            "360,000 requests were above tolerated by about 3.7 h, estimated from histograms: "
            "3.7 h (proportional) x 150.00 EUR"
        ),
    ]


def test_the_hours_are_evidence() -> None:
    """A receipt has the query for the rows behind it and their number, and calls no row an hour."""
    with Store(None, PLAN) as store:
        filled(store, PLAN, 720, HOURLY)
        books = books_of(store, PLAN)
        (statement,) = settle(TERMS, facts_of(books, TERMS, (SEPTEMBER,)))
        found = evidence(books, TERMS, statement)
        for one, origin in zip(found, ("journey", "histogram"), strict=True):
            names = [name for name in HOURLY if name.startswith(origin)]
            rows = store.connection.execute(one["sql"]).fetchall()
            told = {"rows": 720 * len(names), "sha256": rows_digest(rows)}
            assert one["hourly_rows"] == told
            assert len(rows) == told["rows"]
            assert f" ({origin}): {told['rows']:,} hourly rows (" in "\n".join(
                evidence_lines(found)
            )


def test_a_step_is_charged_by_the_first_that_knows_it() -> None:
    """What a process follows is not charged by runs as well, unless the contract says by which."""
    followed = replace(
        PLAN.services[0],
        process=Process(
            table="surveys",
            case="survey_id",
            where="",
            visits=(
                Visit(
                    step="pay",
                    column="",
                    queued="",
                    accepted="",
                    start="answered_at",
                    end="answered_at",
                ),
            ),
            customer=(),
            within_seconds=None,
            windows=(),
            methods=(),
            origin=plans.HERE,
        ),
    )
    plan = replace(PLAN, services=(followed, *PLAN.services[1:]))
    facts, statement = settled(plan)
    assert [one.origin for one in facts.overruns] == [*OriginValue]
    shown = [(line.verdict, str(line.amount)) for line in statement.lines if line.agreement]
    assert shown == [(Verdict.NO_DATA, "0"), (Verdict.APPLIED, "555.00")]
    _, statement = settled(plan, origin="journey")
    assert statement.sum_of() == Decimal("864.00")


def test_a_month_waits_for_hours_that_are_missing() -> None:
    """Up to a hundredth may be missing and is named; with fewer the month is not closed."""
    facts, statement = settled(hours=713, origin="journey")
    assert (facts.state, facts.notes) == (State.CLOSED, ())
    assert "(7 hours not known)" in statement.lines[0].arithmetic
    facts, _ = settled(hours=712, origin="journey")
    assert facts.state is State.SETTLING
    assert facts.notes == (
        (
            "overruns of order-to-cash (journey) lack 8 hours, 7 may be missing: "
            "the period waits for them"
        ),
    )


def test_the_share_of_a_step_that_is_gone_is_nobodys() -> None:
    """What was told of a step that the plan knows no more is charged to no vendor."""
    facts, statement = settled(
        origin="journey",
        hourly={"journey/runs//": "10", "journey/share/pay-by-fax/proportional": "30"},
    )
    (found,) = facts.overruns
    assert (found.unattributed, found.overrun) == (720 * 30_000_000, 720 * 30_000_000)
    assert statement.sum_of() == 0


def test_without_hours_there_is_no_data() -> None:
    """A month of which nothing was pulled charges nothing and says why."""
    _, statement = settled(hours=0, origin="journey")
    (line, *_) = statement.lines
    assert (line.verdict, line.arithmetic) == (
        Verdict.NO_DATA,
        "no run of a journey is known in the period",
    )
