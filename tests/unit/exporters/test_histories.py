"""Histories as help desks write them: late, twice, corrected, out of order, reopened, incomplete.

They go through a file and the store, page by page, and what is measured is what a person would
work out from the last revision of each ticket.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import process_cases as told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truegreen_definitions.calendars.waiting import longest_wait
from truegreen_definitions.plan import (
    Column,
    Elapsed,
    FileRead,
    Pauses,
    Records,
    Table,
    Values,
    Within,
)
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Question
from truegreen_exporters.engines.value_question import ValueQuestion
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    import pytest

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
AT = BEGIN + timedelta(days=40)
TICKETS = Table(
    name="tickets",
    key=("ticket_id",),
    columns=(
        Column(name="ticket_id", type="text"),
        Column(name="service", type="text"),
        Column(name="opened_at", type="timestamp"),
        Column(name="resolved_at", type="timestamp"),
        Column(name="reopen_count", type="integer"),
    ),
    origin=plans.HERE,
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    table="tickets",
    read=FileRead(format="jsonl", location="tickets*.jsonl"),
    zone="UTC",
    columns=(
        ("ticket_id", "id"),
        ("opened_at", "CAST(opened AS TIMESTAMPTZ)"),
        ("resolved_at", "CAST(resolved AS TIMESTAMPTZ)"),
        ("reopen_count", "CAST(reopened AS INT)"),
    ),
    revision=("CAST(version AS INT)",),
    service="'order-to-cash'",
)
PLAN = replace(plans.PLAN, tables=(TICKETS,), sources=(SOURCE,), agreements=(), journeys=())
MONTH = (parse_window("all"), parse_window("month"))
STAYS = Records(
    table="tickets",
    at="resolved_at",
    where="",
    total="resolved_at IS NOT NULL",
    good="reopen_count = 0",
    mature_after_seconds=0,
    min_sample=0,
)
SLOWEST = Values(
    table="tickets",
    at="resolved_at",
    where="",
    aggregate="quantile",
    quantile=Decimal(1) / 2,
    elapsed=Elapsed(start="opened_at", end="resolved_at"),
)


@dataclass(frozen=True)
class Line:
    """What a desk wrote of a ticket, once."""

    ticket: int
    version: int
    opened: int | None
    resolved: int | None
    reopened: int


LINES = st.lists(
    st.builds(
        Line,
        ticket=st.integers(1, 6),
        version=st.integers(1, 4),
        opened=st.one_of(st.none(), st.integers(0, 900)),
        resolved=st.one_of(st.none(), st.integers(0, 1_100)),
        reopened=st.integers(0, 2),
    ),
    max_size=24,
)


def written(line: Line) -> str:
    """Return a line of the export; times are hours since the beginning."""
    times = {
        name: None if hours is None else (BEGIN + timedelta(hours=hours)).isoformat()
        for name, hours in (("opened", line.opened), ("resolved", line.resolved))
    }
    numbers = {"version": line.version, "reopened": line.reopened}
    return json.dumps({"id": f"T{line.ticket}", **times, **numbers}) + "\n"


def last_words(lines: list[Line]) -> list[Line]:
    """Return the last revision of each ticket; of equal ones the later written."""
    found: dict[int, Line] = {}
    for line in lines:
        if line.ticket not in found or line.version >= found[line.ticket].version:
            found[line.ticket] = line
    return list(found.values())


@settings(max_examples=15, deadline=None, suppress_health_check=(HealthCheck.too_slow,))
@given(lines=LINES, cut=st.integers(0, 24))
def test_what_is_measured_is_of_the_last_words(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], cut: int
) -> None:
    """However the lines come, in one reading or in two, only each ticket's last word counts."""
    folder = tmp_path_factory.mktemp("desk")
    path = folder / "tickets.jsonl"
    loaded = LoadedPlan(plan=PLAN, digest=digest(PLAN), revision="")
    with Store(None, PLAN) as store:
        one = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: AT))
        for known in (lines[:cut], lines):
            path.write_text("".join(map(written, known)))
            one.cycle(AT, wait=True)
        engine = DuckDbEngine(store.connection)
        shop, zone = "order-to-cash", "UTC"
        parts = engine.parts_at(Question(service=shop, zone=zone, windows=MONTH, records=STAYS), AT)
        values = engine.values_at(
            ValueQuestion(service=shop, zone=zone, windows=MONTH, values=SLOWEST), AT
        )
    resolved = [
        (line, BEGIN + timedelta(hours=line.resolved))
        for line in last_words(lines)
        if line.resolved is not None
    ]
    for label, start in (("all", BEGIN), ("month", datetime(2026, 4, 1, tzinfo=UTC))):
        here = [line for line, moment in resolved if start <= moment < AT]
        assert parts[label].total == len(here)
        assert parts[label].good == sum(line.reopened == 0 for line in here)
        took = sorted(
            3600.0 * max(0, (line.resolved or 0) - line.opened)
            for line in here
            if line.opened is not None
        )
        assert values[label].total == len(took)
        if took:
            middle = (took[(len(took) - 1) // 2] + took[len(took) // 2]) / 2
            assert values[label].value == middle
        else:
            assert values[label].value is None


STATES = Table(
    name="states",
    key=("of_ticket", "begun_at"),
    columns=(
        Column(name="of_ticket", type="text"),
        Column(name="begun_at", type="timestamp"),
        Column(name="state", type="text"),
    ),
    origin=plans.HERE,
)
STATES_SOURCE = replace(
    SOURCE,
    name="states",
    table="states",
    read=FileRead(format="jsonl", location="states*.jsonl"),
    columns=(("of_ticket", "id"), ("begun_at", "CAST(begun AS TIMESTAMPTZ)"), ("state", "state")),
    service="",
)
CLOCKED = replace(
    PLAN,
    tables=(TICKETS, STATES),
    sources=(replace(SOURCE, name="tickets"), STATES_SOURCE),
    calendars=(told.HOURS,),
)
IN_HOURS = 20  # half hours: two days of ten hours
SLOT_LINES = st.lists(
    st.builds(
        Line,
        ticket=st.integers(1, 5),
        version=st.integers(1, 4),
        opened=st.one_of(st.none(), st.integers(0, 250)),
        resolved=st.one_of(st.none(), st.integers(50, 330), st.integers(50, 330)),
        reopened=st.just(0),
    ),
    min_size=6,
    max_size=16,
)
STATE_LINES = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(1, 3),
        st.integers(0, 250),
        st.sampled_from(["open", "waiting", "with vendor"]),
    ),
    min_size=10,
    max_size=20,
)


