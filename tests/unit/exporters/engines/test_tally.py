"""Counts that are kept up to date are at any time those of a full count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import plans
from hypothesis import given, settings
from hypothesis import strategies as st
from told_parts import told

from truegreen_definitions.plan import Exclusion, Records
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines import tally as tally_module
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Parts, Question
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position, Rows
from truegreen_exporters.store import Store
from truegreen_exporters.store import changes as changes_module

if TYPE_CHECKING:
    import pytest


Row: TypeAlias = "tuple[str, datetime | None, int | None, str | None, int]"

EDGE = datetime(2016, 3, 31, 22, 0, tzinfo=UTC)  # midnight in Berlin, in the week the clocks turn
SOURCE = replace(
    plans.SURVEY_EXPORT,
    columns=(
        ("survey_id", "id"),
        ("score", "try_cast(rating as integer)"),
        ("answered_at", "make_timestamptz(try_cast(answered as bigint))"),
    ),
    revision=("try_cast(updated as integer)",),
    service="application",
)
MAPPING = Mapping.of(SOURCE, plans.SURVEYS)
CURSOR = Cursor(path="surveys.csv")
WINDOWS = tuple(map(parse_window, ("1d", "30d", "all", "month", "prev_month", "prev_week")))
RECORDS = Records(
    table="surveys",
    at="answered_at",
    where="score IS NOT NULL",
    total="score > 0",
    good="score >= 4",
    mature_after_seconds=0,
    min_sample=0,
)
LATER = replace(RECORDS, at="answered_at + INTERVAL 36 HOUR", mature_after_seconds=3 * 86_400)
CAREFUL = replace(
    RECORDS,
    mature_after_seconds=14 * 86_400,
    exclusions=(
        Exclusion(sql="score = 2", reason="as agreed"),
        Exclusion(sql="score <= 3", reason="as agreed too"),
    ),
)
QUESTIONS = [
    Question(service=service, zone=zone, records=records, windows=windows)
    for records in (RECORDS, LATER, CAREFUL)
    for service, zone, windows in (
        ("shop", "Europe/Berlin", WINDOWS),
        ("desk", "Europe/Berlin", WINDOWS[:3]),
        ("mill", "UTC", WINDOWS),
    )
]

offsets = st.one_of(
    st.integers(-70 * 86_400, 40 * 86_400).map(lambda s: timedelta(seconds=s)),
    st.integers(-3, 3).map(lambda us: timedelta(microseconds=us)),
    st.integers(-40, 40).map(lambda days: timedelta(days=days)),
)
moments = offsets.map(lambda offset: EDGE + offset)
rows = st.tuples(
    st.sampled_from("abcdefgh"),
    st.one_of(st.none(), moments),
    st.sampled_from([None, 0, 2, 3, 4, 5]),
    st.sampled_from(["shop", "shop", "desk", "mill", None]),
    st.integers(0, 3),
)
steps = st.lists(st.tuples(st.lists(rows, max_size=8), moments), min_size=1, max_size=6)


def add(
    store: Store, found: list[tuple[str, datetime | None, int | None, str | None, int]]
) -> None:
    """Take rows of (id, answered, score, service, revision) in."""
    texts = [
        (
            key,
            None if score is None else str(score),
            None if at is None else str(int(at.timestamp() * 1e6 + 0.5)),
            service,
            str(revision),
        )
        for key, at, score, service, revision in found
    ]
    names = ("id", "rating", "answered", "application", "updated")
    places = [names.index(name) for name in MAPPING.wanted]
    columns = tuple([text[place] for text in texts] for place in places)
    store.add(MAPPING, Rows(values=columns, lines=range(len(texts)), end=Position(0, 0)), CURSOR)


def full(store: Store, at: datetime) -> list[dict[str, Parts]]:
    """Count every question by a query of its own, over all rows."""
    engine = DuckDbEngine(store.connection)
    return [engine.parts_at(question, at) for question in QUESTIONS]


@settings(max_examples=15)
@given(steps)
def test_any_batches_and_moments_give_what_a_full_count_gives(
    history: list[tuple[list[Row], datetime]],
) -> None:
    """New, corrected, moved and vanished rows, and time that goes on or back, are all kept up."""
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        known: dict[int, dict[str, Parts]] = {}
        for turn, (batch, at) in enumerate(history, start=1):
            add(store, batch)
            found = tally.advance(at)
            assert not found.failed
            known.update(told(found))
            if turn in (2, len(history)):
                assert [known[place] for place in range(len(QUESTIONS))] == full(store, at)


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.tuples(
                    st.sampled_from("abcdef"),
                    st.builds(
                        lambda days, seconds: EDGE + timedelta(days=-days, seconds=seconds),
                        st.sampled_from([0, 0, 1, 1.5, 2.5, 3, 14, 30]),
                        st.integers(-20, 9_000),
                    ),
                    st.sampled_from([None, 2, 4, 5]),
                    st.sampled_from(["shop", "desk", "mill", None]),
                    st.integers(0, 3),
                ),
                max_size=6,
            ),
            st.sampled_from([0, 1, 15, 15, 600, 1_800, 3_599, -15, -1_800]),
        ),
        min_size=4,
        max_size=10,
    )
)
def test_rows_near_the_edges_are_counted_as_time_goes_on(
    history: list[tuple[list[Row], int]],
) -> None:
    """What edges will pass over is read ahead, and rows that come, go or move there are noted."""
    at = EDGE
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        known: dict[int, dict[str, Parts]] = {}
        for batch, seconds in history:
            at += timedelta(seconds=seconds)
            add(store, batch)
            known.update(told(tally.advance(at)))
        # Sums that went wrong once stay wrong: they are only ever added to.
        assert [known[place] for place in range(len(QUESTIONS))] == full(store, at)


def test_the_columns_that_are_told_are_what_changed() -> None:
    """Showing the told columns alone leaves every number as a full count has it."""
    at = EDGE + timedelta(hours=1)
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        shown: dict[tuple[int, str, str], int] = {}
        for key in "abc":
            add(store, [(key, EDGE, 5, "shop", 1)])
            at += timedelta(seconds=15)
            told = {
                (place, window, part.value): count
                for block in tally.advance(at).blocks
                for window, part, counts in block.columns()
                for place, count in zip(block.places, counts, strict=True)
            }
            assert len(told) < 200 or not shown
            shown |= told
        assert shown == {
            (place, window, part): count
            for place, windows in enumerate(full(store, at))
            for window, parts in windows.items()
            for part, count in parts._asdict().items()
        }


def test_more_rows_ahead_than_are_kept_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where too many rows lie ahead, each cycle asks for those that time went over."""
    monkeypatch.setattr(tally_module, "MOST_AHEAD", 1)
    at = EDGE
    with Store(None, plans.PLAN) as store:
        add(store, [(key, EDGE + timedelta(seconds=1), 5, "shop", 1) for key in "abc"])
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        known: dict[int, dict[str, Parts]] = {}
        for _ in range(3):
            known.update(told(tally.advance(at)))
            assert known[0] == full(store, at)[0]
            at += timedelta(seconds=15)


