"""Files are taken in once, whatever happens to them or to us."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from ingesting import ingest
from structlog.testing import capture_logs

from truegreen_definitions.plan import FileRead
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAPPING = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
NAME = plans.SURVEY_EXPORT.name
HEADER = "id,rating,answered,application,updated\n"


def lines(start: int, end: int, revision: int = 1) -> str:
    """Return survey answers by number."""
    return "".join(
        f"{i},{i % 5 + 1},0{i % 9 + 1}/03/2016 12:00,webshop,{revision}\n"
        for i in range(start, end)
    )


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None, plans.PLAN) as found:
        yield found


def take(store: Store, folder: Path) -> Outcome:
    """Read all there is."""
    return ingest(store, MAPPING, Surroundings(folder=folder), lambda: False)


def state(store: Store) -> tuple[list[object], dict[tuple[str, str, str], int]]:
    """Return all rows and counters."""
    found = store.connection.execute("SELECT * EXCLUDE (answered_at) FROM surveys ORDER BY ALL")
    return list(found.fetchall()), store.counters()


def test_a_growing_file_is_read_as_it_grows(store: Store, tmp_path: Path) -> None:
    """Each reading takes what was appended, a torn line waits, and nothing is read twice."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 10) + "10,5")
    assert take(store, tmp_path) == Outcome(rows=10)
    assert take(store, tmp_path) == Outcome(rows=0)
    with path.open("a") as file:
        file.write(",,webshop,1\n" + lines(11, 20))
    assert take(store, tmp_path) == Outcome(rows=10)
    assert state(store)[1] == {(NAME, "rows", ""): 20}


def test_a_copy_is_not_read_again(store: Store, tmp_path: Path) -> None:
    """The same file under a second name changes neither rows nor counters, then or later."""
    (tmp_path / "surveys.csv").write_text(HEADER + lines(0, 50))
    take(store, tmp_path)
    before = state(store)
    (tmp_path / "surveys-copy.csv").write_text(HEADER + lines(0, 50))
    for _ in range(2):
        assert take(store, tmp_path) == Outcome(rows=0)
    assert state(store) == before


def test_a_rotated_file_goes_on_under_its_new_name(store: Store, tmp_path: Path) -> None:
    """Lines written before the rotation are read once, those after it too."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 10))
    take(store, tmp_path)
    with path.open("a") as file:
        file.write(lines(10, 12))
    path.rename(tmp_path / "surveys.1.csv")
    path.write_text(HEADER + lines(20, 23))
    assert take(store, tmp_path) == Outcome(rows=5)
    assert state(store)[1] == {(NAME, "rows", ""): 15}


def test_a_replaced_file_is_read_from_its_start(store: Store, tmp_path: Path) -> None:
    """A new full export under the old name updates the rows that changed."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 10))
    take(store, tmp_path)
    path.write_text(HEADER + lines(0, 3, revision=2) + lines(3, 10))
    os.utime(path, ns=(1, 1))
    assert take(store, tmp_path) == Outcome(rows=10)
    found = store.connection.execute("SELECT count(*) FROM surveys").fetchone()
    assert found == (10,)


def test_a_faulty_file_does_not_stop_the_others(store: Store, tmp_path: Path) -> None:
    """What is no file, lacks columns or cannot be opened is named; the rest is read."""
    (tmp_path / "surveys-a.csv").mkdir()
    (tmp_path / "surveys-b.csv").write_text("id,rating\n1,2\n")
    (tmp_path / "surveys-c.csv").symlink_to(tmp_path / "gone")
    (tmp_path / "surveys-d.csv").write_text("")
    (tmp_path / "surveys-e.csv").write_text(HEADER + lines(0, 3))
    outcome = take(store, tmp_path)
    assert outcome.rows == 3
    assert [fault.partition(": ")[0] for fault in outcome.faults] == [
        "surveys-a.csv",
        "surveys-b.csv",
        "surveys-c.csv",
    ]
    assert "Is a directory" in outcome.faults[0]
    assert "has no column 'answered', 'application', 'updated'" in outcome.faults[1]


def test_an_unreadable_file_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without permission is a fault with the system's own words."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 3))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(
        type(path), "open", refuse
    )  # root may read any file, so the mode is no test
    assert take(store, tmp_path).faults == ("surveys.csv: Permission denied",)


