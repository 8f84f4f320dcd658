"""`truegreen test`: definitions or a build, all of it or some, with or without the tools."""

from __future__ import annotations

import argparse
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.test import TEST
from truegreen_definitions.emitters.built_in import BUILT_IN
from truegreen_definitions.errors import UsageError
from truegreen_definitions.proof import tools

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMPANY = """\
apiVersion: truegreen/v1
kind: Policy
metadata: {name: default}
spec: {prometheus: {version: 'VERSION', retention: 90d, scrape_interval: 15s}}
---
apiVersion: truegreen/v1
kind: Team
metadata: {name: desk}
spec: {contact: desk@acme.example, page: {webhook: 'http://127.0.0.1:9/'}}
---
apiVersion: truegreen/v1
kind: Service
metadata: {name: help}
spec:
  owner: desk
  steps: [{name: ask}]
  slas:
    - name: answered
      indicator: {kind: promql, good: 'asked_total{code!~"5.."}', total: asked_total}
      objective: 99%
      window: 30d
"""


def run(*arguments: str) -> ExitCode:
    """Run the command as the command line would."""
    parser = argparse.ArgumentParser()
    TEST.configure(parser)
    return TEST.run(parser.parse_args(arguments))


@pytest.fixture
def company(tmp_path: Path, tool: Callable[[str], str]) -> Path:
    """The definitions of a small company, where there are tools to test it with."""
    tool("promtool"), tool("amtool")
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "company.yaml").write_text(COMPANY.replace("VERSION", "2.42"))
    return folder


@pytest.fixture
def build(company: Path, tmp_path: Path) -> Path:
    """A build of it."""
    from truegreen_definitions.compiler import compile_folder

    plan = compile_folder(company).plan
    assert plan is not None
    for emitter in BUILT_IN:
        write_all(tmp_path / "build", emitter.emit(plan, BuildInfo(revision="4f2a9c1")))
    return tmp_path / "build"


def test_definitions_are_proven_as_they_stand(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From definitions to proof in one command, nothing written, and every rule covered."""
    assert run(str(company)) is ExitCode.CLEAN
    said = capsys.readouterr()
    assert said.out == ""
    assert "0 failed" in said.err
    assert said.err.rstrip().endswith("(100%)")
    assert [path.name for path in company.parent.iterdir()] == ["definitions"]


def test_a_fault_in_a_build_is_told_with_its_definition(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build whose rules were changed fails, by the file that differs and by the claim."""
    path = build / "prometheus/tests/help/burn.yml"
    path.write_text(path.read_text().replace("> 14.4", "> 14.7"))
    assert run(str(build)) is ExitCode.PROBLEMS
    out = capsys.readouterr().out
    assert "prometheus/tests/help/burn.yml: not what plan.json makes" in out
    assert "company.yaml:18: help/answered: 1h/5m fires above its factor" in out
    assert "burning after 10m: ALERTS{" in out


def test_a_deployed_rule_must_be_the_proven_one(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule changed where it is deployed, and not where it is tested, is found."""
    path = build / "prometheus/rules/help.yml"
    path.write_text(path.read_text().replace("> 14.4", "> 14.7"))
    assert run(str(build)) is ExitCode.PROBLEMS
    assert capsys.readouterr().out.startswith("prometheus/rules/help.yml: not what plan.json makes")


def test_a_filter_chooses_cases(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what holds the text is told of, whatever else is wrong, and coverage is not judged."""
    path = build / "prometheus/tests/help/burn.yml"
    path.write_text(path.read_text().replace("> 14.4", "> 14.7"))
    assert run(str(build), "--filter", "6h/30m") is ExitCode.CLEAN
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"{build}: 1 case, 0 failed\n")
    assert run(str(build), "--filter", "7h/30m") is ExitCode.USAGE


def test_tests_that_do_not_load_are_a_failure(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that promtool cannot read is told in its words, never counted as passed."""
    (build / "prometheus/tests/help/verdict_test.yml").write_text("tests: [")
    assert run(str(build), "--format", "json") is ExitCode.PROBLEMS
    files = {one["name"]: one for one in json.loads(capsys.readouterr().out)["files"]}
    assert "yaml" in files["help/verdict"]["fault"]
    assert files["help/burn"]["fault"] == ""


def test_problems_of_the_definitions_come_first(
    company: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Definitions that do not compile are not tested."""
    (company / "company.yaml").write_text(COMPANY.replace("owner: desk", "owner: dsk"))
    assert run(str(company)) is ExitCode.PROBLEMS
    assert "nothing is tested" in capsys.readouterr().err


def test_no_promtool_is_said_in_words(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without promtool the message says where it comes from."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="promtool is missing: it comes with Prometheus"):
        run(str(company))


def test_without_amtool_the_rules_are_still_tested(
    company: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says that amtool is missing, and proves the rest."""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "amtool" else which(name))
    assert run(str(company)) is ExitCode.CLEAN
    assert "amtool is missing" in capsys.readouterr().err


def test_the_promtool_of_another_server_is_refused(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules for 3.x count other samples than promtool 2.x does: no answer would mean anything."""
    monkeypatch.setattr(tools, "version_of", lambda promtool: (2, 42))
    (company / "company.yaml").write_text(COMPANY.replace("VERSION", "3.1"))
    with pytest.raises(UsageError, match=r"declares Prometheus 3\.1 and promtool is 2\.42"):
        run(str(company))


@pytest.mark.parametrize("words", [["--min-coverage", "101"], ["--jobs", "0"], ["--format", "xml"]])
def test_bad_arguments_are_refused(words: list[str]) -> None:
    """Shares beyond 100, no jobs and unknown formats are usage errors."""
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2
