"""Latency in business time is what a person counts half hour by half hour in the office's hours."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import duckdb
import process_cases as told
import pytest

from truegreen_definitions.calendars.waiting import longest_wait
from truegreen_definitions.plan import Records, Within
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Parts, Question, microseconds

AT_MOST = 24  # half hours: more than a day of ten hours
SECONDS = AT_MOST * told.SLOT_SECONDS
WINDOWS = tuple(map(parse_window, ("7d", "month", "all")))
MATURE = round(longest_wait(told.HOURS, SECONDS) or 0)
PARTS = Records(
    table="orders",
    at="ordered_at",
    where="",
    total="ordered_at IS NOT NULL",
    good="done_at IS NOT NULL",
    mature_after_seconds=MATURE,
    min_sample=0,
    within=Within(start="ordered_at", end="done_at", calendar="office-hours", seconds=SECONDS),
)
QUESTION = Question(
    service="shop", zone="Europe/Berlin", records=PARTS, windows=WINDOWS, calendar=told.HOURS
)
OPEN = told.open_slots()


def passed(start: int, end: int) -> int:
    """Return the half hours in office hours from one slot to another."""
    return sum(slot in OPEN for slot in range(start, end))


def moment(slot: int) -> datetime:
    """Return the instant at which a slot begins."""
    return told.BEGIN + slot * told.SLOT


@pytest.mark.parametrize("seed", range(3))
def test_parts_are_those_a_person_counts(seed: int) -> None:
    """Good is done within the hours, ripe is what has had them, whatever nights lie between."""
    rng = random.Random(seed)
    rows: list[tuple[int, int | None]] = []
    for _ in range(200):
        begun = rng.randrange(told.SLOTS - 150)
        rows.append((begun, rng.choice([None, begun + rng.randrange(-5, 140)])))
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE orders(service VARCHAR, ordered_at TIMESTAMPTZ, done_at TIMESTAMPTZ)"
    )
    connection.executemany(
        "INSERT INTO orders VALUES ('shop', ?, ?)",
        [(moment(begun), None if done is None else moment(done)) for begun, done in rows],
    )
    engine, at = DuckDbEngine(connection), rng.randrange(100, told.SLOTS - 100)
    spans = {
        "7d": (at - 7 * 48, at),
        "all": (-1, at),
        "month": ((datetime(2026, 3, 31, 22, tzinfo=UTC) - told.BEGIN) // told.SLOT, at),
    }
    if moment(at) < datetime(2026, 3, 31, 22, tzinfo=UTC):
        spans["month"] = (-1, at)
    expected = {label: counted(rows, *span, at) for label, span in spans.items()}
    assert engine.parts_at(QUESTION, moment(at)) == expected
    assert engine.parts_over(QUESTION, [moment(at)])[moment(at)] == expected
    between = engine.parts_between(QUESTION, [(moment(20), moment(120))], moment(at))
    assert between == (counted(rows, 20, 120, at),)
    connection.close()


def counted(rows: list[tuple[int, int | None]], low: int, high: int, at: int) -> Parts:
    """Return the parts of rows that begin from one slot to another, seen from a third."""
    good = total = pending = 0
    for begun, done in rows:
        if not low <= begun < high:
            continue
        if passed(begun, at) < AT_MOST:
            pending += 1
            continue
        total += 1
        good += done is not None and passed(begun, done) <= AT_MOST
    return Parts(good=good, total=total, pending=pending, excluded=0)


def test_no_row_is_pending_for_longer_than_is_said() -> None:
    """The longest wait by the clock on the wall is that from the end of a week's last hours."""
    # 12 business hours from Friday 18:00: all of Monday's ten, and Tuesday's first two; in autumn
    # the night has an hour more.
    assert timedelta(days=3, hours=17).total_seconds() == MATURE
    assert longest_wait(told.HOURS, 10 * 366 * 86_400) is None


def test_what_began_out_of_hours_ripens_with_what_waits_for_the_doors() -> None:
    """Two business hours into Tuesday all is ripe that began up to Monday's opening."""
    opens, tuesday = datetime(2026, 4, 13, 6, tzinfo=UTC), datetime(2026, 4, 14, 8, tzinfo=UTC)
    assert QUESTION.ripe_before(tuesday) == microseconds(opens) + 1
