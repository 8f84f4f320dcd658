"""`truegreen check`: read the definitions and say everything that is wrong with them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_folder
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.folder import compiled

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

__all__ = ["CHECK"]


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.problems import has_errors, render, summary

    folder: Path = arguments.folder
    found = compiled(folder)
    print(render(found.problems, found.texts), end="")
    print(f"{folder}: {summary(found.problems)}", file=sys.stderr)
    return ExitCode.PROBLEMS if has_errors(found.problems) else ExitCode.CLEAN


CHECK = Command("check", "Check the definitions and show every problem.", add_folder, _run)
