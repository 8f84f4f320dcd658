"""A build folder ends with what the plan says, whatever happened to it before."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions import files
from truegreen_definitions.artifacts import Artifact
from truegreen_definitions.building import folder as build_folder
from truegreen_definitions.building.folder import build_into
from truegreen_definitions.building.manifest import MANIFEST
from truegreen_definitions.errors import InvariantError, TerminalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

OLD = (Artifact("rules/orders.yml", "old"), Artifact("plan.json", "1"), Artifact("same", "s"))
NEW = (Artifact("rules/sales.yml", "new"), Artifact("plan.json", "2"), Artifact("same", "s"))
NEXT = (Artifact("rules/trade.yml", "next"), Artifact("plan.json", "3"))


class Cut(BaseException):
    """The process ends here."""


def found(folder: Path) -> dict[str, str]:
    """Return the text of every file of a folder but the list of files."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def texts(artifacts: Iterable[Artifact]) -> dict[str, str]:
    """Return what a folder with just these artefacts holds."""
    return {one.path: one.text for one in artifacts}


def test_what_is_no_longer_made_goes(tmp_path: Path) -> None:
    """After a service got another name, its old rules are gone and named."""
    build_into(tmp_path, OLD)
    built = build_into(tmp_path, NEW)
    assert found(tmp_path) == texts(NEW)
    assert built.changed == (tmp_path / "plan.json", tmp_path / "rules/sales.yml")
    assert built.removed == (tmp_path / "rules/orders.yml",)
    assert built.kept == ()


def test_the_list_has_every_file_with_its_digest(tmp_path: Path) -> None:
    """`.truegreen.json` can be checked with sha256sum alone."""
    build_into(tmp_path, OLD)
    build_into(tmp_path, NEW)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    assert manifest == {
        "format": 2,
        "files": {
            one.path: [hashlib.sha256((tmp_path / one.path).read_bytes()).hexdigest()]
            for one in NEW
        },
        "inputs": "",
        "problems": "",
        "since": "",
        "until": "",
    }


def test_a_build_without_news_touches_nothing(tmp_path: Path) -> None:
    """The same artefacts again leave every file as it is, the list of files too."""
    build_into(tmp_path, OLD)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert build_into(tmp_path, OLD).changed == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@pytest.mark.parametrize("others", [("notes.txt",), ("rules/mine.yml", "grafana/mine.json")])
def test_files_of_other_people_stay(others: tuple[str, ...], tmp_path: Path) -> None:
    """What no build wrote is never removed, wherever it lies."""
    build_into(tmp_path, OLD)
    for name in others:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    built = build_into(tmp_path, ())
    assert found(tmp_path) == dict.fromkeys(others, "mine")
    assert built.removed == tuple(sorted(tmp_path / one.path for one in OLD))


def test_what_nobody_built_is_not_written_over(tmp_path: Path) -> None:
    """A rule file of somebody's own stops the build before it writes anything."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/orders.yml").write_text("by hand")
    with pytest.raises(TerminalError, match=r"rules/orders\.yml was not written by a build"):
        build_into(tmp_path, OLD)
    assert found(tmp_path) == {"rules/orders.yml": "by hand"}
    (tmp_path / "rules/orders.yml").write_text("old")  # the very same content is no loss
    build_into(tmp_path, OLD)
    assert found(tmp_path) == texts(OLD)


def test_a_file_changed_by_hand_is_kept_and_named_each_time(tmp_path: Path) -> None:
    """A stale file with other content stays, is named by every build, and goes once restored."""
    build_into(tmp_path, OLD)
    stale = tmp_path / "rules/orders.yml"
    stale.write_text("by hand")
    for _ in range(2):
        built = build_into(tmp_path, NEW)
        assert (built.removed, built.kept) == ((), (stale,))
        assert stale.read_text() == "by hand"
    stale.write_text("old")
    built = build_into(tmp_path, NEW)
    assert (built.removed, built.kept) == ((stale,), ())
    assert found(tmp_path) == texts(NEW)


def test_a_kept_file_that_is_removed_by_hand_is_forgotten(tmp_path: Path) -> None:
    """Once the person has removed the file, no build speaks of it."""
    build_into(tmp_path, OLD)
    (tmp_path / "rules/orders.yml").write_text("by hand")
    build_into(tmp_path, NEW)
    (tmp_path / "rules/orders.yml").unlink()
    built = build_into(tmp_path, NEW)
    assert (built.removed, built.kept) == ((), ())


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_took_the_place_of_a_stale_file_is_kept(kind: str, tmp_path: Path) -> None:
    """A link or a folder is nothing that a build wrote, even with the same content behind it."""
    build, elsewhere = tmp_path / "build", tmp_path / "elsewhere"
    build_into(build, OLD)
    stale = build / "rules/orders.yml"
    stale.rename(elsewhere)
    if kind == "link":
        stale.symlink_to(elsewhere)
    else:
        stale.mkdir()
    assert build_into(build, NEW).kept == (stale,)
    assert stale.is_symlink() or stale.is_dir()
    assert elsewhere.read_text() == "old"


def cut_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the process before, or after, the n-th change of the folder."""
    steps = count()

    def cut(change: Callable[..., None]) -> Callable[..., None]:
        def changed(*arguments: object) -> None:
            if next(steps) == step:
                raise Cut
            change(*arguments)
            if next(steps) == step:
                raise Cut

        return changed

    monkeypatch.setattr(build_folder, "write_atomically", cut(files.write_atomically))
    monkeypatch.setattr("truegreen_definitions.artifacts.write_atomically", cut(write))
    monkeypatch.setattr(build_folder, "remove_durably", cut(files.remove_durably))


