"""Records that look at rows of the same key, and keys judged by their own rows: by hand too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truegreen_definitions.plan import Exclusion, Judged, Records, Values
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Question
from truegreen_exporters.engines.value_question import ValueQuestion
from truegreen_exporters.windows.bounds import bounds

LABELS = ("30d", "all", "month", "prev_month")
WINDOWS = tuple(map(parse_window, LABELS))
SLOW = (HealthCheck.too_slow,)  # of a busy machine, and not of what is tested
EDGE = datetime(2016, 3, 31, 22, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NO_REPEAT = Records(
    table="tickets",
    at="resolved_at",
    where="kind = 'incident'",
    total="resolved_at IS NOT NULL",
    good="NEXT(opened_at) IS NULL OR NEXT(opened_at) > resolved_at + INTERVAL '30' DAY",
    mature_after_seconds=2 * 86_400,
    min_sample=0,
    exclusions=(Exclusion(sql="duplicate", reason="duplicate"),),
    per="customer",
    order=("ticket_id",),
)
LATER = replace(
    NO_REPEAT,
    good="NEXT(opened_at, resolved_at) IS NULL "
    "OR NEXT(opened_at, resolved_at) > resolved_at + INTERVAL '30' DAY",
)
BACK = Values(
    table=LATER.table,
    at=LATER.at,
    where=LATER.where,
    aggregate="sum",
    value=f"CASE WHEN {LATER.good} THEN 0 ELSE 1 END",
    mature_after_seconds=LATER.mature_after_seconds,
    exclusions=LATER.exclusions,
    per=LATER.per,
    order=LATER.order,
)
TAIL = replace(NO_REPEAT, good="made_sla", each=Judged(share=Decimal("0.66"), at_least=2), order=())


@dataclass(frozen=True)
class Ticket:
    """A row; None is a missing value."""

    ticket_id: int
    service: str
    customer: str | None
    kind: str
    duplicate: bool
    opened_at: datetime | None
    resolved_at: datetime | None
    made_sla: bool | None


TIMES = st.one_of(st.none(), st.integers(-90, 3).map(lambda days: EDGE + days * DAY))
TICKETS = st.lists(
    st.builds(
        Ticket,
        ticket_id=st.just(0),
        service=st.sampled_from(["shop", "shop", "other"]),
        customer=st.sampled_from(["a", "b", None]),
        kind=st.sampled_from(["incident", "incident", "request"]),
        duplicate=st.sampled_from([False, False, True]),
        opened_at=TIMES,
        resolved_at=TIMES,
        made_sla=st.sampled_from([True, True, False, None]),
    ),
    max_size=20,
).map(lambda rows: [replace(one, ticket_id=place) for place, one in enumerate(rows)])


@cache
def database() -> duckdb.DuckDBPyConnection:
    """Return a database with an empty table of tickets; to make one takes long."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE tickets(ticket_id INTEGER, service VARCHAR, customer VARCHAR, "
        "kind VARCHAR, duplicate BOOLEAN, opened_at TIMESTAMPTZ, resolved_at TIMESTAMPTZ, "
        "made_sla BOOLEAN)"
    )
    return made


