"""The compensation journal: nothing that was noted is forgotten, whatever stops the probe."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truegreen_definitions.errors import TerminalError
from truegreen_synthetics import compensation
from truegreen_synthetics.compensation import Journal

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0
NOON = 20_000 * DAY + DAY / 2


class Wall:
    """A wall clock by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        """Return the present."""
        return self.now


def opened(path: Path, wall: Wall | None = None, synced: list[str] | None = None) -> Journal:
    """Return a journal; what is on the disk at every sync goes into a list."""
    seen = [] if synced is None else synced

    def sync(file: int) -> None:
        os.fsync(file)
        seen.append(path.read_text() if path.exists() else "")

    return Journal(path, wall or Wall(), sync)


def test_an_intent_is_on_the_disk_before_anything_is_made(tmp_path: Path) -> None:
    """When `intend` returns, the file was synced with the intent in it."""
    synced: list[str] = []
    journal = opened(tmp_path / "j", synced=synced)
    synced.clear()
    journal.intend("r1", "buy", "fra")
    assert json.loads(synced[-1].splitlines()[-1])["intent"] == "r1"
    journal.close()


def test_what_is_open_survives_and_what_is_gone_does_not(tmp_path: Path) -> None:
    """A journal that is opened again has the open intents with their values, and no others."""
    wall = Wall()
    journal = opened(tmp_path / "j", wall)
    for run in ("r1", "r2", "r3"):
        journal.intend(run, "buy", "fra")
        wall.now += 1
    journal.made("r1", {"order": "W-1"})
    journal.gone("r2")
    assert journal.open() == ()  # the runs are under way: nothing of theirs is left behind yet
    journal.left("r3")
    assert [one.run for one in journal.open()] == ["r3"]
    journal.close()
    again = opened(tmp_path / "j", wall)
    assert [(one.run, dict(one.values), one.at) for one in again.open()] == [
        ("r1", {"order": "W-1"}, NOON),
        ("r3", {}, NOON + 2),
    ]
    again.close()


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_cut_anywhere_opens_with_what_was_whole(tmp_path: Path, data: Any) -> None:
    """Cut after any byte, the journal has exactly what its whole lines say."""
    path = tmp_path / f"j{data.draw(st.integers(0, 10**9))}"
    path.unlink(missing_ok=True)
    wall = Wall()
    journal = opened(path, wall)
    for number in range(3):
        journal.intend(f"r{number}", "buy", "fra")
        journal.made(f"r{number}", {"order": f"W-{number}"})
        journal.accounted("buy", wall.now)
        if number != 1:
            journal.gone(f"r{number}")
    journal.close()
    whole = path.read_bytes()
    kept = whole[: data.draw(st.integers(0, len(whole)))]
    path.write_bytes(kept)
    expected: dict[str, bool] = {}
    for line in kept[: kept.rfind(b"\n") + 1].splitlines():
        read = json.loads(line)
        if "intent" in read:
            expected[read["intent"]] = False
        if read.get("made") in expected:
            expected[read["made"]] = True
        expected.pop(read.get("gone"), None)
    again = opened(path, wall)
    assert {one.run: bool(one.values) for one in again.open()} == expected
    again.close()


def test_writes_are_counted_by_day_over_restarts(tmp_path: Path) -> None:
    """The budget counts intents of the present day in UTC, open or gone, also after a restart."""
    wall = Wall()
    journal = opened(tmp_path / "j", wall)
    for run in ("r1", "r2"):
        journal.intend(run, "buy", "fra")
    journal.gone("r1")
    journal.intend("r3", "ask", "fra")
    journal.close()
    for _ in range(2):  # reading it again must not count anything twice
        journal = opened(tmp_path / "j", wall)
        assert (journal.writes_today("buy"), journal.writes_today("ask")) == (2, 1)
        journal.close()
    wall.now += DAY
    journal = opened(tmp_path / "j", wall)
    assert journal.writes_today("buy") == 0
    journal.intend("r4", "buy", "fra")
    assert journal.writes_today("buy") == 1
    assert [one.run for one in journal.open()] == ["r2", "r3"]
    journal.close()


