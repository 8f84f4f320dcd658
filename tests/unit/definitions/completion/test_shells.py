"""What the shells make of our scripts: asked the real shells, at a terminal where it matters."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from terminals import typed

from truegreen_definitions import completion
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.registry import commands
from truegreen_definitions.cli.schema import KIND_NAMES
from truegreen_definitions.manual import problem_ids

if TYPE_CHECKING:
    from argparse import ArgumentParser

ROOT = Path(__file__).parents[4]


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--its", choices=("a:b", "c"), help="takes [one]: it's `this` or $that")


EXPLAIN = Command("explain-it", "Say it's [so]: all of it.", _explain, lambda _: ExitCode.CLEAN)
VERBS = [
    completion.verb_of(command, {"manual": problem_ids()}) for command in (*commands(), EXPLAIN)
]
ENV = {
    **os.environ,
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "TERM": "dumb",
    "INPUTRC": "/dev/null",
}


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """Make a folder with definitions and with folders and files to choose from."""
    (tmp_path / "definitions").symlink_to(ROOT / "definitions" / "acme")
    (tmp_path / "two words").mkdir()
    (tmp_path / "plan.json").write_text("{}")
    return tmp_path


def in_bash(company: Path, *words: str) -> list[str]:
    """Return what bash offers for the last of some words."""
    line = " ".join(f"'{word}'" for word in words)
    script = (
        f"{completion.bash_script(VERBS)}\n"
        f"COMP_WORDS=(truegreen {line}); COMP_CWORD={len(words)}; _truegreen\n"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ("bash", "--norc", "--noprofile", "-c", script),
        cwd=company,
        env=ENV,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stderr == ""
    return [found for found in done.stdout.splitlines() if found]


def test_bash_offers_every_verb(company: Path) -> None:
    """After `truegreen`, the verbs of all rooms are offered, and those that fit a beginning."""
    every = in_bash(company, "")
    assert every == [*(verb.name for verb in VERBS), "--help", "--version"]
    assert {"check", "export", "probe", "preview", "demo", "init"} <= set(every)
    assert sorted(in_bash(company, "exp")) == ["explain", "explain-it", "export"]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["check", "--f"], ["--format", "--fix"]),
        (["check", "--format", "s"], ["sarif"]),
        (["check", "--format", "=", "g"], ["github"]),
        (["check", "--format", "="], ["text", "json", "github", "sarif"]),
        (["check", "--manual", "policy/mis"], ["policy/missing"]),
        (["check", "--manual", "--form"], ["--format"]),
        (["schema", "T"], ["Table", "Team"]),
        (["schema", ""], list(KIND_NAMES)),
        (["build", "-o", "t"], ["two words"]),
        (["build", "--revision", ""], []),
        (["export", "--plan", "pl"], ["plan.json"]),
        (["explain-it", "order-to-cash/pa"], ["order-to-cash/pay", "order-to-cash/pay-felt"]),
        (["completion", "z"], ["zsh"]),
        (["completion", "ids", "def"], ["definitions"]),
        (["no-verb", ""], []),
        (["no-verb", "--"], []),
    ],
)
def test_bash_offers_what_fits(company: Path, words: list[str], offered: list[str]) -> None:
    """Flags, the values of a flag, kinds, ids, files and folders, each in its place."""
    assert in_bash(company, *words) == offered


def test_bash_at_a_terminal(company: Path) -> None:
    """A person who types the beginnings and tabs runs the whole command, spaces quoted."""
    script = company / "completion.bash"
    script.write_text(completion.bash_script(VERBS))
    setup = (
        f"bind 'set bell-style none'; PS1='$ '; source '{script}'; "
        'truegreen() { if [ "$1" = completion ]; then command truegreen "$@"; '
        "else printf 'ran:%s\\n' \"$@\"; fi; }"
    )
    ran = typed(
        ("bash", "--norc", "--noprofile", "-i"),
        setup,
        "truegreen bui\t--form\tsa\t-o tw\t",
        folder=company,
        env=ENV,
    )
    assert ran.splitlines() == ["build", "--format", "sarif", "-o", "two words/"]


def test_fish_offers_what_fits(company: Path) -> None:
    """Fish reads the script without a word, and offers verbs, flags, values, ids and folders."""
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    (company / "completion.fish").write_text(completion.fish_script(VERBS))

    def offered(line: str) -> list[str]:
        command = f"source completion.fish; complete -C {line!r}"
        done = subprocess.run(
            ("fish", "--no-config", "-c", command),
            cwd=company,
            env={**ENV, "HOME": str(company)},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        assert done.stderr == ""
        return [found.split("\t")[0] for found in done.stdout.splitlines()]

    assert set(offered("truegreen ")) >= {verb.name for verb in VERBS}
    assert offered("truegreen check --fo") == ["--format"]
    assert offered("truegreen check --format s") == ["sarif"]
    assert offered("truegreen schema Tea") == ["Team"]
    assert offered("truegreen explain-it order-to-cash/pay-") == ["order-to-cash/pay-felt"]
    assert offered("truegreen check --manual policy/mis") == ["policy/missing"]
    assert "definitions/" in offered("truegreen check d")
    assert "plan.json" in offered("truegreen export --plan p")


@pytest.mark.parametrize(
    ("keys", "ran"),
    [
        ("truegreen chec\t--form\tsar\t", ["check", "--format", "sarif"]),
        ("truegreen schema Tea\t", ["schema", "Team"]),
        ("truegreen explain-it order-to-cash/pay-\t", ["explain-it", "order-to-cash/pay-felt"]),
        ("truegreen check --manual policy/mis\t", ["check", "--manual", "policy/missing"]),
        ("truegreen export --plan pl\t", ["export", "--plan", "plan.json"]),
        ("truegreen build -o tw\t", ["build", "-o", "two words"]),  # zsh takes the slash away
    ],
)
def test_zsh_at_a_terminal(company: Path, keys: str, ran: list[str]) -> None:
    """Zsh completes the same, by its own `_arguments`."""
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    script = company / "completion.zsh"
    script.write_text(completion.zsh_script(VERBS))
    setup = (
        "autoload -Uz compinit; compinit -u -D; PS1='$ '; unsetopt beep; "
        f"source '{script}'; "
        'truegreen() { if [ "$1" = completion ]; then command truegreen "$@"; '
        "else printf 'ran:%s\\n' \"$@\"; fi; }"
    )
    found = typed(("zsh", "-f", "-i"), setup, keys, folder=company, env=ENV)
    assert found.splitlines() == ran
