"""The store takes rows in once, keeps the newest, and refuses what it cannot hold."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.names import RejectReasonValue
from truegreen_definitions.plan import Column
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.cursor import Cursor
from truegreen_exporters.sources.rows import Position, Rows, SourceError
from truegreen_exporters.store import Store, StoreError, progress

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Plan

MAPPING = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
NAME = plans.SURVEY_EXPORT.name


def rows(*found: tuple[str | None, ...]) -> Rows:
    """Return rows of (id, rating, answered, application, updated)."""
    values = tuple(zip(*found, strict=True)) if found else ((),) * 5
    lines = list(range(2, 2 + len(found)))
    return Rows(values=values, lines=lines, end=Position(100, len(found) + 1))


def cursor(offset: int = 100) -> Cursor:
    """Return a cursor."""
    return Cursor(path="surveys.csv", position=Position(offset, 3), inode=2**63, chain="00")


def answers(store: Store) -> list[tuple[object, ...]]:
    """Return (survey_id, score, service, answered_at in UTC) of every row."""
    return store.connection.execute(
        "SELECT survey_id, score, service, epoch(answered_at) FROM surveys ORDER BY survey_id"
    ).fetchall()


def test_rows_are_mapped_and_counted() -> None:
    """Values are cast, times without a zone are the source's, unmatched rows are counted."""
    with Store(None, plans.PLAN) as store:
        batch = store.add(
            MAPPING,
            rows(
                ("a", "5", "29/02/2016 01:16", "webshop", "1"),
                ("b", "", "", "unknown", "1"),
            ),
            cursor(),
        )
        assert (batch.rows, len(batch.rejects), batch.unmatched) == (2, 0, 1)
        assert answers(store) == [
            ("a", 5, "order-to-cash", 1456704960.0),  # 00:16 UTC
            ("b", None, None, None),
        ]
        assert store.counters() == {(NAME, "rows", ""): 2, (NAME, "unmatched", ""): 1}
        assert store.cursors(NAME) == {"surveys.csv": cursor()}


updates = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 12), st.integers(1, 5)), max_size=24
)


@settings(max_examples=15, deadline=None)
@given(updates, st.lists(st.integers(0, 24), max_size=4).map(sorted))
def test_the_greatest_revision_wins_in_any_batches(
    found: list[tuple[str, int, int]], cuts: list[int]
) -> None:
    """However updates are cut into batches, the last of the greatest revision is what is kept."""
    want: dict[str, tuple[int, int]] = {}
    for key, revision, score in found:
        if key not in want or revision >= want[key][0]:
            want[key] = revision, score
    with Store(None, plans.PLAN) as store:
        for start, end in zip([0, *cuts], [*cuts, len(found)], strict=True):
            part = [(k, str(s), "", "webshop", str(r)) for k, r, s in found[start:end]]
            store.add(MAPPING, rows(*part), cursor())
        got = {str(key): score for key, score, *_ in answers(store)}
        assert got == {key: score for key, (_, score) in want.items()}
        assert store.counters().get((NAME, "rows", ""), 0) == len(found)


def test_bad_rows_are_refused_one_by_one() -> None:
    """A value that fails and a missing key cost their own rows, with line, reason and excerpt."""
    with Store(None, plans.PLAN) as store:
        batch = store.add(
            MAPPING,
            rows(
                ("a", "4", "", "webshop", "1"),
                ("b", "4", "31/02/2016 01:16", "webshop", "1"),
                (None, "4", "", "webshop", "1"),
                ("d", "4", "soon", "webshop", "1"),
                ("e", "x", "", "webshop", "1"),
            ),
            cursor(),
        )
        assert (batch.rows, len(batch.rejects), batch.unmatched) == (2, 3, 0)
        assert [key for key, *_ in answers(store)] == ["a", "e"]
        assert store.counters()[NAME, "rejected", RejectReasonValue.VALUE] == 2
        assert store.counters()[NAME, "rejected", RejectReasonValue.KEY] == 1
        kept = store.connection.execute(
            "SELECT line, reason, detail, excerpt FROM _reject ORDER BY line"
        ).fetchall()
        assert [row[:2] for row in kept] == [
            (3, "bad_value"),
            (4, "missing_key"),
            (5, "bad_value"),
        ]
        assert kept[0][2].startswith("answered_at: ")
        assert kept[2][3] == "d,4,soon,webshop,1"


def test_a_whole_batch_of_bad_rows_is_refused() -> None:
    """When no row fits, nothing is kept, all are counted and the cursor still moves on."""
    with Store(None, plans.PLAN) as store:
        bad = [(str(i), "4", "never", "webshop", "1") for i in range(500)]
        batch = store.add(MAPPING, rows(*bad), cursor())
        assert (batch.rows, len(batch.rejects), batch.unmatched) == (0, 500, 0)
        assert store.cursors(NAME)


def test_the_newest_refused_rows_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that sends rubbish for ever fills no disk: the newest rows stay, all are counted."""
    monkeypatch.setattr(progress, "KEPT_REJECTS", 3)
    with Store(None, plans.PLAN) as store:
        for batch in range(3):
            bad = [(f"{batch}{n}", "4", "never", "webshop", "1") for n in range(2)]
            store.add(MAPPING, rows(*bad), cursor())
        kept = store.connection.execute("SELECT excerpt FROM _reject ORDER BY rowid").fetchall()
        assert [text[:2] for (text,) in kept] == ["11", "20", "21"]
        assert store.counters()[NAME, "rejected", RejectReasonValue.VALUE] == 6


def test_an_expression_that_fits_no_row_is_a_fault() -> None:
    """An expression of the wrong type is the source's fault, and takes nothing in."""
    broken = replace(plans.SURVEY_EXPORT, revision=("no_such_function(updated)",))
    with Store(None, plans.PLAN) as store:
        mapping = Mapping.of(broken, plans.SURVEYS)
        with pytest.raises(SourceError, match="no_such_function"):
            store.add(mapping, rows(("a", "4", "", "webshop", "1")), cursor())
        assert store.counters() == {}


