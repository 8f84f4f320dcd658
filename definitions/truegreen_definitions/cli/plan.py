"""`truegreen plan`: the plan of a definitions folder as text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_folder
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.folder import compiled

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

__all__ = ["PLAN"]


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.plan.text import plan_text
    from truegreen_definitions.problems import render, summary

    folder: Path = arguments.folder
    found = compiled(folder)
    if found.problems:
        sys.stderr.write(render(found.problems, found.texts))
        print(f"{folder}: {summary(found.problems)}", file=sys.stderr)
    if found.plan is None:
        return ExitCode.PROBLEMS
    sys.stdout.write(plan_text(found.plan))
    return ExitCode.CLEAN


PLAN = Command("plan", "Show what the definitions compile to, as text.", add_folder, _run)
