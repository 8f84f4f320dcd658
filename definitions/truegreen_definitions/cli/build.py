"""`truegreen build`: write everything that follows from the definitions, or compare with it."""

from __future__ import annotations

import os
import sys

from truegreen_definitions.cli.arguments import (
    add_folder,
    add_format,
    add_today,
    is_document,
    today_of,
)
from truegreen_definitions.cli.command import Command, ExitCode

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged build may take
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.building.drift import Drift
    from truegreen_definitions.building.folder import Built
    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.definition_files import Found
    from truegreen_definitions.plan import Plan

__all__ = ["BUILD"]


def _configure(parser: ArgumentParser) -> None:
    add_folder(parser, read=str)
    add_format(parser)
    add_today(parser)
    parser.add_argument(
        "-o",
        "--output",
        default="build",
        metavar="DIR",
        help="folder to write to (default: build)",
    )
    parser.add_argument(
        "--revision",
        default="",
        metavar="REV",
        help="commit of the definitions, kept in plan.json alone",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; show what a build would change, and exit with 1 if it is anything",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.building.freshness import is_as_built
    from truegreen_definitions.building.manifest import read_manifest
    from truegreen_definitions.cli.folder import refuse_no_folder
    from truegreen_definitions.definition_files import files_below, library_files

    refuse_no_folder(arguments.folder)
    own, library = files_below(arguments.folder), library_files()
    inputs = _inputs((*own, *library), arguments.revision)
    output = os.path.normpath(arguments.output)
    # Problems that were shown before are shown again where something else reads them.
    if not arguments.check and arguments.format == "text":
        manifest = read_manifest(output)
        if manifest.holds_on(_day(arguments)) and is_as_built(output, manifest, inputs):
            _say_result(output, len(manifest.files), problems=manifest.problems)
            return ExitCode.CLEAN
    return _compile(arguments, own, library, inputs)


def _day(arguments: Namespace) -> str:
    """Return the day that is asked for, else that of the clock, as an ISO date."""
    from time import gmtime, strftime  # `datetime` takes longer to import

    return str(arguments.today or strftime("%Y-%m-%d", gmtime()))


def _inputs(files: Iterable[Found], revision: str) -> str:
    """Return the digest of all that shapes this build."""
    from truegreen_definitions.building.freshness import inputs_digest
    from truegreen_definitions.cli.installed import distributions
    from truegreen_definitions.cli.registry import EMITTERS, announced

    emitting = {value.partition(".")[0] for _, value, _ in announced(EMITTERS)}
    return inputs_digest(
        files,
        packages=sorted({"truegreen_definitions", *emitting}),
        versions=((one.name, one.version) for one in distributions()),
        arguments=(revision,),
    )


def _compile(
    arguments: Namespace, own: Iterable[Found], library: Iterable[Found], inputs: str
) -> ExitCode:
    from pathlib import Path

    from truegreen_definitions.building.folder import build_into
    from truegreen_definitions.catalog.loader import source_files
    from truegreen_definitions.cli.problem_output import print_document, print_problems
    from truegreen_definitions.compiler import compile_files
    from truegreen_definitions.problems import summary

    output, form = Path(arguments.output), arguments.format
    found = compile_files(source_files(own), source_files(library), today_of(arguments.today))
    said = summary(found.problems)
    if not is_document(form):
        print_problems(found, form, as_result=False)
    if found.plan is None:
        if is_document(form):
            print_document(found, form, {"build": None})
        print(f"{Path(arguments.folder)}: {said}, nothing is written", file=sys.stderr)
        return ExitCode.PROBLEMS
    artifacts = _artifacts(found.plan, arguments.revision)
    if arguments.check:
        return _compare(output, artifacts, found, form)
    problems = said if found.problems else ""
    built = build_into(
        output,
        artifacts,
        inputs=inputs,
        problems=problems,
        same=found.same,
        watch=_watched,
    )
    if is_document(form):
        print_document(found, form, {"build": _shown(built)})
    _say(built, listed=not is_document(form))
    _say_result(output, len(artifacts), len(built.changed), len(built.removed))
    return ExitCode.CLEAN


def _watched(artifacts: Iterable[Artifact]) -> Iterator[Artifact]:
    """Yield artefacts, with a bar for a person who watches them being written."""
    from truegreen_definitions.cli.progress import Progress

    every = tuple(artifacts)
    bar = Progress(len(every), patience=1)
    try:
        for artifact in every:
            yield artifact
            bar.step(artifact.path)
    finally:
        bar.close()


def _compare(output: Path, artifacts: Sequence[Artifact], found: Compiled, form: str) -> ExitCode:
    from truegreen_definitions.building.drift import drift, drift_text
    from truegreen_definitions.cli.problem_output import print_document

    differs = drift(output, artifacts)
    if is_document(form):
        print_document(found, form, {"drift": _named(differs)})
    else:
        sys.stdout.write(drift_text(differs))
    print(f"{output}: {differs.summary}", file=sys.stderr)
    return ExitCode.PROBLEMS if differs else ExitCode.CLEAN


def _named(differs: Drift) -> dict[str, tuple[str, ...]]:
    return {
        "added": differs.added,
        "changed": tuple(path for path, _, _ in differs.changed),
        "removed": differs.removed,
        "kept": differs.kept,
        "foreign": differs.foreign,
    }


def _say(built: Built, *, listed: bool) -> None:
    for path in built.changed if listed else ():
        print(path)
    for path in built.removed if listed else ():
        print(f"removed {path}")
    for path in built.kept:
        print(
            f"{path}: no longer made, but changed by hand since: kept, remove it yourself",
            file=sys.stderr,
        )


def _say_result(
    output: Path | str, made: int, changed: int = 0, removed: int = 0, problems: str = ""
) -> None:
    more = f"; {problems} as before, shown by `truegreen check`" if problems else ""
    said = f"{made} files, {changed} changed, {removed} removed{more}"
    print(f"{output}: {said}", file=sys.stderr)


def _shown(built: Built) -> dict[str, list[str]]:
    return {
        "changed": [str(path) for path in built.changed],
        "removed": [str(path) for path in built.removed],
        "kept": [str(path) for path in built.kept],
    }


def _artifacts(plan: Plan, revision: str) -> tuple[Artifact, ...]:
    """Return what every emitter makes, before the first file is written."""
    from truegreen_definitions.artifacts import BuildInfo
    from truegreen_definitions.cli.registry import found_emitters
    from truegreen_definitions.compiler.collector import collector_paused
    from truegreen_definitions.emitters.built_in import BUILT_IN

    info = BuildInfo(revision=revision)
    emitters = (*BUILT_IN, *found_emitters())
    with collector_paused():
        return tuple(artifact for emitter in emitters for artifact in emitter.emit(plan, info))


BUILD = Command("build", "Write rules, tests, routes, boards and plan.json.", _configure, _run)
