"""The demo's folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_demo.workspace import Ports, prepare

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_place_that_cannot_be_a_folder_is_named(name: str, tmp_path: Path) -> None:
    """A file where the folder should be ends with its path and the reason, not a traceback."""
    (tmp_path / "file").write_text("")
    said: list[str] = []
    with pytest.raises(TerminalError, match=rf"cannot write the demo's {tmp_path}/file.*: Not a"):
        prepare(tmp_path / name, Ports.free(), NOW, said.append)
    assert said == []


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing may be made, the message has the path and the reason."""

    def refuse(path: object, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "mkdir", refuse)  # permissions do not stop root
    with pytest.raises(TerminalError, match=rf"demo's {tmp_path}/data: Permission denied"):
        prepare(tmp_path, Ports.free(), NOW, lambda _: None)
