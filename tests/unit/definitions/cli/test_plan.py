"""`truegreen plan`: result on stdout, talk on stderr, and its exit codes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from companies import files, promising

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.plan import PLAN
from truegreen_definitions.compiler import compile_folder
from truegreen_definitions.plan import PLAN_FORMAT
from truegreen_definitions.plan.text import plan_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from truegreen_definitions.plan import Plan


def _run(*words: str) -> ExitCode:
    parser = argparse.ArgumentParser()
    PLAN.configure(parser)
    return PLAN.run(parser.parse_args(words))


def _write(folder: Path, **changed: str) -> Path:
    for file in files(**changed):
        (folder / file.path).write_bytes(file.data)
    return folder


def test_plan_is_the_result(
    root: Path, acme_plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without problems gives its plan on stdout and not a word on stderr."""
    assert _run(str(root / "definitions" / "acme")) == ExitCode.CLEAN
    shown = capsys.readouterr()
    assert shown.out == plan_text(acme_plan)
    assert shown.err == ""


def test_errors_leave_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Problems are shown with their count, and stdout stays empty."""
    shop = promising("kind: promql\ngood: a_total{\ntotal: b_total")
    assert _run(str(_write(tmp_path, shop=shop))) == ExitCode.PROBLEMS
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "[promql/syntax]" in shown.err
    assert shown.err.endswith(f"{tmp_path}: 1 error\n")


def test_warnings_are_shown_beside_the_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning goes to stderr and does not change the exit code."""
    shop = promising("kind: promql\ngood: up\ntotal: b_total")
    assert _run(str(_write(tmp_path, shop=shop))) == ExitCode.CLEAN
    shown = capsys.readouterr()
    assert "[promql/not-a-counter]" in shown.err
    found = compile_folder(tmp_path)
    assert found.plan is not None
    assert shown.out == plan_text(found.plan)


def test_folder_defaults_to_definitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an argument the folder `definitions` is taken."""
    (tmp_path / "definitions").mkdir()
    _write(tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    assert _run() == ExitCode.CLEAN
    assert capsys.readouterr().out.startswith(f"plan format {PLAN_FORMAT}\n")
