"""`truegreen test`: prove the rules and routes of definitions, or of a build."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from truegreen_definitions.plan import Plan
    from truegreen_definitions.proof.outcome import Proof

__all__ = ["TEST"]

FORMATS = ("text", "json", "junit")
WHOLE = 100.0


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("definitions"),
        metavar="DIR|BUILD",
        help="folder of the definitions, or a folder that `truegreen build` wrote "
        "(default: definitions)",
    )
    parser.add_argument(
        "--filter",
        default="",
        metavar="TEXT",
        help="only cases whose subject or claim holds this text, such as checkout-felt or 1h/5m",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how to tell what came out"
    )
    parser.add_argument(
        "--mutate",
        metavar="JOURNEY",
        help="instead: run this journey against spoiled answers of its target, and tell which of "
        "them its assertions do not see",
    )
    parser.add_argument(
        "--writes",
        action="store_true",
        help="with --mutate: the journey may make something, once for every spoiled answer; all of "
        "it is taken back",
    )
    parser.add_argument(
        "--browser-no-sandbox",
        action="store_true",
        help="with --mutate: start the Chromium of browser steps without its sandbox, as for root",
    )
    parser.add_argument(
        "--min-coverage",
        type=_percent,
        default=WHOLE,
        metavar="PERCENT",
        help="fail when fewer rules than this are asserted by a test (default: 100)",
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=os.cpu_count() or 1,
        metavar="N",
        help="how many tests run at a time (default: one a processor)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.proof.build import is_build

    folder: Path = arguments.folder
    if is_build(folder):
        from truegreen_definitions.plan.file import read_plan

        return _prove(arguments, read_plan(folder / "plan.json").plan, folder)
    return _compile_and_prove(arguments)


def _mutated(plan: Plan, journey: str, *, writes: bool, sandbox: bool) -> ExitCode:
    """Run the mutation test of a journey, which the room of journeys has announced."""
    from truegreen_definitions.cli.registry import found_mutators

    seen = True
    for mutate in found_mutators():
        all_seen, text = mutate(plan, journey, writes=writes, sandbox=sandbox)
        print(text, end="")
        seen = seen and all_seen
    return ExitCode.CLEAN if seen else ExitCode.PROBLEMS


def _compile_and_prove(arguments: Namespace) -> ExitCode:
    from tempfile import TemporaryDirectory

    from truegreen_definitions.cli.folder import compiled
    from truegreen_definitions.problems import has_errors, render, summary
    from truegreen_definitions.proof.build import write_proof

    found = compiled(arguments.folder)
    if found.plan is None or has_errors(found.problems):
        print(render(found.problems, found.texts), end="", file=sys.stderr)
        told = f"{summary(found.problems)}, nothing is tested"
        print(f"{arguments.folder}: {told}", file=sys.stderr)
        return ExitCode.PROBLEMS
    with TemporaryDirectory(prefix="truegreen-test-") as folder:
        write_proof(Path(folder), found.plan)
        return _prove(arguments, found.plan, Path(folder))


def _prove(arguments: Namespace, plan: Plan, folder: Path) -> ExitCode:
    if arguments.mutate is not None:
        sandbox = not arguments.browser_no_sandbox
        return _mutated(plan, arguments.mutate, writes=arguments.writes, sandbox=sandbox)
    from truegreen_definitions.cli.progress import Progress
    from truegreen_definitions.proof import report
    from truegreen_definitions.proof.build import chosen, prove
    from truegreen_definitions.proof.tools import found_tools

    tools = found_tools(plan.policy)
    if not tools.amtool:
        print("amtool is missing: the routes of Alertmanager are not tested", file=sys.stderr)
    work = chosen(plan, folder, arguments.filter)
    if not work.suites and not work.routes:
        print(f"no case holds {arguments.filter!r}: nothing is tested", file=sys.stderr)
        return ExitCode.USAGE
    bar = Progress(len(work.suites) + bool(work.routes and tools.amtool))
    try:
        proof = prove(work, tools, arguments.jobs, lambda file: bar.step(file.name))
    finally:
        bar.close()
    print(report.FORMATS[arguments.format](proof), end="")
    print(f"{arguments.folder}: {report.in_short(proof)}", file=sys.stderr)
    return _judged(proof, arguments.min_coverage)


def _judged(proof: Proof, least: float) -> ExitCode:
    covered = proof.coverage is None or proof.coverage.percent >= least
    return ExitCode.CLEAN if proof.clean and covered else ExitCode.PROBLEMS


def _percent(text: str) -> float:
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = -1
    if not 0 <= value <= WHOLE:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage: write 0 to 100")
    return value


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of tests: write 1 or more")
    return int(text)


TEST = Command("test", "Prove rules and routes with the tests made for them.", _configure, _run)