def test_reading_stops_between_batches_when_told(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading that is told to stop ends after a whole batch, and the next one goes on."""
    monkeypatch.setattr("truegreen_exporters.sources.file_pages.BATCH_ROWS", 4)
    (tmp_path / "surveys.csv").write_text(HEADER + lines(0, 10))
    answers = iter([False, True, True])
    assert ingest(store, MAPPING, Surroundings(folder=tmp_path), lambda: next(answers)) == Outcome(
        rows=4
    )
    assert take(store, tmp_path) == Outcome(rows=6)


def test_jsonl_is_read_the_same_way(store: Store, tmp_path: Path) -> None:
    """A JSON Lines source fills the same table."""
    source = replace(plans.SURVEY_EXPORT, read=FileRead(format="jsonl", location="*.jsonl"))
    (tmp_path / "answers.jsonl").write_text(
        '{"id": "a", "rating": 5, "answered": "01/03/2016 12:00", "application": "webshop"}\n'
        '{"id": "a", "rating": 4, "answered": "01/03/2016 12:00", "application": "webshop", '
        '"updated": 10}\n'
        '{"id": "a", "rating": 1, "answered": "01/03/2016 12:00", "application": "webshop", '
        '"updated": 9}\n'
    )
    ingest(store, Mapping.of(source, plans.SURVEYS), Surroundings(folder=tmp_path), lambda: False)
    found = store.connection.execute("SELECT survey_id, score, service FROM surveys").fetchall()
    assert found == [("a", 4, "order-to-cash")]


FULL = """
import resource, sys
from pathlib import Path
import plans
from ingesting import ingest
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store, StoreError
folder = Path(sys.argv[1])
with Store(folder / "state.duckdb", plans.PLAN) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
    try:
        mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
        ingest(store, mapping, Surroundings(folder=folder), lambda: False)
    except StoreError as error:
        print(error)
"""


def test_a_full_disk_loses_nothing(tmp_path: Path, root: Path) -> None:
    """When the disk fills up the error says so, and the next run with space takes in the rest."""
    (tmp_path / "surveys.csv").write_text(HEADER + lines(0, 30_000))
    environment = {**os.environ, "PYTHONPATH": str(root / "tests" / "support")}
    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path, "600000"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert "cannot write state file" in ran.stdout, ran.stderr
    assert "File too large" in ran.stdout
    with Store(tmp_path / "state.duckdb", plans.PLAN) as store:
        before = store.counters().get((NAME, "rows", ""), 0)
        assert before < 30_000
        assert take(store, tmp_path) == Outcome(rows=30_000 - before)
        found = store.connection.execute("SELECT count(*), count(DISTINCT survey_id) FROM surveys")
        assert found.fetchone() == (30_000, 30_000)
        assert store.counters() == {(NAME, "rows", ""): 30_000}


def test_refused_rows_are_told_with_the_first_of_each_reason(store: Store, tmp_path: Path) -> None:
    """People see how many rows were refused, and the line and the reason of the first."""
    bad = "7,5,soon,webshop,1\n8,5,later,webshop,1\n9,5\n"
    (tmp_path / "surveys.csv").write_text(HEADER + lines(0, 3) + bad)
    with capture_logs() as said:
        assert take(store, tmp_path).rows == 3
    refused = {one["reason"]: one for one in said if one["event"] == "rows_refused"}
    assert {reason: (one["count"], one["first_line"]) for reason, one in refused.items()} == {
        "bad_value": (2, 5),
        "field_count": (1, 7),
    }
    assert "answered_at" in refused["bad_value"]["first_detail"]


def test_a_row_that_nobody_ends_is_told_aloud(store: Store, tmp_path: Path) -> None:
    """A line that waits in a quiet file is a warning with what to do; in a busy one a remark."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 3) + '9,"open quote')
    with capture_logs() as said:
        take(store, tmp_path)
        os.utime(path, (0, 0))
        take(store, tmp_path)
    levels = [one["log_level"] for one in said if one["event"] == "row_incomplete"]
    assert levels == ["info", "warning"]
    assert "close every quote" in said[-1]["hint"]


def test_a_file_that_is_copied_and_truncated_goes_on(store: Store, tmp_path: Path) -> None:
    """Rotation by copy and truncate, with rows written in between: each row once."""
    path = tmp_path / "surveys.csv"
    path.write_text(HEADER + lines(0, 10))
    take(store, tmp_path)
    with path.open("a") as file:
        file.write(lines(10, 12))
    (tmp_path / "surveys.1.csv").write_bytes(path.read_bytes())
    os.truncate(path, 0)
    assert take(store, tmp_path) == Outcome(rows=2)
    with path.open("a") as file:
        file.write(HEADER + lines(12, 15))
    assert take(store, tmp_path) == Outcome(rows=3)
    assert state(store)[1] == {(NAME, "rows", ""): 15}


def test_rotation_by_number_moves_every_file(store: Store, tmp_path: Path) -> None:
    """`.2` was `.1` before, and `.1` the file itself: nothing is read again under its new name."""
    path = tmp_path / "surveys.csv"
    for number in range(4):
        for old in (2, 1):
            moved = tmp_path / f"surveys.{old}.csv"
            if moved.exists():
                moved.rename(tmp_path / f"surveys.{old + 1}.csv")
        if path.exists():
            path.rename(tmp_path / "surveys.1.csv")
        path.write_text(HEADER + lines(number * 10, number * 10 + 10))
        assert take(store, tmp_path) == Outcome(rows=10)
    assert state(store)[1] == {(NAME, "rows", ""): 40}


def test_what_a_row_failed_on_is_kept_and_never_told(store: Store, tmp_path: Path) -> None:
    """The value stands beside the refused row; the log has the hint, and no value."""
    (tmp_path / "surveys.csv").write_text(f"{HEADER}7,5,01.03.2016 12:00,webshop,1\n")
    with capture_logs() as said:
        outcome = take(store, tmp_path)
    ((kept,),) = store.connection.execute("SELECT detail FROM _reject").fetchall()
    hint = "for a date of this form, write strptime(answered, '%d.%m.%Y %H:%M')"
    assert kept.endswith(f"fails on '01.03.2016 12:00': {hint}")
    assert outcome.first_refused.endswith(f"fails: {hint}")
    assert "01.03.2016" not in repr(said)


def test_a_spreadsheet_with_semicolons_is_taken_beside_one_with_commas(
    store: Store, tmp_path: Path
) -> None:
    """A marked file with semicolons, and a decimal comma in a column beside, needs no setting."""
    head = HEADER.replace(",", ";").replace("\n", ";hours\r\n")
    body = "".join(f"{line.replace(',', ';')};4,5\r\n" for line in lines(0, 3).splitlines())
    (tmp_path / "surveys-a.csv").write_bytes(f"\ufeff{head}{body}".encode())
    (tmp_path / "surveys-b.csv").write_text(HEADER + lines(3, 5))
    assert take(store, tmp_path) == Outcome(rows=5)
    assert state(store)[1] == {(NAME, "rows", ""): 5}
