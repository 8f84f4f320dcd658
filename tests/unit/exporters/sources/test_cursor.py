"""A cursor goes on only in the bytes it stands behind."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_exporters.sources import cursor as cursor_module
from truegreen_exporters.sources.cursor import Cursor, advance, resume
from truegreen_exporters.sources.rows import Position

if TYPE_CHECKING:
    from pathlib import Path

LINES = b"".join(b"line %06d\n" % i for i in range(2_000))


def read_to(path: Path, offset: int, cursor: Cursor | None = None) -> Cursor:
    """Return the cursor of a file at an offset."""
    with path.open("rb") as file:
        return advance(cursor or Cursor(path=path.name), file, Position(offset, 1))


def resumed(path: Path, *cursors: Cursor) -> Cursor:
    """Return where reading goes on."""
    with path.open("rb") as file:
        return resume(path.name, file, {cursor.path: cursor for cursor in cursors})


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file of 24 kB."""
    path = tmp_path / "log.csv"
    path.write_bytes(LINES)
    return path


def test_a_grown_file_goes_on(log: Path) -> None:
    """What is appended is read from where the last reading ended."""
    cursor = read_to(log, 12_000)
    with log.open("ab") as file:
        file.write(b"more\n")
    assert resumed(log, cursor) == cursor


def test_a_copy_or_a_renamed_file_goes_on(log: Path) -> None:
    """The same bytes under another name are not read twice; the longest match counts."""
    early, late = read_to(log, 3_000), read_to(log, 12_000)
    copy = log.with_name("copy.csv")
    copy.write_bytes(LINES)
    other = Cursor(path="early.csv", position=early.position, seal=early.seal, chain=early.chain)
    found = resumed(copy, other, late)
    assert (found.path, found.position) == ("copy.csv", late.position)


@pytest.mark.parametrize(
    "changed",
    [
        LINES[:-1] + b"x",
        b"x" + LINES[1:],
        LINES[:12_000] + b"x" + LINES[12_001:],
        LINES[:100],
        b"",
        LINES[12:] + LINES,
    ],
)
def test_other_content_is_read_from_its_start(log: Path, changed: bytes) -> None:
    """A file that was edited anywhere, truncated or rotated is new, at the same size too."""
    cursor = read_to(log, len(LINES))
    log.write_bytes(changed)
    os.utime(log, ns=(1, 1))
    assert resumed(log, cursor) == Cursor(path=log.name)


def test_a_changed_tail_behind_the_cursor_is_no_change(log: Path) -> None:
    """Bytes that were not read yet may differ."""
    cursor = read_to(log, 12_000)
    log.write_bytes(LINES[:12_000] + b"other\n")
    assert resumed(log, cursor) == cursor


@given(st.lists(st.integers(0, 4_000), min_size=1, max_size=6).map(sorted))
def test_the_digest_does_not_depend_on_the_batches(
    tmp_path_factory: pytest.TempPathFactory, offsets: list[int]
) -> None:
    """Advancing in any steps, over block edges too, gives the digest of one step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cursor_module, "BLOCK_BYTES", 256)
        path = tmp_path_factory.mktemp("digest") / "log.csv"
        path.write_bytes(LINES[:4_000])
        cursor = None
        for offset in offsets:
            cursor = read_to(path, offset, cursor)
        assert cursor == read_to(path, offsets[-1])