def test_the_file_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written anew now and then, it keeps what is open, the day's count and the slots."""
    monkeypatch.setattr(compensation, "LINES_BEFORE_REWRITE", 50)
    path, wall = tmp_path / "j", Wall()
    journal = opened(path, wall)
    journal.intend("kept", "buy", "fra")
    for number in range(500):
        journal.intend(f"r{number}", "buy", "fra")
        journal.accounted("buy", wall.now)
        journal.gone(f"r{number}")
    assert len(path.read_text().splitlines()) < 60
    journal.close()
    journal = opened(path, wall)
    assert [one.run for one in journal.open()] == ["kept"]
    assert (journal.writes_today("buy"), journal.until("buy")) == (501, NOON)
    journal.close()


def test_two_probes_do_not_share_a_journal(tmp_path: Path) -> None:
    """The second one is told, and nothing happens to the file of the first."""
    journal = opened(tmp_path / "j")
    with pytest.raises(TerminalError, match="is the journal of a probe that runs"):
        opened(tmp_path / "j")
    journal.close()
    opened(tmp_path / "j").close()


@pytest.mark.parametrize("text", ['{"intent": "r"}\n', "[1]\n", "no json\n", '{"what": 1}\n'])
def test_a_file_that_is_no_journal_is_refused(tmp_path: Path, text: str) -> None:
    """A file of something else is not written over."""
    path = tmp_path / "j"
    path.write_text(text)
    with pytest.raises(TerminalError, match=r"journal|no JSON"):
        opened(path)
    assert path.read_text() == text


def test_a_line_that_the_disk_did_not_take_leaves_no_torn_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a short write the caller is told, and what is said next can be read again."""
    journal = opened(tmp_path / "j")
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data, write=os.write: write(file, data[:9]))
        with pytest.raises(TerminalError, match="the disk took 9 of"):
            journal.intend("r1", "buy", "fra")
    with monkeypatch.context() as full:
        full.setattr(os, "write", no_space)
        with pytest.raises(TerminalError, match="No space left"):
            journal.intend("r1", "buy", "fra")
    journal.intend("r2", "buy", "fra")
    journal.close()
    again = opened(tmp_path / "j")
    assert [one.run for one in again.open()] == ["r2"]
    again.close()


def no_space(_file: int, _data: bytes) -> int:
    """Be a disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_does_not_cost_the_file_that_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short writes are gone on with; where nothing is taken any more, the old file stays."""
    path = tmp_path / "j"
    journal = opened(path)
    for number in range(9):
        journal.intend(f"r{number}", "buy", "fra")
    journal.close()
    before = path.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(os, "write", no_space)
        with pytest.raises(TerminalError, match="No space left"):
            opened(path)
    assert path.read_bytes() == before
    with monkeypatch.context() as slow:
        slow.setattr(os, "write", lambda file, data, write=os.write: write(file, data[:50]))
        opened(path).close()
    again = opened(path)
    assert len(again.open()) == 9
    again.close()


def test_what_is_said_while_the_file_is_written_anew_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others go on while the disk is waited for: nothing they say is lost, none of it twice."""
    monkeypatch.setattr(compensation, "LINES_BEFORE_REWRITE", 10)
    path, more = tmp_path / "j", iter(range(5))

    def sync(file: int) -> None:
        os.fsync(file)
        if path.with_name("j.new").exists() and (number := next(more, None)) is not None:
            journals[0].intend(f"meanwhile{number}", "buy", "fra")

    journals: list[Journal] = []
    journal = Journal(path, Wall(), lambda file: sync(file) if journals else os.fsync(file))
    journals.append(journal)
    for number in range(6):
        journal.intend(f"r{number}", "buy", "fra")
        journal.gone(f"r{number}")
    assert next(more, None) is None
    journal.close()
    again = opened(path)
    assert sorted(one.run for one in again.open()) == [f"meanwhile{n}" for n in range(5)]
    assert again.writes_today("buy") == 11
    again.close()
