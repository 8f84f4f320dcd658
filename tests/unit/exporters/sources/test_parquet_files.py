"""Parquet files are read once, page by page, by a connection that may touch nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb
import plans
import pytest
from ingesting import ingest

from truegreen_definitions.plan import FileRead
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.sources.parquet_files import _opened
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = replace(
    plans.SURVEY_EXPORT,
    read=FileRead(format="parquet", location="surveys*.parquet"),
    columns=(
        ("survey_id", "id"),
        ("score", "cast(rating as integer)"),
        ("answered_at", "cast(answered as timestamptz)"),
    ),
)
MAPPING = Mapping.of(SOURCE, plans.SURVEYS)
PLAN = replace(plans.PLAN, sources=(SOURCE,))


def write(path: Path, start: int, end: int, rating: str = "i % 5 + 1") -> None:
    """Write survey answers by number as a Parquet file, in several row groups."""
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT i AS id, {rating} AS rating, "
            "TIMESTAMP '2016-03-01 12:00' + to_days(i % 9) AS answered, "
            "'webshop' AS application, 1 AS updated, {'a': [i]} AS nested "
            f"FROM range({start}, {end}) t(i)) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
        )


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, PLAN) as found:
        yield found


def take(store: Store, folder: Path, mapping: Mapping = MAPPING) -> Outcome:
    """Read all there is."""
    return ingest(store, mapping, Surroundings(folder=folder), lambda: False)


def test_a_growing_set_of_files_is_read_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file counts once, over many pages; a copy and a renamed file count no more."""
    monkeypatch.setattr("truegreen_exporters.sources.parquet_files.PAGE_ROWS", 700)
    write(tmp_path / "surveys-1.parquet", 0, 5000)
    assert take(store, tmp_path) == Outcome(rows=5000)
    assert take(store, tmp_path) == Outcome(rows=0)
    write(tmp_path / "surveys-2.parquet", 5000, 5010)
    assert take(store, tmp_path) == Outcome(rows=10)
    (tmp_path / "surveys-1.parquet").rename(tmp_path / "surveys-old.parquet")
    assert take(store, tmp_path) == Outcome(rows=0)
    found = store.connection.execute(
        "SELECT count(*), sum(score), min(answered_at)::VARCHAR FROM surveys"
    ).fetchone()
    assert found is not None
    assert found[:2] == (5010, sum(i % 5 + 1 for i in range(5010)))
    assert store.counters() == {("survey-export", "rows", ""): 5010}


def test_reading_goes_on_in_the_middle_of_a_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that ended after a page goes on behind it."""
    monkeypatch.setattr("truegreen_exporters.sources.parquet_files.PAGE_ROWS", 1000)
    write(tmp_path / "surveys.parquet", 0, 3500)
    answers = iter([False, False, True])
    around = Surroundings(folder=tmp_path)
    assert ingest(store, MAPPING, around, lambda: next(answers)) == Outcome(rows=2000)
    assert take(store, tmp_path) == Outcome(rows=1500)


def test_a_file_that_was_written_again_is_read_again(store: Store, tmp_path: Path) -> None:
    """A new export under an old name updates the rows that changed."""
    path = tmp_path / "surveys.parquet"
    write(path, 0, 10)
    take(store, tmp_path)
    write(path, 0, 10, rating="1")
    os.utime(path, ns=(1, 1))
    assert take(store, tmp_path) == Outcome(rows=10)
    assert store.connection.execute("SELECT sum(score) FROM surveys").fetchone() == (10,)


def test_a_file_without_an_end_waits_and_then_is_a_fault(store: Store, tmp_path: Path) -> None:
    """A file that is being written is no fault; one that nobody finished is, and no other stops."""
    write(tmp_path / "whole.parquet", 0, 10)
    whole = (tmp_path / "whole.parquet").read_bytes()
    torn = tmp_path / "surveys-a.parquet"
    torn.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "surveys-b.parquet").write_bytes(whole)
    assert take(store, tmp_path) == Outcome(rows=10)
    os.utime(torn, (0, 0))
    assert "did not finish" in take(store, tmp_path).faults[0]
    (tmp_path / "surveys-c.parquet").write_text("no parquet")
    torn.write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    faults = take(store, tmp_path).faults
    assert "cannot be read as Parquet" in faults[0]
    assert faults[1] == "surveys-c.parquet: it is no Parquet file"


def test_a_missing_column_is_named(store: Store, tmp_path: Path) -> None:
    """A column that the file does not have is named with what is meant."""
    write(tmp_path / "surveys.parquet", 0, 10)
    source = replace(SOURCE, columns=(("survey_id", "ids"),))
    faults = take(store, tmp_path, Mapping.of(source, plans.SURVEYS)).faults
    assert "has no column 'ids'" in faults[0]
    assert "'id'" in faults[0]


def test_the_connection_reads_one_file_and_nothing_else(tmp_path: Path) -> None:
    """Neither another file nor another setting is within reach of what reads a file."""
    write(tmp_path / "a.parquet", 0, 3)
    write(tmp_path / "b.parquet", 0, 3)
    with _opened(tmp_path / "a.parquet") as connection:
        query = "SELECT count(*) FROM read_parquet(?)"
        assert connection.execute(query, [str(tmp_path / "a.parquet")]).fetchone() == (3,)
        with pytest.raises(duckdb.PermissionException):
            connection.execute(query, [str(tmp_path / "b.parquet")])
        with pytest.raises(duckdb.Error, match="configuration"):
            connection.execute("SET enable_external_access = true")


def test_reading_takes_some_memory_and_no_more(tmp_path: Path) -> None:
    """The connection that reads a file has a limit of its own, whatever the machine has."""
    write(tmp_path / "surveys.parquet", 0, 10)
    with _opened(tmp_path / "surveys.parquet") as connection:
        found = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert found == ("953.6 MiB",)
