"""`truegreen plan`: the plan of a definitions folder as text."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["PLAN"]


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        nargs="?",
        default=Path("definitions"),
        help="folder of definitions (default: definitions)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.compiler import compile_folder
    from truegreen_definitions.plan_text import plan_text
    from truegreen_definitions.problems import render, summary

    folder: Path = arguments.folder
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        words = f"truegreen plan: {folder} {what}: name the folder of your definitions"
        print(words, file=sys.stderr)
        return ExitCode.USAGE
    compiled = compile_folder(folder)
    if compiled.problems:
        sys.stderr.write(render(compiled.problems, compiled.texts))
        print(f"{folder}: {summary(compiled.problems)}", file=sys.stderr)
    if compiled.plan is None:
        return ExitCode.PROBLEMS
    sys.stdout.write(plan_text(compiled.plan))
    return ExitCode.CLEAN


PLAN = Command("plan", "Show what the definitions compile to, as text.", _configure, _run)