def engine(tickets: list[Ticket]) -> DuckDbEngine:
    """Return an engine over these tickets."""
    made = database()
    made.execute("DELETE FROM tickets")
    for one in tickets:
        values = [getattr(one, name) for name in Ticket.__dataclass_fields__]
        made.execute("INSERT INTO tickets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return DuckDbEngine(made)


def question(records: Records) -> Question:
    """Return the question about the shop."""
    return Question(service="shop", zone="Europe/Berlin", records=records, windows=WINDOWS)


def of(tickets: list[Ticket], *, out: bool) -> list[Ticket]:
    """Return the shop's incidents that were resolved, left out ones or others, in their order."""
    found = [
        one
        for one in tickets
        if one.service == "shop" and one.kind == "incident" and one.duplicate is out
    ]
    resolved = [(one.resolved_at, one) for one in found if one.resolved_at is not None]
    return [one for _, one in sorted(resolved, key=lambda pair: (pair[0], pair[1].ticket_id))]


def stays(ticket: Ticket, others: list[Ticket]) -> bool:
    """Return whether the customer's next ticket was opened 30 days later, or never."""
    if ticket.customer is None:
        return True
    own = [one for one in others if one.customer == ticket.customer]
    later = own[own.index(ticket) + 1 :]
    if not later or later[0].opened_at is None or ticket.resolved_at is None:
        return True
    return later[0].opened_at > ticket.resolved_at + 30 * DAY


def comes_back(ticket: Ticket, tickets: list[Ticket]) -> bool:
    """Return whether the customer opened another within 30 days of the end, resolved or not."""
    ended = ticket.resolved_at
    if ticket.customer is None or ended is None:
        return False
    begun = ticket.opened_at or ended
    times = [
        one.opened_at
        for one in tickets
        if (one.service, one.kind, one.customer) == ("shop", "incident", ticket.customer)
        and one.duplicate is ticket.duplicate
    ]
    return any(time and max(ended, begun) < time <= ended + 30 * DAY for time in times)


def within(tickets: list[Ticket], label: str, at: datetime) -> list[Ticket]:
    """Return the tickets that were resolved in a window."""
    start, end = bounds(parse_window(label), at, ZoneInfo("Europe/Berlin"))
    return [
        one
        for one in tickets
        if one.resolved_at is not None
        and (start is None or one.resolved_at >= start)
        and one.resolved_at < end
    ]


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(tickets=TICKETS, ahead=st.integers(-3, 5))
def test_repeats_of_a_customer_are_those_of_a_loop(tickets: list[Ticket], ahead: int) -> None:
    """A next ticket within 30 days is a repeat, unless it is a duplicate, or nobody's."""
    at = EDGE + ahead * DAY
    found = engine(tickets).parts_at(question(NO_REPEAT), at)
    kept = of(tickets, out=False)
    for label in LABELS:
        here = within(kept, label, at)
        ripe = [one for one in here if (one.resolved_at or at) <= at - 2 * DAY]
        parts = found[label]
        assert parts.total == len(ripe)
        assert parts.good == sum(stays(one, kept) for one in ripe)
        assert parts.pending == len(here) - len(ripe)
        assert parts.excluded == len(within(of(tickets, out=True), label, at))


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(tickets=TICKETS, ahead=st.integers(-3, 5))
def test_what_comes_back_is_that_of_a_loop(tickets: list[Ticket], ahead: int) -> None:
    """Whoever opens one after the end is found, whatever stands between, and open or not."""
    at = EDGE + ahead * DAY
    found = engine(tickets).parts_at(question(LATER), at)
    kept = of(tickets, out=False)
    for label in LABELS:
        here = within(kept, label, at)
        ripe = [one for one in here if (one.resolved_at or at) <= at - 2 * DAY]
        assert found[label].total == len(ripe)
        assert found[label].good == sum(not comes_back(one, tickets) for one in ripe)
        assert found[label].pending == len(here) - len(ripe)
        assert found[label].excluded == len(within(of(tickets, out=True), label, at))
    asked = ValueQuestion(service="shop", zone="Europe/Berlin", values=BACK, windows=WINDOWS)
    for label, value in engine(tickets).values_at(asked, at).items():
        parts = found[label]
        assert value.value == (parts.total - parts.good if parts.total else None)


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(tickets=TICKETS, ahead=st.integers(-3, 5))
def test_failing_customers_are_those_of_a_loop(tickets: list[Ticket], ahead: int) -> None:
    """Customers with two tickets or more count, and are good with two thirds in time."""
    at = EDGE + ahead * DAY
    asked = question(TAIL)
    found = engine(tickets).parts_at(asked, at)
    spans = [(EDGE - 31 * DAY, EDGE)]
    (between,) = engine(tickets).parts_between(asked, spans, at)
    assert engine(tickets).parts_over(asked, [at]) == {at: found}
    for label in LABELS:
        here = within(of(tickets, out=False), label, at)
        own: dict[str, list[bool]] = {}
        for one in here:
            if one.customer is not None and (one.resolved_at or at) <= at - 2 * DAY:
                own.setdefault(one.customer, []).append(one.made_sla is True)
        counted = [flags for flags in own.values() if len(flags) >= 2]
        assert found[label].total == len(counted)
        good = sum(Decimal(sum(flags)) >= Decimal("0.66") * len(flags) for flags in counted)
        assert found[label].good == good
    if at >= EDGE + 3 * DAY:
        assert between.total <= found["all"].total
