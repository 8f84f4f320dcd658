"""The parts DuckDB counts are those a person would count row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.plan import Exclusion, Records
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Parts, Question
from truegreen_exporters.windows.bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LABELS = ("1d", "30d", "all", "month", "prev_month", "prev_week", "quarter", "week")
WINDOWS = tuple(map(parse_window, LABELS))
RECORDS = Records(
    table="cases",
    at="seen_at",
    where="NOT synthetic",
    total="answered",
    good="score >= 4",
    mature_after_seconds=3 * 86_400,
    min_sample=0,
)
EDGE = datetime(2016, 3, 31, 22, 0, tzinfo=UTC)  # midnight in Berlin, in the week the clocks turn


@dataclass(frozen=True)
class Case:
    """A row; None is a missing value."""

    service: str | None
    seen_at: datetime | None
    synthetic: bool | None
    answered: bool | None
    score: int | None


EXCLUDED: dict[str, Callable[[Case], bool]] = {  # in SQL and in Python; some rows meet several
    "score <= 3": lambda case: case.score is not None and case.score <= 3,
    "score = 3 OR score = 4": lambda case: case.score in (3, 4),
    "synthetic": lambda case: bool(case.synthetic),
    "NOT answered": lambda case: case.answered is False,
}


def perfect(seen_at: datetime) -> Case:
    """Return a good case of the shop."""
    return Case(service="shop", seen_at=seen_at, synthetic=False, answered=True, score=5)


def counted(cases: list[Case], question: Question, window: str, at: datetime) -> Parts:
    """Count by reading the definition of each part aloud."""
    start, end = bounds(parse_window(window), at, ZoneInfo(question.zone))
    parts = {"good": 0, "total": 0, "pending": 0, "excluded": 0}
    for case in cases:
        if case.service != question.service or case.seen_at is None:
            continue
        if case.seen_at >= end or (start is not None and case.seen_at < start):
            continue
        if question.records.where and case.synthetic is not False:
            continue
        if not case.answered:
            continue
        if any(EXCLUDED[one.sql](case) for one in question.records.exclusions):
            parts["excluded"] += 1
        else:
            if at - case.seen_at < timedelta(seconds=question.records.mature_after_seconds):
                parts["pending"] += 1
                continue
            parts["total"] += 1
            parts["good"] += case.score is not None and case.score >= 4
    return Parts(**parts)


offsets = st.one_of(
    st.integers(-40 * 86_400, 40 * 86_400).map(lambda s: timedelta(seconds=s)),
    st.integers(-3, 3).map(lambda us: timedelta(microseconds=us)),
    st.integers(-40, 40).map(lambda days: timedelta(days=days)),
)
instants = offsets.map(lambda offset: EDGE + offset)
truth = st.sampled_from([True, False, None])
cases_of = st.builds(
    Case,
    service=st.sampled_from(["shop", "shop", "desk", None]),
    seen_at=st.one_of(st.none(), instants),
    synthetic=st.sampled_from([False, False, False, True, None]),
    answered=truth,
    score=st.sampled_from([None, 1, 3, 4, 5]),
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with an empty table of cases."""
    with duckdb.connect(config={"threads": 1}) as found:
        found.execute(
            "CREATE TABLE cases(service VARCHAR, seen_at TIMESTAMPTZ, synthetic BOOLEAN, "
            "answered BOOLEAN, score BIGINT, _source VARCHAR DEFAULT 'export')"
        )
        yield found


def fill(connection: duckdb.DuckDBPyConnection, cases: list[Case]) -> None:
    """Make the table hold exactly these cases."""
    connection.execute("DELETE FROM cases")
    connection.execute(
        "INSERT INTO cases(service, seen_at, synthetic, answered, score) SELECT "
        "unnest(?::VARCHAR[]), make_timestamptz(unnest(?::BIGINT[])), unnest(?::BOOLEAN[]), "
        "unnest(?::BOOLEAN[]), unnest(?::BIGINT[])",
        [
            [case.service for case in cases],
            [
                c.seen_at
                and (c.seen_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
                for c in cases
            ],
            [case.synthetic for case in cases],
            [case.answered for case in cases],
            [case.score for case in cases],
        ],
    )


questions = st.builds(
    lambda zone, where, mature, out: Question(
        service="shop",
        zone=zone,
        records=replace(
            RECORDS,
            where=where,
            mature_after_seconds=mature,
            exclusions=tuple(Exclusion(sql=one, reason="as agreed") for one in out),
        ),
        windows=WINDOWS,
    ),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo"]),
    st.sampled_from(["", "NOT synthetic"]),
    st.sampled_from([0, 1, 86_400, 14 * 86_400, 60 * 86_400]),
    st.lists(st.sampled_from(sorted(EXCLUDED)), unique=True),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(cases_of, max_size=40), questions, st.lists(instants, min_size=1, max_size=4))
def test_parts_equal_a_count_row_by_row(
    connection: duckdb.DuckDBPyConnection,
    cases: list[Case],
    question: Question,
    moments: list[datetime],
) -> None:
    """For random histories every part of every window is right, now and over a grid of moments."""
    fill(connection, cases)
    want = {at: {w: counted(cases, question, w, at) for w in LABELS} for at in moments}
    assert {at: DuckDbEngine(connection).parts_at(question, at) for at in moments} == want
    assert DuckDbEngine(connection).parts_over(question, moments) == want


def test_an_empty_table_counts_to_zero(connection: duckdb.DuckDBPyConnection) -> None:
    """Without rows every part is 0, never missing."""
    fill(connection, [])
    question = Question(service="shop", zone="UTC", records=RECORDS, windows=WINDOWS)
    nothing = dict.fromkeys(LABELS, Parts(good=0, total=0, pending=0, excluded=0))
    assert DuckDbEngine(connection).parts_at(question, EDGE) == nothing
    assert DuckDbEngine(connection).parts_over(question, [EDGE]) == {EDGE: nothing}


def test_times_without_a_zone_are_of_the_service_s_zone(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """A literal in an expression means local time of the service, in any session before."""
    at = datetime(2016, 4, 1, tzinfo=UTC)
    fill(connection, [perfect(datetime(2016, 3, 31, 22, 30, tzinfo=UTC))])
    records = replace(RECORDS, mature_after_seconds=0, good="seen_at >= TIMESTAMP '2016-04-01'")
    good = {}
    for zone in ("UTC", "Europe/Berlin", "UTC"):
        question = Question(service="shop", zone=zone, records=records, windows=WINDOWS)
        good[zone] = DuckDbEngine(connection).parts_at(question, at)["all"].good
    assert good == {"UTC": 0, "Europe/Berlin": 1}


def test_the_newest_row_is_not_one_of_the_future(connection: duckdb.DuckDBPyConnection) -> None:
    """A row that is planned for later does not hide that a source has gone quiet."""
    times = [EDGE - timedelta(days=2), EDGE + timedelta(days=9)]
    fill(connection, [perfect(time) for time in times])
    question = Question(service="shop", zone="UTC", records=RECORDS, windows=WINDOWS)
    assert DuckDbEngine(connection).newest("export", question, EDGE) == times[0].timestamp()
    assert DuckDbEngine(connection).newest("another", question, EDGE) is None
