"""`truegreen plan`: the plan of a definitions folder as text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_folder, add_format, add_today, is_document
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.folder import compiled
from truegreen_definitions.cli.problem_output import print_document, print_problems

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from truegreen_definitions.plan import Plan

__all__ = ["PLAN"]


def _configure(parser: ArgumentParser) -> None:
    add_folder(parser)
    add_format(parser)
    add_today(parser)


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.plan.text import plan_text
    from truegreen_definitions.problems import summary

    folder: Path = arguments.folder
    found = compiled(folder, arguments.today)
    if is_document(arguments.format):
        print_document(found, arguments.format, {"plan": _plan_json(found.plan)})
    elif found.problems:
        print_problems(found, arguments.format, as_result=False)
        print(f"{folder}: {summary(found.problems)}", file=sys.stderr)
    if found.plan is None:
        return ExitCode.PROBLEMS
    if not is_document(arguments.format):
        sys.stdout.write(plan_text(found.plan))
    return ExitCode.CLEAN


def _plan_json(plan: Plan | None) -> object:
    """Return the plan as `plan.json` holds it, without digest and revision."""
    import json

    from truegreen_definitions.plan.codec import dumps

    return None if plan is None else json.loads(dumps(plan))["plan"]


PLAN = Command("plan", "Show what the definitions compile to, as text.", _configure, _run)
