"""`truegreen check`: what it prints where, and how it ends."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser
from pathlib import Path

import pytest

from truegreen_definitions.cli.check import CHECK
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.errors import InvariantError, UsageError
from truegreen_definitions.manual import page, pages

ROOT = Path(__file__).parents[4]
BROKEN = ROOT / "tests" / "golden" / "definitions" / "broken"


def _check(*words: str) -> ExitCode:
    parser = ArgumentParser()
    CHECK.configure(parser)
    return CHECK.run(parser.parse_args(words))


def test_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Definitions without a fault give no result, a word of summary, and exit code 0."""
    acme = str(ROOT / "definitions" / "acme")
    assert _check(acme, "--today", "2026-11-22") is ExitCode.CLEAN
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
    assert _check(str(BROKEN / "team-nobody-told" / "input")) is ExitCode.CLEAN
    out, err = capsys.readouterr()
    assert "[team/nobody-told]" in out
    assert err.endswith("input: 1 warning\n")


def test_the_default_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a word it checks the folder `definitions` where the user is."""
    shutil.copytree(ROOT / "definitions" / "acme", tmp_path / "definitions")
    monkeypatch.chdir(tmp_path)
    assert _check("--today", "2026-11-22") is ExitCode.CLEAN
    assert capsys.readouterr().err == "definitions: no problems\n"


def test_the_manual(capsys: pytest.CaptureFixture[str]) -> None:
    """A page says what its problem means and how to mend it; without an id all are listed."""
    assert _check("--manual", "team/nobody-told") is ExitCode.CLEAN
    shown = capsys.readouterr().out
    assert shown.startswith("team/nobody-told (warning)\n\nA team answers for ")
    assert "# truegreen: allow team/nobody-told until " in shown
    assert _check("--manual") is ExitCode.CLEAN
    assert len(capsys.readouterr().out.splitlines()) == len(pages())


def test_a_problem_that_there_is_not() -> None:
    """An id that is none is answered with the one it was meant to be."""
    with pytest.raises(UsageError, match="did you mean `reference/unknown`"):
        _check("--manual", "reference/unknwon")


def test_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What can be mended for certain is mended in the file, said, and not found again."""
    shutil.copytree(BROKEN / "bad-duration" / "input", tmp_path / "d")
    file = tmp_path / "d" / "company.yaml"
    file.chmod(0o600)
    before = file.read_text()
    assert _check(str(tmp_path / "d")) is ExitCode.PROBLEMS
    assert file.read_text() == before
    assert _check(str(tmp_path / "d"), "--fix") is ExitCode.CLEAN
    assert file.read_text() == before.replace("every: 30 sec", "every: 30s") != before
    assert file.stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().err
    assert ": write `30s` [language/bad-value]\n" in said
    assert said.endswith("d: 1 warning\n")


def test_fix_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads what was mended."""
    shutil.copytree(BROKEN / "number-in-quotes" / "input", tmp_path / "d")
    _check(str(tmp_path / "d"), "--fix", "--format", "json")
    (fixed,) = json.loads(capsys.readouterr().out)["fixed"]
    assert (fixed["id"], fixed["title"]) == ("language/bad-value", "write `5`")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Mending a linked file mends what it points at."""
    shutil.copytree(BROKEN / "bad-duration" / "input", tmp_path / "real")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "company.yaml").symlink_to(tmp_path / "real" / "company.yaml")
    assert _check(str(tmp_path / "d"), "--fix") is ExitCode.CLEAN
    assert (tmp_path / "d" / "company.yaml").is_symlink()


def test_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    """What depends on the day is asked as of the day that is given."""
    acme = str(ROOT / "definitions" / "acme")
    assert _check(acme, "--today", "2028-01-01") is ExitCode.CLEAN
    assert "[vendor/renewal-past]" in capsys.readouterr().out
    assert _check(acme, "--today", "2028-01-01", "--strict") is ExitCode.PROBLEMS


def test_what_is_allowed_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An allowed warning is not shown, but counted, until its last day is over."""
    text = page("allow/ended")
    assert text is not None
    (tmp_path / "a.yaml").write_text(text.passes)
    assert _check(str(tmp_path), "--today", "2026-12-31", "--strict") is ExitCode.CLEAN
    assert capsys.readouterr().err.endswith(": no problems, 1 allowed\n")
    assert _check(str(tmp_path), "--today", "2027-01-01", "--strict") is ExitCode.PROBLEMS
    assert "[allow/ended]" in (out := capsys.readouterr().out)
    assert "[team/nobody-told]" in out


def test_boards_are_linted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a linter of another room finds ends a check as a fault of ours."""
    monkeypatch.setattr(
        "truegreen_definitions.cli.registry.found_linters", lambda: (lambda _: ("a dead link",),)
    )
    with pytest.raises(InvariantError, match="a dead link"):
        _check(str(ROOT / "definitions" / "acme"))
