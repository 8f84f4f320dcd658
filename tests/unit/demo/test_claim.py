"""The right to a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_demo.claim import claimed

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_of_somebody_else_is_left_as_it_is(tmp_path: Path) -> None:
    """Where other files lie the demo refuses to run, and every file stays."""
    mine = tmp_path / "definitions" / "mine.yaml"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(UsageError, match="holds other files"), claimed(tmp_path):
        pytest.fail("the demo must not run")
    assert mine.read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["definitions"]


def test_what_an_earlier_demo_left_is_taken_away(tmp_path: Path) -> None:
    """A folder of an earlier demo may be used again and is empty then."""
    with claimed(tmp_path / "new" / "demo"):
        (tmp_path / "new" / "demo" / "tsdb").mkdir()
    with claimed(tmp_path / "new" / "demo"):
        assert not (tmp_path / "new" / "demo" / "tsdb").exists()


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second demo is told, and takes nothing away from the first."""
    with claimed(tmp_path):
        (tmp_path / "tsdb").mkdir()
        with pytest.raises(UsageError, match="another demo runs in"), claimed(tmp_path):
            pytest.fail("the demo must not run")
        assert (tmp_path / "tsdb").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A file in its place is a mistake in the command."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"), claimed(tmp_path / "file"):
        pytest.fail("the demo must not run")


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The message has the path and the reason, never a traceback."""
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(TerminalError, match=r"cannot write the demo's .*/file/below: Not a"),
        claimed(tmp_path / "file" / "below"),
    ):
        pytest.fail("the demo must not run")
