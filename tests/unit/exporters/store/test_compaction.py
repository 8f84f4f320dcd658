"""A state file that is mostly air is written anew, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import plans
import pytest

from truegreen_exporters.store import Store, StoreError, compaction

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def airy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a state file of some megabytes of which nearly all is unused: the old rows went."""
    monkeypatch.setattr(compaction, "WORTH_BYTES", 1 << 20)
    path = tmp_path / "it's a state.duckdb"
    with Store(path, plans.PLAN) as store:
        store.connection.execute(
            "CREATE TABLE _ballast AS SELECT i, md5(i::VARCHAR) AS text FROM range(250000) t(i)"
        )
        store.connection.execute("INSERT INTO _counter VALUES ('s', 'rows', '', 7)")
        store.connection.execute("CHECKPOINT")
        store.connection.execute("DELETE FROM _ballast WHERE i < 249900")
    return path


def test_air_goes_and_rows_stay(airy: Path) -> None:
    """The file is a fraction of what it was, with the same rows, and its keys still hold."""
    before = airy.stat().st_size
    with Store(airy, plans.PLAN) as store:
        assert store.connection.execute("SELECT count(*) FROM _ballast").fetchone() == (100,)
        assert store.counters() == {("s", "rows", ""): 7}
        with pytest.raises(duckdb.ConstraintException):
            store.connection.execute("INSERT INTO _counter VALUES ('s', 'rows', '', 8)")
    assert airy.stat().st_size < before / 2
    assert [path.name for path in airy.parent.iterdir()] == [airy.name]


def test_a_file_that_is_only_read_is_left_alone(airy: Path) -> None:
    """Somebody who reads writes nothing anew."""
    before = airy.stat().st_size
    with Store(airy, plans.PLAN, adopting=False):
        pass
    assert airy.stat().st_size == before


def test_no_room_for_a_copy_is_no_reason_not_to_start(
    airy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the copy cannot take the file's place, the file is used as it is and no copy is left."""

    def refuse(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compaction, "sync_folder", refuse)
    blocked = airy.with_name(f".{airy.name}.compact")
    monkeypatch.setattr(compaction.os, "fsync", lambda _: refuse(blocked))
    before = airy.stat().st_size
    with Store(airy, plans.PLAN) as store:
        assert store.counters() == {("s", "rows", ""): 7}
    assert airy.stat().st_size == before
    assert not blocked.exists()


def test_a_copy_that_a_killed_process_left_is_written_over(airy: Path) -> None:
    """What stands at the copy's place is of no use to anybody; who may read stays as it was."""
    airy.with_name(f".{airy.name}.compact").write_bytes(b"half a copy")
    airy.chmod(0o600)
    before = airy.stat().st_size
    with Store(airy, plans.PLAN) as store:
        assert store.counters() == {("s", "rows", ""): 7}
    assert airy.stat().st_size < before / 2
    assert airy.stat().st_mode & 0o777 == 0o600


def test_a_file_in_use_is_told_as_ever(airy: Path) -> None:
    """Another process that holds the file is named, and nothing is copied."""
    import subprocess
    import sys

    code = f"import duckdb; c = duckdb.connect({str(airy)!r}); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="in use by another process"):
            Store(airy, plans.PLAN)
        holder.stdin.close()
