"""A new folder works at once: its commands, its workflow and its numbers are run as they stand."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from editors import documents
from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Callable


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a shell does, with this checkout's `truegreen` on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ("bash", "-euo", "pipefail", "-c", command),
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a new folder and build it."""
    home = tmp_path_factory.mktemp("init")
    made = shell("truegreen init company --service web-shop --zone Europe/Berlin", home)
    assert made.returncode == 0, made.stderr
    named = [home / line for line in made.stdout.splitlines()]
    assert sorted(named) == sorted(path for path in home.rglob("*") if path.is_file())
    return home / "company"


@pytest.fixture(scope="module")
def built(fresh: Path) -> Path:
    """Build it."""
    done = shell("truegreen build", fresh)
    assert done.returncode == 0, done.stderr
    return fresh


def test_a_fresh_folder_has_no_problem(fresh: Path) -> None:
    """`truegreen check` has nothing to say, not even a warning."""
    done = shell("truegreen check", fresh)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "definitions: no problems\n"


def test_the_workflow_passes(built: Path, tool: Callable[[str], str]) -> None:
    """Every command of the workflow but the installation is run literally, and passes."""
    tool("promtool")
    (workflow,) = documents((built / ".github/workflows/truegreen.yml").read_text())
    steps = [step for step in workflow["jobs"]["promises"]["steps"] if "run" in step]
    assert steps[0]["name"] == "Install"
    for step in steps[1:]:
        done = shell(step["run"], built)
        assert done.returncode == 0, (step, done.stdout, done.stderr)


def test_the_hooks_pass(built: Path) -> None:
    """The entries of the pre-commit hooks are commands that pass, and the build is as it was."""
    (config,) = documents((built / ".pre-commit-config.yaml").read_text())
    for hook in config["repos"][0]["hooks"]:
        before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
        assert shell(hook["entry"], built).returncode == 0
        assert {path: path.read_bytes() for path in built.rglob("*") if path.is_file()} == before


def test_the_readme_tells_the_truth(built: Path, tool: Callable[[str], str]) -> None:
    """The commands of the folder's README pass, and its sample gives the numbers it names."""
    tool("promtool")
    readme = (built / "definitions" / "README.md").read_text()
    (block,) = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    for line in block.splitlines():
        done = shell(line, built)
        assert done.returncode == 0, (line, done.stderr)
    counted = {
        (s.labels["agreement"], s.labels["part"]): s.value
        for family in text_string_to_metric_families(done.stdout)
        for s in family.samples
        if s.name == "xla_window_events" and s.labels["window"] == "30d"
    }
    assert counted["resolved-in-time", "good"] == 39
    assert counted["resolved-in-time", "total"] == 40
    assert counted["stays-closed", "good"] == 34
    assert counted["stays-closed", "total"] == 40
    assert "39 of 40 tickets were resolved in time" in readme
    assert "6 of 40 came\nback" in readme


def test_what_comes_next_is_what_works(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """The commands that `init` names at its end are run literally, in a folder with a space."""
    tool("promtool")
    made = shell("truegreen init 'my company'", tmp_path)
    steps = re.findall(r"^  (.+)$", made.stderr, re.MULTILINE)
    assert [shlex.split(step)[0] for step in steps][:2] == ["cd", "truegreen"]
    done = shell(" && ".join(steps), tmp_path)
    assert done.returncode == 0, done.stderr


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    """What is there is named and left alone, and the command ends with 1."""
    assert shell("truegreen init", tmp_path).returncode == 0
    (tmp_path / "definitions" / "service.yaml").write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = shell("truegreen init", tmp_path)
    assert again.returncode == 1
    assert again.stderr.startswith("truegreen: there already: .github/workflows/truegreen.yml, ")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("--service 'Web Shop'", "--service: 'Web Shop' is no name; a name has lower-case"),
        ("--zone Europe/Berlni", "--zone: 'Europe/Berlni' is no time zone; did you mean"),
        ("--prometheus-version 2.42.0", "--prometheus-version: '2.42.0' is no version"),
        ("--contact ' '", "--contact: the text is empty"),
    ],
)
def test_a_wrong_answer_is_refused_in_the_words_of_the_language(
    tmp_path: Path, flags: str, said: str
) -> None:
    """A flag that the language would refuse is a usage error, and nothing is written."""
    done = shell(f"truegreen init new {flags}", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"truegreen: {said}")
    assert list(tmp_path.iterdir()) == []
