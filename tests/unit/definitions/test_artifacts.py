"""Writing artefacts: whole or not at all, and only what changed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.artifacts import Artifact, write_all, write_atomically
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import os, sys
from pathlib import Path
from truegreen_definitions.artifacts import write_atomically
target = Path(sys.argv[1])
os.replace = os.rename = None
Path.replace = lambda self, other: os.kill(os.getpid(), 9)
write_atomically(target, b"new" * 100_000)
"""


def test_files_are_written_below_the_folder(tmp_path: Path) -> None:
    """Folders are made as needed, and the changed paths come back sorted."""
    artifacts = [Artifact("b/two.yml", "two\n"), Artifact("a.json", "öne\n")]
    assert write_all(tmp_path, artifacts) == (tmp_path / "a.json", tmp_path / "b/two.yml")
    assert (tmp_path / "a.json").read_bytes() == "öne\n".encode()
    assert (tmp_path / "b/two.yml").read_text() == "two\n"


def test_what_is_unchanged_is_left_alone(tmp_path: Path) -> None:
    """A second build with one changed text touches that file alone."""
    write_all(tmp_path, [Artifact("same", "x"), Artifact("other", "x")])
    before = (tmp_path / "same").stat()
    changed = write_all(tmp_path, [Artifact("same", "x"), Artifact("other", "y")])
    after = (tmp_path / "same").stat()
    assert changed == (tmp_path / "other",)
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


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


@pytest.mark.parametrize(
    ("path", "reason"),
    [("file/a.yml", "Not a directory|File exists"), ("folder", "Is a directory")],
)
def test_what_cannot_be_written_is_named(path: str, reason: str, tmp_path: Path) -> None:
    """A file where a folder should be, or the reverse, is a clear error with the path."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TerminalError, match=rf"cannot write .*{path}: ({reason})"):
        write_all(tmp_path, [Artifact(path, "x")])


def test_an_unwritable_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without permission the error names the file and the reason."""

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)  # permissions do not stop root
    with pytest.raises(TerminalError, match=r"cannot write .*a: Permission denied"):
        write_all(tmp_path, [Artifact("a", "x")])


@settings(deadline=None, max_examples=20)  # each example waits for the disk
@given(st.lists(st.text("ab", min_size=1, max_size=3), unique=True), st.randoms())
def test_the_order_of_artefacts_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], rng: object
) -> None:
    """Any order of the same artefacts gives the same files and the same answer."""
    artifacts = [Artifact(f"{name}.txt", name) for name in names]
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    first = write_all(one, artifacts)
    second = write_all(two, reversed(artifacts))
    assert [path.name for path in first] == [path.name for path in second]
