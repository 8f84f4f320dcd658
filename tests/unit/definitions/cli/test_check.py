"""`truegreen check`: what it prints where, and how it ends."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.check import CHECK
from truegreen_definitions.cli.command import ExitCode

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[4]
BROKEN = ROOT / "tests" / "golden" / "definitions" / "broken"


def _check(*words: str) -> ExitCode:
    parser = ArgumentParser()
    CHECK.configure(parser)
    return CHECK.run(parser.parse_args(words))


def test_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Definitions without a fault give no result, a word of summary, and exit code 0."""
    assert _check(str(ROOT / "definitions" / "acme")) is ExitCode.CLEAN
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("acme: no problems\n")


def test_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """An error is shown on stdout as in its golden case, and the exit code is 1."""
    case = BROKEN / "unknown-owner"
    assert _check(str(case / "input")) is ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert out == (case / "expected.txt").read_text().replace("input/", f"{case}/input/")
    assert err.endswith("input: 1 error\n")


def test_warnings_do_not_stop(capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is shown and counted, and the exit code is 0."""
    assert _check(str(BROKEN / "exclusions-not-applied" / "input")) is ExitCode.CLEAN
    out, err = capsys.readouterr()
    assert "[agreement/not-compiled]" in out
    assert err.endswith("input: 1 warning\n")


def test_the_default_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a word it checks the folder `definitions` where the user is."""
    shutil.copytree(ROOT / "definitions" / "acme", tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    assert _check() is ExitCode.CLEAN
    assert capsys.readouterr().err == "definitions: no problems\n"
