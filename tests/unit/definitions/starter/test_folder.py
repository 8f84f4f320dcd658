"""A new folder is whole or not there, and takes nothing from anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.starter import StarterFile, write_new
from truegreen_definitions.starter import folder as folder_module

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    StarterFile(path="a/b/c.txt", text="c\n"),
    StarterFile(path="d.txt", text="d\n", kept=True),
    StarterFile(path="e.txt", text="e\n"),
)


def tree(root: Path) -> dict[str, str]:
    """Return every file and folder below a folder with what is in it."""
    return {
        path.relative_to(root).as_posix(): path.read_text() if path.is_file() else "/"
        for path in root.rglob("*")
    }


def test_it_writes_everything_into_a_new_folder(tmp_path: Path) -> None:
    """Folders are made as they are needed, and every file is named in the answer."""
    written, kept = write_new(tmp_path / "x" / "y", FILES)
    assert written == tuple(tmp_path / "x" / "y" / file.path for file in FILES)
    assert kept == ()
    assert tree(tmp_path / "x" / "y") == {
        "a": "/",
        "a/b": "/",
        "a/b/c.txt": "c\n",
        "d.txt": "d\n",
        "e.txt": "e\n",
    }


def test_what_may_stay_stays(tmp_path: Path) -> None:
    """A file that may stay is left as it is and named; the others are written beside it."""
    (tmp_path / "d.txt").write_text("mine\n")
    written, kept = write_new(tmp_path, FILES)
    assert kept == (tmp_path / "d.txt",)
    assert len(written) == 2
    assert (tmp_path / "d.txt").read_text() == "mine\n"


@pytest.mark.parametrize("path", ["e.txt", "a/b/c.txt"])
def test_what_is_there_is_never_written_over(tmp_path: Path, path: str) -> None:
    """One file in the way: it is named, and not one other file appears."""
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TerminalError, match=rf"there already: {tmp_path}/{path}; nothing is writ"):
        write_new(tmp_path, FILES)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("failing", range(3))
def test_a_fault_takes_everything_back(
    tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk refuses any one of the files, the folder is as it was before."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("mine")
    before = tree(tmp_path)
    write = folder_module.write_atomically

    def refuse(path: Path, data: bytes) -> None:
        if path == tmp_path / FILES[failing].path:
            raise OSError(28, "No space left on device", str(path))
        write(path, data)

    monkeypatch.setattr(folder_module, "write_atomically", refuse)
    with pytest.raises(TerminalError, match=r"cannot write .*: No space left on device"):
        write_new(tmp_path, FILES)
    assert tree(tmp_path) == before


def test_an_interrupt_takes_everything_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle leaves nothing, and stays Ctrl-C."""

    def interrupt(path: Path, data: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(folder_module, "write_atomically", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "new", FILES)
    assert list(tmp_path.iterdir()) == []


def test_somebody_who_comes_between_keeps_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that appears after the look and before the write is not written over."""
    write = folder_module.write_atomically

    def meanwhile(path: Path, data: bytes) -> None:
        (tmp_path / "e.txt").write_text("mine")
        write(path, data)

    monkeypatch.setattr(folder_module, "write_atomically", meanwhile)
    with pytest.raises(TerminalError, match=r"cannot write .*e.txt: File exists"):
        write_new(tmp_path, FILES)
    assert tree(tmp_path) == {"e.txt": "mine"}


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    """A file where a folder is needed is a fault with its name."""
    (tmp_path / "a").write_text("mine")
    with pytest.raises(TerminalError, match=r"cannot write .*a/b"):
        write_new(tmp_path, FILES)
    assert tree(tmp_path) == {"a": "mine"}
