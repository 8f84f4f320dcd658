"""`truegreen completion`: what makes a shell complete the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_folder
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

__all__ = ["COMPLETION"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=("bash", "zsh", "fish", "ids"),
        metavar="SHELL",
        help='bash or zsh: eval "$(truegreen completion bash)"; fish: … | source; '
        "ids: the ids of the definitions, which the shells ask for",
    )
    add_folder(parser)


def _run(arguments: Namespace) -> ExitCode:
    if arguments.what == "ids":
        return _ids(arguments.folder)
    from truegreen_definitions import completion
    from truegreen_definitions.cli.registry import commands
    from truegreen_definitions.manual import problem_ids

    write = {
        "bash": completion.bash_script,
        "zsh": completion.zsh_script,
        "fish": completion.fish_script,
    }[arguments.what]
    words = {"manual": problem_ids()}
    sys.stdout.write(write([completion.verb_of(command, words) for command in commands()]))
    return ExitCode.CLEAN


def _ids(folder: Path) -> ExitCode:
    """Print the ids of what can be understood of a folder, broken as it may be."""
    from truegreen_definitions.catalog import build_catalog
    from truegreen_definitions.catalog.loader import read_folder
    from truegreen_definitions.completion.ids import definition_ids

    catalog, _ = build_catalog(read_folder(folder))
    sys.stdout.write("".join(f"{one}\n" for one in definition_ids(catalog)))
    return ExitCode.CLEAN


COMPLETION = Command(
    "completion", "Print what makes bash, zsh or fish complete truegreen.", _configure, _run
)
