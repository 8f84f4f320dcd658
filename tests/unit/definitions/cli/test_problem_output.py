"""Formats of problems on the command line: what stdout and stderr hold."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.cli.build import BUILD
from truegreen_definitions.cli.check import CHECK
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.plan import PLAN

if TYPE_CHECKING:
    from pathlib import Path


def _run(command: Command, *words: str) -> ExitCode:
    parser = ArgumentParser()
    command.configure(parser)
    return command.run(parser.parse_args(words))


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one warning in `sub/definitions`, and the user in `sub`."""
    case = root / "tests" / "golden" / "definitions" / "broken" / "team-nobody-told"
    shutil.copytree(case / "input", tmp_path / "sub" / "definitions")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    return tmp_path


@pytest.mark.parametrize("command", [CHECK, BUILD, PLAN], ids=lambda command: command.name)
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_document_is_the_whole_of_stdout(
    command: Command, form: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a document format, stdout can be piped into a file and parsed."""
    assert _run(command, "--format", form) is ExitCode.CLEAN
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("command", [BUILD, PLAN], ids=lambda command: command.name)
def test_errors_leave_the_result_empty(
    command: Command, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON of a command that could not do its work says so with null."""
    (folder / "sub" / "definitions" / "more.yaml").write_text("kind: Nothing\n")
    assert _run(command, "--format", "json") is ExitCode.PROBLEMS
    document = json.loads(capsys.readouterr().out)
    assert document[command.name] is None
    assert document["counts"]["error"] > 0


def test_json_of_a_command_has_its_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`plan` gives the plan and `build` what it wrote, beside the problems."""
    _run(PLAN, "--format", "json")
    plan = json.loads(capsys.readouterr().out)
    assert plan["plan"]["services"][0]["name"] == "shop"
    assert plan["counts"]["warning"] == 1
    _run(BUILD, "--format", "json")
    assert "build/plan.json" in json.loads(capsys.readouterr().out)["build"]["changed"]


def test_annotations_name_the_file_from_the_root(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """GitHub finds the line wherever in the repository the command ran."""
    _run(CHECK, "--format", "github")
    assert " file=sub/definitions/company.yaml,line=" in capsys.readouterr().out
    _run(CHECK, str(folder / "sub" / "definitions"), "--format", "github")
    assert " file=sub/definitions/company.yaml,line=" in capsys.readouterr().out


def test_lines_do_not_mix_with_a_result(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`plan` keeps stdout for the plan; annotations go to stderr."""
    _run(PLAN, "--format", "github")
    out, err = capsys.readouterr()
    assert "::warning" not in out
    assert err.startswith("::warning file=")
