"""The edge: which files of a folder are definitions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions import definition_files
from truegreen_definitions.catalog.loader import read_folder, read_library

if TYPE_CHECKING:
    import pytest


def _write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)


def test_yaml_files_of_all_levels(tmp_path: Path) -> None:
    """YAML files of every level are read in the order of their paths, hidden ones are not."""
    _write(tmp_path, "b.yaml", "a/c.yml", "a/d.yaml", "e.txt", ".git/f.yaml", ".g.yaml")
    files = read_folder(tmp_path)
    assert [file.path for file in files] == ["a/c.yml", "a/d.yaml", "b.yaml"]
    assert [file.text for file in files] == ["a/c.yml", "a/d.yaml", "b.yaml"]
    assert files[0].shown == f"{tmp_path.as_posix()}/a/c.yml"


def test_programs_are_no_definitions(tmp_path: Path) -> None:
    """The data of a Python package beside the definitions is not read as definitions."""
    _write(tmp_path, "a.yaml", "package/__init__.py", "package/b.yaml", "package/data/c.yaml")
    assert [file.path for file in read_folder(tmp_path)] == ["a.yaml"]


def test_files_of_this_folder_are_shown_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the folder one stands in, places read `a.yaml:1:1` and not `./a.yaml:1:1`."""
    _write(tmp_path, "a.yaml")
    monkeypatch.chdir(tmp_path)
    assert [file.shown for file in read_folder(Path())] == ["a.yaml"]


def test_a_name_that_cannot_be_printed_is_shown_all_the_same(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and characters that command a terminal, are replaced."""
    (tmp_path / os.fsdecode(b"\xff\x1b[1m.yaml")).write_text("x")
    (file,) = read_folder(tmp_path)
    assert (file.path, file.data) == ("��[1m.yaml", b"x")


def test_loops_end(tmp_path: Path) -> None:
    """A link to a folder above is not followed for ever, and reads no file twice."""
    _write(tmp_path, "a/b.yaml")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "z").symlink_to(tmp_path / "a", target_is_directory=True)
    assert [file.path for file in read_folder(tmp_path)] == ["a/b.yaml"]


def test_what_cannot_be_read_has_a_fault(tmp_path: Path) -> None:
    """A broken link and a pipe are files with a fault, and keep nobody waiting."""
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self.yaml").symlink_to(tmp_path / "self.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert {file.path: file.fault for file in read_folder(tmp_path)} == {
        "link.yaml": "cannot be read: no such file or directory",
        "pipe.yaml": "this is no regular file",
        "self.yaml": "cannot be read: too many levels of symbolic links",
    }


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without permission is a fault with its path, not an exception."""
    _write(tmp_path, "a/b.yaml", "c.yaml")
    listing = os.listdir

    def refuse(path: str) -> list[str]:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(os, "listdir", refuse)
    found = {file.path: file.fault for file in read_folder(tmp_path)}
    assert found == {"a": "cannot be read: permission denied", "c.yaml": ""}


def test_an_empty_folder(tmp_path: Path) -> None:
    """A folder without definitions is named, for it may be the wrong one."""
    _write(tmp_path, "readme.txt")
    files = read_folder(tmp_path)
    assert [(file.shown, file.fault) for file in files] == [
        (tmp_path.as_posix(), "there is no file that ends in .yaml or .yml")
    ]


def test_no_more_is_read_than_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file above the bound is read one byte beyond it, which is enough to refuse it."""
    monkeypatch.setattr(definition_files, "MAX_BYTES", 3)
    _write(tmp_path, "long-name.yaml")
    assert read_folder(tmp_path)[0].data == b"long"


def test_the_library() -> None:
    """The library is found beside the package or inside it, and shown by a name of its own."""
    files = {file.path: file.shown for file in read_library()}
    assert files["csat.yaml"] == "<library>/csat.yaml"
