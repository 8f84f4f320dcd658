"""Closed months of two help desks through the exporter: from files of tickets to the states."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desk_worth import worth
from desks import Desks, shown

from truegreen_definitions import names
from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.names import WatermelonValue as State

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_telemetry.samples import Snapshot

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
CLOSED = datetime(2026, 11, 8, tzinfo=UTC)  # seven days after October


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The two desks, compiled."""
    compiled = compile_folder(Path(__file__).parent / "definitions")
    assert compiled.plan is not None, compiled.problems
    return compiled.plan


def month(desks: Desks, desk: str, start: datetime, content: int, *, hours: float = 4) -> None:
    """Write 400 tickets of a month, all in time, and as many answers, some of them content."""
    for place in range(400):
        score = 5 if place < content else 2
        desks.ticket(desk, start + timedelta(hours=place + 1), score=score, hours=hours)


def state(snapshot: Snapshot, service: str) -> State:
    """Return the one state of a service that is 1."""
    found = shown(snapshot, names.CLOSED_WATERMELON, service=service, window="prev_month")
    (held,) = [State(key[0]) for key, value in found.items() if value]
    return held


def test_two_months_of_a_watermelon(plan: Plan, tmp_path: Path) -> None:
    """Months in which 78 % are content are watermelons, counted from the first; others are none."""
    desks = Desks(plan=plan, folder=tmp_path)
    month(desks, "north", SEPTEMBER, content=312)
    month(desks, "north", OCTOBER, content=312)
    month(desks, "south", OCTOBER, content=360)
    before = desks.export(CLOSED - timedelta(seconds=1))
    found = desks.export(CLOSED)
    of = {"service": "north", "window": "prev_month"}
    assert (state(before, "north"), state(found, "north")) == (State.WATERMELON, State.WATERMELON)
    assert shown(before, names.WATERMELON_PERIOD, **of) == {(): SEPTEMBER.timestamp()}
    assert shown(found, names.WATERMELON_PERIOD, **of) == {(): OCTOBER.timestamp()}
    assert shown(before, names.WATERMELON_PERIODS, **of) == {(): 1}
    assert shown(found, names.WATERMELON_PERIODS, **of) == {(): 2}
    assert shown(found, names.WATERMELON_FIRST, **of) == {(): SEPTEMBER.timestamp()}
    depth = shown(found, names.WATERMELON_DEPTH, **of)
    assert depth[()] == pytest.approx(1 / 0.95 - 0.78 / 0.85)
    assert state(found, "south") is State.GREEN
    assert shown(found, names.WATERMELON_FIRST, service="south") == {}
    counted = shown(found, names.WATERMELON_PORTFOLIO, by="services", currency="")
    assert counted == {
        (one, "prev_month"): float(one in {State.WATERMELON, State.GREEN}) for one in State
    }


def test_the_portfolio_is_weighed_by_revenue(plan: Plan, tmp_path: Path) -> None:
    """Counted by hand from the tickets of October alone, to the cent and apart by currency.

    north, a watermelon  403 tickets, 400 of them low: 400 x 2.55 = 1,020 EUR, 403 x 1.10 USD
    south, green         400 tickets, the first one reopened 7 times: 7 EUR
    """
    desks = Desks(plan=worth(plan), folder=tmp_path)
    month(desks, "north", OCTOBER, content=312)
    month(desks, "south", OCTOBER, content=360)
    desks.tickets[400]["reopened"] = 7
    for place in range(3):
        desks.ticket("north", OCTOBER + timedelta(days=2, hours=place), priority="high")
    november = datetime(2026, 11, 1, tzinfo=UTC)
    for outside in (OCTOBER - timedelta(microseconds=1), november):
        desks.ticket("north", outside)
    found = desks.export(CLOSED)
    assert (state(found, "north"), state(found, "south")) == (State.WATERMELON, State.GREEN)
    weighed = shown(found, names.WATERMELON_PORTFOLIO, by="revenue", window="prev_month")
    assert {key: value for key, value in weighed.items() if value} == {
        ("EUR", State.WATERMELON): 1_020.0,
        ("EUR", State.GREEN): 7.0,
        ("USD", State.WATERMELON): pytest.approx(443.3),
    }
    before = desks.export(CLOSED - timedelta(days=7))
    weighed = shown(before, names.WATERMELON_PORTFOLIO, by="revenue", window="prev_month")
    september = {key: value for key, value in weighed.items() if value}
    assert september == {("EUR", State.UNKNOWN): 2.55, ("USD", State.UNKNOWN): 1.1}


def test_what_is_too_close_to_tell_is_suspected(plan: Plan, tmp_path: Path) -> None:
    """334 of 400 content look like a miss of 85 % and prove none: unknown, and suspected."""
    desks = Desks(plan=plan, folder=tmp_path)
    month(desks, "north", OCTOBER, content=334)
    found = desks.export(CLOSED)
    assert state(found, "north") is State.UNKNOWN
    assert shown(found, names.WATERMELON_SUSPECTED, service="north") == {("prev_month",): 1}


def test_a_value_can_make_a_watermelon(plan: Plan, tmp_path: Path) -> None:
    """Customers are content and the clock is met, but nine hours are more than eight."""
    desks = Desks(plan=plan, folder=tmp_path)
    month(desks, "south", OCTOBER, content=380, hours=9)
    assert state(desks.export(CLOSED), "south") is State.WATERMELON


def test_a_correction_does_not_change_what_was_closed(plan: Plan, tmp_path: Path) -> None:
    """After a month is closed its state stays, whatever later answers say."""
    desks = Desks(plan=plan, folder=tmp_path)
    month(desks, "north", OCTOBER, content=312)
    desks.export(CLOSED)
    for _ in range(400):
        desks.answer("north", OCTOBER + timedelta(days=2), 5)
    assert state(desks.export(CLOSED + timedelta(hours=1)), "north") is State.WATERMELON


def test_nothing_known_is_unknown(plan: Plan, tmp_path: Path) -> None:
    """A desk without a ticket is unknown, in no row of months, and not left out of the count."""
    found = Desks(plan=plan, folder=tmp_path).export(CLOSED)
    assert state(found, "north") is State.UNKNOWN
    assert shown(found, names.WATERMELON_PERIODS, service="north") == {("prev_month",): 0}
    counted = shown(found, names.WATERMELON_PORTFOLIO, by="services", state=State.UNKNOWN)
    assert counted == {("", "prev_month"): 2}
