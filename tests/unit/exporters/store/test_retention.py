"""Rows go once no window that is counted can hold them, and what was counted of them stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import plans
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position, Rows
from truegreen_exporters.store import Store

DAY = 86_400
KEPT = 30 * DAY
NOW = datetime(2016, 6, 1, tzinfo=UTC)
TABLE = replace(plans.SURVEYS, keep_seconds=KEPT, keep_revisions_seconds=5 * DAY)
PLAN = replace(plans.PLAN, tables=(TABLE,), sources=(plans.SURVEY_EXPORT,), agreements=())
MAPPING = Mapping.of(plans.SURVEY_EXPORT, TABLE)
GRACE = timedelta(seconds=KEPT + plans.POLICY.lateness_seconds + DAY)


def add(store: Store, answers: dict[str, datetime | None], revision: int = 1) -> None:
    """Take answers in: by key, when each was given."""
    texts = [
        (key, "4", "" if when is None else f"{when:%d/%m/%Y %H:%M}", "webshop", str(revision))
        for key, when in answers.items()
    ]
    values = tuple(zip(*texts, strict=True))
    rows = Rows(values=values, lines=range(len(texts)), end=Position(0, 0))
    store.add(MAPPING, rows, Cursor(path="surveys.csv"))


def keys(store: Store, relation: str = "surveys") -> list[str]:
    """Return the keys in a relation."""
    query = f"SELECT survey_id FROM {relation} ORDER BY ALL"
    return [key for (key,) in store.connection.execute(query).fetchall()]


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.integers(0, 60 * 24)), min_size=1, max_size=12))
def test_what_is_older_than_kept_goes_and_nothing_else(hours: list[int | None]) -> None:
    """A row goes with its newest time beyond keep, lateness and a day; one without a time stays."""
    answers = {
        f"{place:02}": None if back is None else NOW - timedelta(hours=back)
        for place, back in enumerate(hours)
    }
    with Store(None, PLAN, lambda: NOW) as store:
        add(store, answers)
        store.changes.watch(["surveys"])
        gone = store.let_go(PLAN, NOW)
        kept = [key for key, when in answers.items() if when is None or not _old(when)]
        assert keys(store) == kept
        assert gone == ({"surveys": len(hours) - len(kept)} if len(kept) < len(hours) else {})
        told = f"(FROM {store.changes.relation('surveys')} WHERE _sign = -1)"
        assert keys(store, told) == sorted(set(answers) - set(kept))
        assert store.gone(PLAN) == {"surveys": len(hours) - len(kept)}
        assert store.differences(PLAN)[plans.SURVEY_EXPORT.name][1] == 0, "the books agree"


def _old(when: datetime) -> bool:
    berlin = when - timedelta(hours=2)  # the source's zone, in summer
    return berlin < NOW - GRACE


def test_revisions_go_before_their_row_and_with_it() -> None:
    """A replaced revision stays as long as the table says, and never longer than its row."""
    moments = [NOW - timedelta(days=8), NOW - timedelta(days=6), NOW - timedelta(days=1), NOW]
    clock = iter(moments)
    with Store(None, PLAN, lambda: next(clock)) as store:
        add(store, {"young": NOW - timedelta(days=9), "old": NOW - timedelta(days=99)})
        for revision in (2, 3, 4):
            days = {"young": 9 - revision, "old": 99 - revision}
            found = {key: NOW - timedelta(days=back) for key, back in days.items()}
            add(store, found, revision)
        assert keys(store, "_past_surveys") == ["old"] * 3 + ["young"] * 3
        store.let_go(PLAN, NOW)
        assert keys(store) == ["young"]
        assert keys(store, "_past_surveys") == ["young"] * 2, "replaced six days ago is too long"


def test_without_a_word_everything_is_kept() -> None:
    """A table that does not say how long keeps rows and revisions for ever."""
    plan = replace(PLAN, tables=(plans.SURVEYS,))
    with Store(None, plan, lambda: NOW) as store:
        add(store, {"a": NOW - timedelta(days=9_000)})
        add(store, {"a": NOW - timedelta(days=8_000)}, 2)
        assert store.let_go(plan, NOW) == {}
        assert keys(store) == keys(store, "_past_surveys") == ["a"]
