"""Files are written whole or not at all, and removed for good."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.files import remove_durably, write_atomically

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import os, sys
from pathlib import Path
from truegreen_definitions.files import write_atomically
target = Path(sys.argv[1])
os.replace = os.rename = None
Path.replace = lambda self, other: os.kill(os.getpid(), 9)
write_atomically(target, b"new" * 100_000)
"""


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    """After writing there is the file and nothing else, readable by everybody."""
    write_atomically(tmp_path / "a", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_a_failure_keeps_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails during the write, the old bytes stay and the temporary file goes."""
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_killed_writer_leaves_the_old_file_whole(tmp_path: Path) -> None:
    """A process that is killed right before the rename has not changed what readers see."""
    target = tmp_path / "a"
    target.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", WRITER, str(target)], check=False)
    assert done.returncode == -9
    assert target.read_bytes() == b"old"


def test_a_removed_file_is_gone_and_its_folder_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes, its neighbours stay, and the removal is on the disk before we go on."""
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    flushed: list[tuple[bool, set[str]]] = []

    def fsync(handle: int) -> None:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        flushed.append((folder, {path.name for path in tmp_path.iterdir()}))

    monkeypatch.setattr(os, "fsync", fsync)
    remove_durably(tmp_path / "a")
    assert flushed == [(True, {"b"})]


def test_removing_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing file is an error of the file system, as in any removal."""
    with pytest.raises(FileNotFoundError):
        remove_durably(tmp_path / "a")