def with_table(plan: Plan, **changes: object) -> Plan:
    """Return a plan whose table differs."""
    return replace(plan, tables=(replace(plans.SURVEYS, **changes),))  # type: ignore[arg-type]


def test_a_new_column_is_added_and_its_source_read_again(tmp_path: Path) -> None:
    """A new column keeps the rows; its source's cursors go, so that the column is filled."""
    path = tmp_path / "state.duckdb"
    with Store(path, plans.PLAN) as store:
        store.add(MAPPING, rows(("a", "4", "", "webshop", "1")), cursor())
        assert store.reread == ()
    column = Column(name="channel", type="text")
    plan = with_table(plans.PLAN, columns=(*plans.SURVEYS.columns, column))
    source = replace(plans.SURVEY_EXPORT, columns=(*plans.SURVEY_EXPORT.columns, ("channel", "id")))
    plan = replace(plan, sources=(source,))
    with Store(path, plan) as store:
        assert (store.reread, store.cursors(NAME)) == ((NAME,), {})
        mapping = Mapping.of(source, plan.tables[0])
        store.add(mapping, rows(("a", "4", "", "webshop", "1")), cursor())
        found = store.connection.execute("SELECT survey_id, channel FROM surveys").fetchall()
        assert found == [("a", "a")]
        assert store.counters()[NAME, "rows", ""] == 2
    with Store(path, plan) as store:
        assert store.reread == ()
        assert store.cursors(NAME)


def test_who_only_reads_changes_nothing(tmp_path: Path) -> None:
    """A plan with other sources reads the file and forgets no cursor; one with more is refused."""
    path = tmp_path / "state.duckdb"
    with Store(path, plans.PLAN) as store:
        store.add(MAPPING, rows(("a", "5", "29/02/2016 01:16", "webshop", "1")), cursor())
    other = replace(plans.SURVEY_EXPORT, zone="UTC")
    with Store(path, replace(plans.PLAN, sources=(other,)), adopting=False) as store:
        assert len(answers(store)) == 1
    more = replace(
        plans.SURVEYS, columns=(*plans.SURVEYS.columns, Column(name="effort", type="integer"))
    )
    branch = replace(plans.PLAN, sources=(other,), tables=(more,))
    with pytest.raises(StoreError, match=r"it has no surveys\.effort; run `truegreen export`"):
        Store(path, branch, adopting=False)
    with Store(path, plans.PLAN, adopting=False) as store:
        assert (store.reread, store.cursors(NAME)) == ((), {"surveys.csv": cursor()})
        known = "SELECT count(*) FROM duckdb_columns() WHERE column_name = 'effort'"
        assert store.connection.execute(known).fetchone() == (0,)
    with Store(path, plans.PLAN) as store:
        assert store.reread == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": ("survey_id", "service")}, "its key was survey_id"),
        (
            {"columns": (Column(name="survey_id", type="text"), Column(name="score", type="date"))},
            "its column score was BIGINT and would be DATE",
        ),
    ],
)
def test_a_table_that_means_something_else_is_refused(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    """A changed key or type names the change and the way out, and the file stays as it was."""
    path = tmp_path / "state.duckdb"
    with Store(path, plans.PLAN) as store:
        store.add(MAPPING, rows(("a", "4", "", "webshop", "1")), cursor())
    with pytest.raises(TerminalError, match=message):
        Store(path, with_table(plans.PLAN, **changes))
    with Store(path, plans.PLAN) as store:
        assert len(answers(store)) == 1


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    """A state file with another schema version says which and what to do."""
    path = tmp_path / "state.duckdb"
    with Store(path, plans.PLAN) as store:
        store.connection.execute("UPDATE _schema SET version = 99")
    with pytest.raises(TerminalError, match="has schema 99, this version writes 2"):
        Store(path, plans.PLAN)


HOLD = """
import sys, duckdb
held = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_locked_file_is_a_clear_error(tmp_path: Path) -> None:
    """A state file that another process holds is named, without a traceback of the database."""
    path = tmp_path / "state.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=r"is in use by another process: .* another --state"):
            Store(path, plans.PLAN)
        with pytest.raises(StoreError, match=r"is in use by another process: .* a copy of it"):
            Store(path, plans.PLAN, adopting=False)
        holder.communicate(b"")


def test_what_is_no_state_file_is_a_clear_error(tmp_path: Path) -> None:
    """Text, a folder and a missing folder are refused, and the text stays."""
    text = tmp_path / "notes.txt"
    text.write_text("hello" * 4000)
    for path in (text, tmp_path, tmp_path / "none" / "state.duckdb"):
        with pytest.raises(StoreError, match="cannot open state file"):
            Store(path, plans.PLAN)
    assert text.read_text() == "hello" * 4000


@pytest.mark.parametrize(
    "query",
    ["SELECT * FROM read_text('/etc/hostname')", "COPY (SELECT 1) TO '/tmp/x'", "LOAD httpfs"],
)
def test_sql_reaches_nothing_outside(query: str) -> None:
    """Even SQL that slipped through the compiler reaches no file and loads no extension."""
    with Store(None, plans.PLAN) as store, pytest.raises(duckdb.Error, match="configuration"):
        store.connection.execute(query)
