"""`truegreen check`: read the definitions and say everything that is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["CHECK"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("definitions"),
        metavar="DIR",
        help="folder of the definitions (default: definitions)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.compiler import compile_folder
    from truegreen_definitions.problems import has_errors, render, summary

    folder: Path = arguments.folder
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        print(
            f"truegreen check: {folder} {what}: name the folder of your definitions",
            file=sys.stderr,
        )
        return ExitCode.USAGE
    compiled = compile_folder(folder)
    print(render(compiled.problems, compiled.texts), end="")
    print(f"{folder}: {summary(compiled.problems)}", file=sys.stderr)
    return ExitCode.PROBLEMS if has_errors(compiled.problems) else ExitCode.CLEAN


CHECK = Command("check", "Check the definitions and show every problem.", _configure, _run)
