"""`truegreen build`: what is written, what is said, and how it ends."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions import compiler
from truegreen_definitions.building.manifest import MANIFEST
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


def test_a_build_with_nothing_to_do_compiles_nothing(
    acme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second build reads the files, and no YAML in them; another revision is a new build."""
    build(acme, "-o", str(tmp_path))
    whole = files_of(tmp_path)

    def refuse(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patched:
        patched.setattr(compiler, "compile_files", refuse)
        assert build(acme, "-o", str(tmp_path)) is ExitCode.CLEAN
        with pytest.raises(AssertionError):
            build(acme, "-o", str(tmp_path), "--revision", "4f2a9c1")
    assert files_of(tmp_path) == whole


def test_an_altered_output_is_mended(acme: str, tmp_path: Path) -> None:
    """A file that was edited or removed by hand is as it was after the next build."""
    build(acme, "-o", str(tmp_path))
    whole = files_of(tmp_path)
    (tmp_path / "plan.json").write_text("{}")
    (tmp_path / "alertmanager/alertmanager.yml").unlink()
    assert build(acme, "-o", str(tmp_path)) is ExitCode.CLEAN
    assert files_of(tmp_path) == whole


def test_warnings_are_told_again_when_nothing_is_built(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A build with nothing to do still says that there are warnings, and how to see them."""
    case = str(root / "tests/golden/definitions/broken/team-nobody-told/input")
    build(case, "-o", str(tmp_path))
    assert "[team/nobody-told]" in capsys.readouterr().err
    build(case, "-o", str(tmp_path))
    said = capsys.readouterr().err
    assert said.endswith("0 removed; 1 warning as before, shown by `truegreen check`\n")


def test_a_day_on_which_warnings_change_is_no_day_as_before(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unchanged build tells the warnings of its day, and its list changes only when they do."""
    case = str(root / "tests/golden/definitions/broken/review-due/input")
    out = tmp_path / "build"

    def told(day: str) -> tuple[str, bytes]:
        assert build(case, "-o", str(out), "--today", day) is ExitCode.CLEAN
        return capsys.readouterr().err, (out / MANIFEST).read_bytes()

    first, early = told("2026-04-10")
    assert "review" not in first
    assert told("2026-04-29") == (first.replace(*_none_changed(first)), early)
    due, late = told("2026-04-30")
    assert "[service/review-due]" in due
    assert late != early
    again, same = told("2026-12-24")
    assert again.endswith("1 warning as before, shown by `truegreen check`\n")
    assert same == late
    back, listed = told("2026-04-29")
    assert "as before" not in back
    assert listed == early


def _none_changed(said: str) -> tuple[str, str]:
    changed = re.search(r", (\d+ changed)", said)
    assert changed is not None
    return changed[1], "0 changed"


def test_checking_writes_nothing_and_shows_the_difference(
    acme: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--check` ends with 1 and a unified difference on drift, with 0 after a build."""
    out = tmp_path / "build"
    assert build(acme, "-o", str(out), "--check") is ExitCode.PROBLEMS
    assert not out.exists()
    assert "plan.json: added\n" in capsys.readouterr().out
    build(acme, "-o", str(out))
    capsys.readouterr()
    assert build(acme, "-o", str(out), "--check") is ExitCode.CLEAN
    assert capsys.readouterr() == ("", f"{out}: {len(files_of(out))} files as built\n")
    rules = out / "prometheus/rules/order-to-cash.yml"
    whole = rules.read_text()
    rules.write_text(whole.replace("0.001", "0.002"))
    assert build(acme, "-o", str(out), "--check") is ExitCode.PROBLEMS
    shown = capsys.readouterr().out
    assert "prometheus/rules/order-to-cash.yml: changed\n" in shown
    assert "--- a/prometheus/rules/order-to-cash.yml" in shown
    assert rules.read_text() != whole


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
