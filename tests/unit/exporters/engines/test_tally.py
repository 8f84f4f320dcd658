"""Counts that are kept up to date are at any time those of a full count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import plans
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.plan import Exclusion, Records
from truegreen_definitions.units import parse_window
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import Parts, Question
from truegreen_exporters.engines.tally import Tally
from truegreen_exporters.mapping import Mapping
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


@settings(max_examples=25)
@given(steps)
def test_any_batches_and_moments_give_what_a_full_count_gives(
    history: list[tuple[list[Row], datetime]],
) -> None:
    """New, corrected, moved and vanished rows, and time that goes on or back, are all kept up."""
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        known: dict[int, dict[str, Parts]] = {}
        for batch, at in history:
            add(store, batch)
            found = tally.advance(at)
            assert not found.failed
            known.update(found.parts)
            assert [known[place] for place in range(len(QUESTIONS))] == full(store, at)


def test_only_what_changes_is_told() -> None:
    """After the first counting an unchanged question is not among the parts."""
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        add(store, [("a", EDGE, 5, "shop", 1), ("b", EDGE, 5, "mill", 1)])
        assert len(tally.advance(EDGE + timedelta(hours=1)).parts) == len(QUESTIONS)
        assert tally.advance(EDGE + timedelta(hours=1)).parts == {}
        add(store, [("c", EDGE, 5, "desk", 1)])
        told = tally.advance(EDGE + timedelta(hours=1)).parts
        assert {QUESTIONS[place].service for place in told} == {"desk"}


def test_more_changes_than_are_kept_are_counted_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of changes all rows are counted, and then it is kept up again."""
    monkeypatch.setattr(changes_module, "MOST_ROWS", 2)
    at = EDGE + timedelta(hours=1)
    with Store(None, plans.PLAN) as store:
        tally = Tally(DuckDbEngine(store.connection), store.changes, QUESTIONS)
        tally.advance(at)
        for batch in ("abcdef", "g"):
            add(store, [(key, EDGE, 4, "shop", 1) for key in batch])
            known = tally.advance(at).parts
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
            assert found.parts.get(place, engine.parts_at(asked[place], at)) == engine.parts_at(
                asked[place], at
            )
        assert {asked[place].service for place in found.failed} == {"shop"}