write = files.write_atomically


@pytest.mark.parametrize("then", [OLD, NEW, NEXT], ids=["back", "again", "on"])
def test_a_build_cut_short_is_made_good_by_the_next(
    then: tuple[Artifact, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an end at any point, and a second one, the next build leaves just what it makes."""
    whole = 0
    for step in range(100):
        folder = tmp_path / str(step)
        build_into(folder, OLD)
        with monkeypatch.context() as patched:
            cut_at(step, patched)
            try:
                build_into(folder, NEW)
            except Cut:
                pass
            else:
                whole = step
                break
        build_into(folder, then)
        assert found(folder) == texts(then)
    assert whole == 10, "two lists, two files and a removal, each with a before and an after"


SETS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy"))
BUILDS = st.lists(st.tuples(SETS, st.none() | st.integers(0, 12)), max_size=6)


@settings(deadline=None, max_examples=40)  # each example waits for the disk
@given(BUILDS, SETS)
def test_any_history_ends_in_the_right_state(
    tmp_path_factory: pytest.TempPathFactory,
    builds: list[tuple[dict[str, str], int | None]],
    last: dict[str, str],
) -> None:
    """However many builds were cut short wherever, a whole one leaves its files and no others."""
    folder = tmp_path_factory.mktemp("build")
    for made, step in builds:
        with pytest.MonkeyPatch.context() as patched:
            if step is not None:
                cut_at(step, patched)
            try:
                build_into(folder, [Artifact(path, text) for path, text in made.items()])
            except Cut:
                continue
    assert build_into(folder, [Artifact(*one) for one in last.items()]).kept == ()
    assert found(folder) == last


@pytest.mark.parametrize(
    "artifacts",
    [(Artifact("a", "1"), Artifact("a", "2")), (Artifact(MANIFEST, "{}"),)],
    ids=["twice", "the list itself"],
)
def test_two_artefacts_of_one_path_are_our_bug(
    artifacts: tuple[Artifact, ...], tmp_path: Path
) -> None:
    """Emitters that write over each other are found before the first file is written."""
    with pytest.raises(InvariantError, match="two artefacts have the path"):
        build_into(tmp_path / "build", artifacts)
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 3, "files": {}}',
        '{"format": true, "files": {}}',
        '{"format": 2, "files": {}, "inputs": 1}',
        '{"format": 2, "files": {}, "more": ""}',
        '{"format": 2}',
        '{"format": 1, "files": {"a": "b"}}',
        '{"format": 1, "files": {"../mine": ["0"]}}',
        '{"format": 1, "files": {"/mine": ["0"]}}',
        '{"format": 1, "files": {"./same": ["0"]}}',
        '{"format": 1, "files": {"a\\u0000": ["0"]}}',
        '{"format": 1, "files": {"a\\ud800": ["0"]}}',
        "[" * 100_000,
    ],
)
def test_a_list_that_we_did_not_write_stops_the_build(text: str, tmp_path: Path) -> None:
    """A broken or foreign list, or one that leads out of the folder, removes nothing."""
    build_into(tmp_path, OLD)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(TerminalError, match="no list of files that this version wrote"):
        build_into(tmp_path, NEW)
    assert found(tmp_path) == texts(OLD)


def refuse(*_: object) -> None:
    """Stand for a file system without permission (which does not stop root)."""
    raise PermissionError(13, "Permission denied")


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the list of files cannot be written, nothing else is."""
    monkeypatch.setattr(build_folder, "write_atomically", refuse)
    with pytest.raises(TerminalError, match=rf"cannot write .*{re.escape(MANIFEST)}: Permission"):
        build_into(tmp_path, OLD)
    assert found(tmp_path) == {}


def test_a_file_that_cannot_be_removed_is_named_and_stays_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the stale file, and a later build removes it."""
    build_into(tmp_path, OLD)
    with monkeypatch.context() as patched:
        patched.setattr(build_folder, "remove_durably", refuse)
        with pytest.raises(TerminalError, match=r"cannot remove .*orders\.yml: Permission denied"):
            build_into(tmp_path, NEW)
    build_into(tmp_path, NEW)
    assert found(tmp_path) == texts(NEW)


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder in the place of the list ends the build in words."""
    (tmp_path / MANIFEST).mkdir()
    with pytest.raises(TerminalError, match=rf"cannot read .*{re.escape(MANIFEST)}: Is a dir"):
        build_into(tmp_path, NEW)


def test_the_list_of_an_older_version_is_taken_over(tmp_path: Path) -> None:
    """A list of the first format says whose the files are, and is written anew."""
    build_into(tmp_path, OLD)
    old = json.loads((tmp_path / MANIFEST).read_text())
    first = {"format": 1, "files": old["files"]}
    (tmp_path / MANIFEST).write_text(json.dumps(first))
    build_into(tmp_path, NEW)
    assert found(tmp_path) == texts(NEW)
    assert json.loads((tmp_path / MANIFEST).read_text())["format"] == 2


@pytest.mark.parametrize("name", ["rules/orders.yml"])
def test_what_cannot_be_read_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale file that cannot be read ends the build in words."""
    build_into(tmp_path, OLD)
    read = type(tmp_path).read_bytes

    def fail(path: Path) -> bytes:
        if path == tmp_path / name:
            refuse()
        return read(path)

    monkeypatch.setattr(type(tmp_path), "read_bytes", fail)
    with pytest.raises(TerminalError, match=rf"cannot read .*{re.escape(name)}: Permission denied"):
        build_into(tmp_path, NEW)
