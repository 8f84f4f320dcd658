"""`truegreen check`: read the definitions and say everything that is wrong with them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import (
    add_folder,
    add_format,
    add_today,
    is_document,
    today_of,
)
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.folder import compiled
from truegreen_definitions.cli.problem_output import print_document, print_problems
from truegreen_definitions.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from datetime import date

    from truegreen_definitions.compiler.fixes import Mended
    from truegreen_definitions.inventory import Inventory
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]


def _configure(parser: ArgumentParser) -> None:
    add_folder(parser)
    add_format(parser)
    add_today(parser)
    parser.add_argument(
        "--fix",
        action="store_true",
        help="mend what can be mended for certain, then check again",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit with 1 for warnings too, unless they are allowed",
    )
    parser.add_argument(
        "--inventory",
        type=Path,
        metavar="FILE",
        help="also check that what is counted is there: series or names of a Prometheus server, "
        "as its API or an exposition gives them",
    )
    parser.add_argument(
        "--manual",
        nargs="?",
        const="",
        metavar="ID",
        help="show the manual page of a problem, such as reference/unknown; without ID list all",
    )


def _manual(problem_id: str) -> ExitCode:
    """Print a page of the manual, or the list of all.

    Raises:
        UsageError: There is no such problem.
    """
    from truegreen_definitions.manual import page, pages, problem_ids
    from truegreen_definitions.manual.text import list_text, page_text
    from truegreen_definitions.suggestions import near_word

    if not problem_id:
        print(list_text(pages()), end="")
        return ExitCode.CLEAN
    found = page(problem_id)
    if found is None:
        near = near_word(problem_id, problem_ids()) or "`truegreen check --manual` lists them all"
        raise UsageError(f"there is no problem `{problem_id}`: {near}")
    print(page_text(found), end="")
    return ExitCode.CLEAN


def _run(arguments: Namespace) -> ExitCode:
    if arguments.manual is not None:
        return _manual(arguments.manual)
    from truegreen_definitions.problems import Severity, has_errors, summary

    folder: Path = arguments.folder
    today, inventory = today_of(arguments.today), _inventory(arguments.inventory)
    fixed: tuple[Problem, ...] = ()
    if arguments.fix:
        mended = _mended(folder, today, inventory)
        found, fixed = mended.compiled, mended.fixed
    else:
        found = compiled(folder, today, inventory)
    for problem in fixed:
        print(f"fixed {problem.place}: {_title(problem)} [{problem.id}]", file=sys.stderr)
    if found.plan is not None:
        _lint(found.plan)
    if is_document(arguments.format):
        more = {"fixed": [_fixed(problem) for problem in fixed]} if arguments.fix else {}
        print_document(found, arguments.format, more)
    else:
        print_problems(found, arguments.format, as_result=True)
    allowed = f", {len(found.allowed)} allowed" if found.allowed else ""
    print(f"{folder}: {summary(found.problems)}{allowed}", file=sys.stderr)
    warned = any(problem.severity is Severity.WARNING for problem in found.problems)
    fails = has_errors(found.problems) or (arguments.strict and warned)
    return ExitCode.PROBLEMS if fails else ExitCode.CLEAN


def _lint(plan: Plan) -> None:
    """Look at what the other rooms would make of the plan.

    Raises:
        InvariantError: They would make something that cannot be right.
    """
    from truegreen_definitions.cli.registry import found_linters
    from truegreen_definitions.errors import InvariantError

    if faults := [fault for lint in found_linters() for fault in lint(plan)]:
        raise InvariantError("; ".join(faults))


def _inventory(path: Path | None) -> Inventory | None:
    """Return the inventory of a file.

    Raises:
        TerminalError: It cannot be read, or is no inventory.
    """
    from truegreen_definitions.errors import TerminalError
    from truegreen_definitions.inventory import parse_inventory

    if path is None:
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TerminalError(f"cannot read {path}: it is not UTF-8") from error
    return parse_inventory(text, str(path))


def _mended(folder: Path, today: date, inventory: Inventory | None) -> Mended:
    from truegreen_definitions.cli.fixing import mend_folder
    from truegreen_definitions.cli.folder import refuse_no_folder

    refuse_no_folder(str(folder))
    return mend_folder(folder, today, inventory)


def _title(problem: Problem) -> str:
    return problem.fix.title if problem.fix else ""


def _fixed(problem: Problem) -> dict[str, object]:
    place = problem.place
    return {
        "id": problem.id,
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "title": _title(problem),
    }


CHECK = Command("check", "Check the definitions and show every problem.", _configure, _run)