def test_only_what_changes_is_told() -> None:
    """After the first counting an unchanged question is not among the parts."""
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        add(store, [("a", EDGE, 5, "shop", 1), ("b", EDGE, 5, "mill", 1)])
        assert len(told(tally.advance(EDGE + timedelta(hours=1)))) == len(QUESTIONS)
        assert told(tally.advance(EDGE + timedelta(hours=1))) == {}
        add(store, [("c", EDGE, 5, "desk", 1)])
        news = told(tally.advance(EDGE + timedelta(hours=1)))
        assert {QUESTIONS[place].service for place in news} == {"desk"}


def test_more_changes_than_are_kept_are_counted_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of changes all rows are counted, and then it is kept up again."""
    monkeypatch.setattr(changes_module, "MOST_ROWS", 2)
    at = EDGE + timedelta(hours=1)
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        tally.advance(at)
        for batch in ("abcdef", "g"):
            add(store, [(key, EDGE, 4, "shop", 1) for key in batch])
            known = told(tally.advance(at))
            assert known[0] == full(store, at)[0]
            assert store.changes.known("surveys")


def test_a_failing_row_costs_the_agreements_of_its_service_alone() -> None:
    """Where an expression fails it is told why; other services, and sound indicators, count on."""
    broken = replace(RECORDS, good="CAST(concat(score, survey_id) AS BIGINT) > 3")
    asked = [
        replace(question, records=records)
        for question in QUESTIONS[:3]
        for records in (RECORDS, broken)
    ]
    at = EDGE + timedelta(hours=1)
    with Store(None, plans.PLAN) as store:
        engine = DuckDbEngine(store.connection)
        tally = Tally(engine, store.changes, asked)
        add(
            store, [("1", EDGE, 5, "shop", 1), ("x", EDGE, 5, "desk", 1), ("2", EDGE, 5, "mill", 1)]
        )
        for _ in range(2):
            found = tally.advance(at)
            failing = [
                n for n, q in enumerate(asked) if q.service == "desk" and q.records == broken
            ]
            assert list(found.failed) == failing
            assert "concat" in found.failed[failing[0]] or "INT64" in found.failed[failing[0]]
        add(store, [("3", EDGE, 2, "shop", 1), ("x", EDGE, 5, "shop", 2)])
        found = tally.advance(at)
        sound = [n for n, q in enumerate(asked) if q.records == RECORDS]
        for place in sound:
            assert told(found).get(place, engine.parts_at(asked[place], at)) == engine.parts_at(
                asked[place], at
            )
        assert {asked[place].service for place in found.failed} == {"shop"}


def test_a_row_that_fails_one_pass_is_counted_by_the_others() -> None:
    """What arrives is read for all passes at once; where one fails on it, each reads alone."""
    broken = replace(RECORDS, good="CAST(concat(score, survey_id) AS BIGINT) > 3")
    asked = [replace(QUESTIONS[0], records=records) for records in (broken, LATER)]
    at = EDGE + timedelta(days=3)
    with Store(None, plans.PLAN) as store:
        engine = DuckDbEngine(store.connection)
        tally = Tally(engine, store.changes, asked)
        add(store, [("1", EDGE, 5, "shop", 1)])
        assert tally.advance(at).failed == {}
        add(store, [("x", EDGE, 5, "shop", 1)])
        found = tally.advance(at)
        assert list(found.failed) == [0]
        assert list(told(found)) == [1]
        assert told(found)[1] == engine.parts_at(asked[1], at)
        assert told(found)[1]["all"].good == 0 < told(found)[1]["all"].pending
