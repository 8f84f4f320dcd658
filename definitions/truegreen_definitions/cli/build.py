"""`truegreen build`: write everything that follows from the definitions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_folder
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.cli.folder import compiled

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan

__all__ = ["BUILD"]


def _configure(parser: ArgumentParser) -> None:
    add_folder(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("build"),
        metavar="DIR",
        help="folder to write to (default: build)",
    )
    parser.add_argument(
        "--revision",
        default="",
        metavar="REV",
        help="commit of the definitions, kept in plan.json alone",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.build_folder import build_into
    from truegreen_definitions.problems import render, summary

    folder: Path = arguments.folder
    found = compiled(folder)
    print(render(found.problems, found.texts), end="", file=sys.stderr)
    if found.plan is None:
        print(f"{folder}: {summary(found.problems)}, nothing is written", file=sys.stderr)
        return ExitCode.PROBLEMS
    artifacts = _artifacts(found.plan, arguments.revision)
    built = build_into(arguments.output, artifacts)
    for path in built.changed:
        print(path)
    for path in built.removed:
        print(f"removed {path}")
    for path in built.kept:
        print(
            f"{path}: no longer made, but changed by hand since: kept, remove it yourself",
            file=sys.stderr,
        )
    said = f"{len(artifacts)} files, {len(built.changed)} changed, {len(built.removed)} removed"
    print(f"{arguments.output}: {said}", file=sys.stderr)
    return ExitCode.CLEAN


def _artifacts(plan: Plan, revision: str) -> tuple[Artifact, ...]:
    """Return what every emitter makes, before the first file is written."""
    from truegreen_definitions.artifacts import BuildInfo
    from truegreen_definitions.cli.registry import found_emitters
    from truegreen_definitions.emitters import BUILT_IN

    info = BuildInfo(revision=revision)
    emitters = (*BUILT_IN, *found_emitters())
    return tuple(artifact for emitter in emitters for artifact in emitter.emit(plan, info))


BUILD = Command("build", "Write rules, tests, routes, boards and plan.json.", _configure, _run)
