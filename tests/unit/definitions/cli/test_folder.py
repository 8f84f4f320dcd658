"""The folder a verb is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.cli.app import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("verb", ["build", "check", "plan"])
@pytest.mark.parametrize(
    ("name", "reason"), [("nowhere", "does not exist"), ("file.yaml", "is not a folder")]
)
def test_no_folder_is_a_mistake_in_the_command(
    verb: str, name: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every verb ends with exit code 2 and one line that names what was given."""
    (tmp_path / "file.yaml").write_text("")
    assert main([verb, str(tmp_path / name)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert (
        said.err == f"truegreen: {tmp_path / name} {reason}: name the folder of your definitions\n"
    )
