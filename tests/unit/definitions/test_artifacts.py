"""Writing artefacts: whole or not at all, and only what changed."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.artifacts import Artifact, write_all
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path


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
