"""`truegreen build`: what is written, what is said, and how it ends."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.build_manifest import MANIFEST
from truegreen_definitions.cli.build import BUILD
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import codec

if TYPE_CHECKING:
    from pathlib import Path


def build(*arguments: str) -> ExitCode:
    """Run the command as the command line would."""
    parser = argparse.ArgumentParser()
    BUILD.configure(parser)
    return BUILD.run(parser.parse_args(arguments))


@pytest.fixture
def acme(root: Path) -> str:
    """The definitions of the example company."""
    return str(root / "definitions" / "acme")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder but the list of them."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_it_writes_everything_and_names_what_changed(
    acme: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first build names every file it wrote, the second none."""
    out = tmp_path / "build"
    assert build(acme, "-o", str(out)) is ExitCode.CLEAN
    first = capsys.readouterr()
    written = files_of(out)
    assert first.out.splitlines() == sorted(f"{out}/{name}" for name in written)
    assert first.err == f"{out}: {len(written)} files, {len(written)} changed, 0 removed\n"
    assert {
        "plan.json",
        "alertmanager/alertmanager.yml",
        "prometheus/rules/open-enrolment.yml",
        "prometheus/rules/order-to-cash.yml",
        "prometheus/tests/open-enrolment/verdict_test.yml",
        "prometheus/tests/order-to-cash/burn_test.yml",
    } <= written.keys()
    assert any(name.startswith("grafana/") for name in written)
    assert build(acme, "-o", str(out)) is ExitCode.CLEAN
    second = capsys.readouterr()
    assert second.out == ""
    assert second.err == f"{out}: {len(written)} files, 0 changed, 0 removed\n"


def test_the_revision_changes_plan_json_alone(acme: str, tmp_path: Path) -> None:
    """A commit is known to plan.json, and no other artefact holds it."""
    build(acme, "-o", str(tmp_path / "a"))
    build(acme, "-o", str(tmp_path / "b"), "--revision", "4f2a9c1")
    one, two = files_of(tmp_path / "a"), files_of(tmp_path / "b")
    assert [name for name in one if one[name] != two[name]] == ["plan.json"]
    assert codec.loads(two["plan.json"].decode()).revision == "4f2a9c1"


def test_problems_are_shown_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken definition ends with exit code 1, its place, and an untouched folder."""
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    (definitions / "a.yaml").write_text("apiVersion: truegreen/v1\nkind: Servise\n")
    out = tmp_path / "build"
    assert build(str(definitions), "-o", str(out)) is ExitCode.PROBLEMS
    said = capsys.readouterr()
    assert said.out == ""
    assert "a.yaml:2:7: error:" in said.err
    assert "nothing is written" in said.err
    assert not out.exists()


def test_an_output_that_cannot_be_a_folder_is_named(acme: str, tmp_path: Path) -> None:
    """A file in the place of the output folder is a clear error."""
    (tmp_path / "build").write_text("")
    with pytest.raises(TerminalError, match=r"cannot write .*build"):
        build(acme, "-o", str(tmp_path / "build"))