def slot(number: int | None) -> str | None:
    """Return when a half hour begins, as a desk writes it."""
    return None if number is None else (told.BEGIN + number * told.SLOT).isoformat()


OPEN = told.open_slots()


def worked(ticket: int, begun: int, done: int, states: dict[tuple[int, int], str]) -> int:
    """Return the half hours in office hours in which a ticket waited for nobody else."""
    turns = sorted((at, state) for (of, at), state in states.items() if of == ticket)
    found = 0
    for now in range(begun, done):
        state = next((state for at, state in reversed(turns) if at <= now), "open")
        found += now in OPEN and state == "open"
    return found


@settings(max_examples=10, deadline=None, suppress_health_check=(HealthCheck.too_slow,))
@given(lines=SLOT_LINES, states=STATE_LINES, cut=st.integers(0, 16))
def test_the_clock_of_business_stands_still_by_the_last_words(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    states: list[tuple[int, int, int, str]],
    cut: int,
) -> None:
    """Nights, week-ends and waits are left out, however late and often they were told of."""
    folder, at = tmp_path_factory.mktemp("desk"), told.BEGIN + 340 * told.SLOT
    elapsed = Elapsed(
        start="opened_at",
        end="resolved_at",
        calendar="office-hours",
        pauses=Pauses(
            table="states",
            of="of_ticket",
            case="ticket_id",
            at="begun_at",
            state="state",
            paused=("waiting", "with vendor"),
        ),
    )
    hours = IN_HOURS * told.SLOT_SECONDS
    kept = replace(
        STAYS,
        at="opened_at",
        good="resolved_at IS NOT NULL",
        total="opened_at IS NOT NULL",
        mature_after_seconds=round(longest_wait(told.HOURS, hours) or 0),
        within=Within(start="opened_at", end="resolved_at", calendar="office-hours", seconds=hours),
    )
    loaded = LoadedPlan(plan=CLOCKED, digest=digest(CLOCKED), revision="")
    with Store(None, CLOCKED) as store:
        one = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: at))
        for known, turns in ((lines[:cut], states[:cut]), (lines, states)):
            (folder / "tickets.jsonl").write_text("".join(map(in_slots, known)))
            (folder / "states.jsonl").write_text("".join(map(turned, turns)))
            one.cycle(at, wait=True)
        engine = DuckDbEngine(store.connection)
        shop, zone, calendar = "order-to-cash", "Europe/Berlin", told.HOURS
        windows = (parse_window("all"),)
        values = replace(SLOWEST, aggregate="sum", quantile=None, elapsed=elapsed)
        asked = ValueQuestion(
            service=shop, zone=zone, windows=windows, values=values, calendar=calendar
        )
        took = engine.values_at(asked, at)["all"]
        question = Question(
            service=shop, zone=zone, windows=windows, records=kept, calendar=calendar
        )
        parts = engine.parts_at(question, at)["all"]
    last: dict[tuple[int, int], tuple[int, str]] = {}
    for of, version, begun, state in states:
        if (of, begun) not in last or version >= last[of, begun][0]:
            last[of, begun] = version, state
    now = {where: state for where, (_, state) in last.items()}
    final = last_words(lines)
    done = [
        worked(line.ticket, line.opened, line.resolved, now)
        for line in final
        if line.opened is not None and line.resolved is not None
    ]
    assert took.total == len(done)
    assert took.value == (sum(done) * told.SLOT_SECONDS if done else None)
    opened = [line for line in final if line.opened is not None]
    ripe = [line for line in opened if worked(0, line.opened or 0, 340, {}) >= IN_HOURS]
    good = [
        line
        for line in ripe
        if line.resolved is not None and worked(0, line.opened or 0, line.resolved, {}) <= IN_HOURS
    ]
    expected = (len(good), len(ripe), len(opened) - len(ripe))
    assert (parts.good, parts.total, parts.pending) == expected


def in_slots(line: Line) -> str:
    """Return a line of the export whose times are half hours."""
    times = {"opened": slot(line.opened), "resolved": slot(line.resolved)}
    numbers = {"version": line.version, "reopened": line.reopened}
    return json.dumps({"id": f"T{line.ticket}", **times, **numbers}) + "\n"


def turned(turn: tuple[int, int, int, str]) -> str:
    """Return a line that says which state a ticket took on."""
    of, version, begun, state = turn
    told_of = {"id": f"T{of}", "version": version, "begun": slot(begun), "state": state}
    return json.dumps(told_of) + "\n"
