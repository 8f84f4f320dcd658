"""A pass over files ends, whatever is written to them meanwhile."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from ingesting import ingest

from truegreen_definitions.plan import FileRead
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources import gzip_file
from truegreen_exporters.sources.csv_file import read_csv
from truegreen_exporters.sources.file_pages import FilePages
from truegreen_exporters.sources.pages import Page, Reading, Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


HEADER = "id,rating,answered,application,updated\n"


def line(number: int) -> str:
    """Return an answer."""
    return f"{number},5,20/03/2016 12:00,webshop,1\n"


def ids(store: Store) -> list[str]:
    """Return the answers that are kept."""
    found = store.connection.execute("SELECT survey_id FROM surveys ORDER BY survey_id").fetchall()
    return [one for (one,) in found]


def take(store: Store, folder: Path) -> Outcome:
    """Read all that is new of the compressed files and others."""
    source = replace(plans.SURVEY_EXPORT, read=FileRead(format="csv", location="surveys*.csv*"))
    mapping = Mapping.of(source, plans.SURVEYS)
    return ingest(store, mapping, Surroundings(folder=folder), lambda: False)


def test_a_compressed_file_is_read_once_and_again_when_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are taken, its last line too; unchanged it is not even unpacked again."""
    path = tmp_path / "surveys.csv.gz"
    path.write_bytes(gzip.compress((HEADER + line(1) + line(2).rstrip()).encode()))
    with Store(None, plans.PLAN) as store:
        assert take(store, tmp_path) == Outcome(rows=2)
        with monkeypatch.context() as patched:
            patched.setattr(gzip, "open", None)
            assert take(store, tmp_path) == Outcome(rows=0)
        path.write_bytes(gzip.compress((HEADER + line(1) + line(2) + line(3)).encode()))
        assert take(store, tmp_path) == Outcome(rows=1)
        assert ids(store) == ["1", "2", "3"]


def test_a_log_compressed_by_its_rotation_goes_on_where_its_text_ended(tmp_path: Path) -> None:
    """Rows that were read as text are not read again, those behind them are."""
    text = tmp_path / "surveys.csv"
    text.write_text(HEADER + line(1) + line(2))
    with Store(None, plans.PLAN) as store:
        assert take(store, tmp_path) == Outcome(rows=2)
        packed = gzip.compress((HEADER + line(1) + line(2) + line(3)).encode())
        (tmp_path / "surveys.csv.1.gz").write_bytes(packed)
        text.write_text(HEADER + line(4))
        assert take(store, tmp_path) == Outcome(rows=2)
        assert store.counters() == {(plans.SURVEY_EXPORT.name, "rows", ""): 4}
        assert ids(store) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data[:-12], "cut off"),
        (lambda data: data[:5], "cut off"),
        (lambda data: data[:-6] + b"\0\0" + data[-4:], "damaged"),
        (lambda data: data[:20] + bytes(8) + data[28:], "damaged"),
        (lambda _: b"id,rating\n1,5\n", "damaged"),
    ],
    ids=["end", "head", "checksum", "middle", "text"],
)
def test_a_compressed_file_that_is_not_whole_is_refused_whole(
    tmp_path: Path, spoil: Callable[[bytes], bytes], said: str
) -> None:
    """None of its rows is taken, others are, and it is read as soon as it is whole."""
    whole = gzip.compress((HEADER + "".join(map(line, range(100)))).encode())
    path = tmp_path / "surveys-a.csv.gz"
    path.write_bytes(spoil(whole))
    (tmp_path / "surveys-b.csv").write_text(HEADER + line(200))
    with Store(None, plans.PLAN) as store:
        found = take(store, tmp_path)
        assert found.rows == 1
        assert len(found.faults) == 1
        assert said in found.faults[0]
        path.write_bytes(whole)
        assert take(store, tmp_path) == Outcome(rows=100)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacking ends at a limit, with a fault."""
    monkeypatch.setattr(gzip_file, "MOST_BYTES", 1 << 20)
    (tmp_path / "surveys.csv.gz").write_bytes(gzip.compress(bytes(3 << 20)))
    with Store(None, plans.PLAN) as store:
        assert "more than" in take(store, tmp_path).faults[0]


def test_a_file_that_grows_faster_than_it_is_read_ends_its_pass(tmp_path: Path) -> None:
    """What is written while a page is read waits for the next pass, and none of it is lost."""
    path = tmp_path / "surveys.csv"
    path.write_text("id,rating,answered,application,updated\n1,5,20/03/2016 12:00,webshop,1\n")
    reading = Reading(
        mapping=Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS),
        around=Surroundings(folder=tmp_path),
        cursors={},
        marks={},
        seen=frozenset(),
        stopped=lambda: False,
    )
    taken = []
    for number in range(2, 5):
        for page in FilePages(read_csv)(reading):
            assert isinstance(page, Page)
            taken.append(len(page.rows.lines))
            assert len(taken) < 20
            with path.open("a") as file:
                file.write(f"{number},5,20/03/2016 12:00,webshop,1\n")
    assert taken == [1, 1, 1]
