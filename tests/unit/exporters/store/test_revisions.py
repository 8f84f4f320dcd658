"""What was known then and what is known now are both there, and every change is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import plans
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position, Rows
from truegreen_exporters.store import Store
from truegreen_exporters.store import changes as changes_module
from truegreen_exporters.store.revisions import LISTED_KEYS, known_then

if TYPE_CHECKING:
    import pytest

MAPPING = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
CURSOR = Cursor(path="surveys.csv")
BEGIN = datetime(2016, 4, 1, tzinfo=UTC)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Return the present."""
        return self.now


def rows(found: list[tuple[str, int, int]]) -> Rows:
    """Return rows of (id, revision, rating)."""
    texts = [(key, str(rating), "", "webshop", str(revision)) for key, revision, rating in found]
    values = tuple(zip(*texts, strict=True)) if texts else ((),) * 5
    return Rows(values=values, lines=range(len(texts)), end=Position(0, 0))


def add(store: Store, found: list[tuple[str, int, int]]) -> None:
    """Take rows in, with a cursor of no interest."""
    store.add(MAPPING, rows(found), CURSOR)


batches = st.lists(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5), st.integers(1, 3)), max_size=6),
    max_size=6,
)


@settings(max_examples=40)
@given(batches)
def test_every_moment_is_answered_as_it_was_known_then(
    found: list[list[tuple[str, int, int]]],
) -> None:
    """At every moment between batches the rows are those of the batches up to then."""
    clock = Clock()
    now: dict[str, tuple[int, int]] = {}
    known: list[dict[str, tuple[int, int]]] = []
    with Store(None, plans.PLAN, clock) as store:
        for batch in found:
            add(store, batch)
            for key, revision, rating in batch:
                if key not in now or revision >= now[key][0]:
                    now[key] = revision, rating
            known.append(dict(now))
            clock.now += timedelta(seconds=1)
        for n, want in enumerate(known):
            moment = int((BEGIN + timedelta(seconds=n)).timestamp() * 1e6)
            got = store.connection.execute(
                f"SELECT survey_id, score FROM ({known_then('surveys', moment)})"
            ).fetchall()
            assert sorted(got) == sorted((key, score) for key, (_, score) in want.items())


@settings(max_examples=40)
@given(batches, st.integers(0, 6))
def test_changes_lead_from_what_was_to_what_is(
    found: list[list[tuple[str, int, int]]], cut: int
) -> None:
    """The rows at any time, and what came and went since, are the rows now; none is told twice."""
    with Store(None, plans.PLAN) as store:
        for batch in found[:cut]:
            add(store, batch)
        store.changes.watch(["surveys"])
        before = score_counts(store, "SELECT survey_id, score, 1 AS n FROM surveys")
        for batch in found[cut:]:
            add(store, batch)
        told = score_counts(
            store, f"SELECT survey_id, score, _sign FROM {store.changes.relation('surveys')}"
        )
        after = {row: before.get(row, 0) + told.get(row, 0) for row in before | told}
        want = score_counts(store, "SELECT survey_id, score, 1 AS n FROM surveys")
        assert {row: n for row, n in after.items() if n} == want


def score_counts(store: Store, query: str) -> dict[tuple[str, int], int]:
    """Return how often each (id, score) is in a query's rows, by the sum of its third column."""
    counts: dict[tuple[str, int], int] = {}
    for key, score, sign in store.connection.execute(query).fetchall():
        counts[key, score] = counts.get((key, score), 0) + sign
    return counts


def test_an_unchanged_row_changes_nothing() -> None:
    """A file that is read again leaves the past, and what is told of it, empty."""
    with Store(None, plans.PLAN) as store:
        add(store, [("a", 1, 4), ("b", 1, 5)])
        store.changes.watch(["surveys"])
        add(store, [("a", 1, 4), ("b", 1, 5)])
        assert store.changes.empty("surveys")
        assert store.connection.execute('SELECT count(*) FROM "_past_surveys"').fetchone() == (0,)


def test_many_keys_are_found_as_few_are() -> None:
    """A batch with more keys than are listed to the index replaces the same rows."""
    many = LISTED_KEYS + 500
    with Store(None, plans.PLAN) as store:
        add(store, [(str(n), 1, 3) for n in range(many)])
        add(store, [(str(n), 2, 5) for n in range(many)])
        found = store.connection.execute("SELECT count(*), min(score) FROM surveys").fetchone()
        past = store.connection.execute('SELECT count(*), max(score) FROM "_past_surveys"')
        assert (found, past.fetchone()) == ((many, 5), (many, 3))


def test_too_many_changes_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the changes are unknown, until somebody begins anew."""
    monkeypatch.setattr(changes_module, "MOST_ROWS", 2)
    with Store(None, plans.PLAN) as store:
        assert not store.changes.known("surveys")
        store.changes.watch(["surveys"])
        add(store, [("a", 1, 4), ("b", 1, 5)])
        assert store.changes.known("surveys")
        add(store, [("c", 1, 4)])
        assert not store.changes.known("surveys")
        store.changes.watch(["surveys"])
        assert store.changes.known("surveys")
        assert store.changes.empty("surveys")
