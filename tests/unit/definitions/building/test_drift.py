"""What a build would change, told before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.artifacts import Artifact
from truegreen_definitions.building.drift import DIFF_LINES, drift, drift_text
from truegreen_definitions.building.folder import build_into
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from pathlib import Path

OLD = (Artifact("a.yml", "one\ntwo\n"), Artifact("b.yml", "b"), Artifact("same", "s"))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_difference(tmp_path: Path) -> None:
    """Right after a build there is none, and nothing is printed."""
    build_into(tmp_path, OLD)
    found = drift(tmp_path, OLD)
    assert not found
    assert drift_text(found) == ""
    assert found.summary == "3 files as built"


def test_every_kind_of_difference_is_told(tmp_path: Path) -> None:
    """Added, changed, removed, kept and foreign files are listed, and the change is shown."""
    build_into(tmp_path, (*OLD, Artifact("stale", "x")))
    (tmp_path / "b.yml").write_text("by hand")
    (tmp_path / "mine.yml").write_text("mine")
    before = tree(tmp_path)
    new = (
        Artifact("a.yml", "one\n2\n"),
        Artifact("mine.yml", "theirs"),
        Artifact("new.yml", "n"),
        Artifact("same", "s"),
    )
    found = drift(tmp_path, new)
    assert drift_text(found) == (
        "new.yml: added\n"
        "a.yml: changed\n"
        "stale: removed\n"
        "b.yml: no longer made, but changed by hand since\n"
        "mine.yml: in the way, and not written by a build\n"
        "\n--- a/a.yml\n+++ b/a.yml\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    )
    assert found.summary == (
        "1 files as built, 1 to add, 1 to change, 1 to remove, 1 kept, 1 in the way"
    )
    assert tree(tmp_path) == before


def test_a_long_difference_is_cut(tmp_path: Path) -> None:
    """A file that changed throughout shows its first lines, and how many more there are."""
    build_into(tmp_path, [Artifact("a", "x\n" * 500)])
    shown = drift_text(drift(tmp_path, [Artifact("a", "y\n" * 500)])).splitlines()
    assert len(shown) == 2 + DIFF_LINES + 1
    assert shown[-1] == f"… and {3 + 1000 - DIFF_LINES} more lines"


def test_a_folder_that_is_not_there_lacks_everything(tmp_path: Path) -> None:
    """Before the first build every file is one to add, and no folder is made."""
    found = drift(tmp_path / "none", OLD)
    assert found.added == ("a.yml", "b.yml", "same")
    assert not (tmp_path / "none").exists()


def test_a_folder_in_the_place_of_a_file_is_in_the_way(tmp_path: Path) -> None:
    """What a build could not write over is told as such."""
    (tmp_path / "a.yml").mkdir()
    assert drift(tmp_path, OLD).foreign == ("a.yml",)


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unreadable file ends the comparison in words."""
    build_into(tmp_path, OLD)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "read_bytes", refuse)
    with pytest.raises(TerminalError, match=r"cannot read .*a\.yml: Permission denied"):
        drift(tmp_path, OLD)


SETS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy"))


@settings(deadline=None, max_examples=40)  # each example waits for the disk
@given(SETS, SETS)
def test_there_is_drift_just_where_a_build_changes_something(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, str], new: dict[str, str]
) -> None:
    """What is told is what the next build does, and after it there is nothing more to tell."""
    folder = tmp_path_factory.mktemp("build")
    build_into(folder, [Artifact(*one) for one in old.items()])
    artifacts = [Artifact(*one) for one in new.items()]
    found = drift(folder, artifacts)
    built = build_into(folder, artifacts)
    told = {*found.added, *(path for path, _, _ in found.changed)}
    assert told == {path.name for path in built.changed}
    assert set(found.removed) == {path.name for path in built.removed}
    assert not drift(folder, artifacts)
