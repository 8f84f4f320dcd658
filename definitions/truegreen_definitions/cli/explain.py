"""`truegreen explain`: everything that follows from one definition."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import (
    INSTANT_FORM,
    add_folder,
    add_today,
    as_path,
    instant,
    today_of,
)
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.explanations import Explanation
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["EXPLAIN"]


_WITHOUT_FIGURE = frozenset(
    {"indicator", "journey", "library", "mapping", "source", "table", "team", "vendor"}
)


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "id",
        metavar="ID",
        help="service/agreement, service/step, service/channel, an account of a service (such as "
        "service/losses, service/costs), or the name of a service, journey, vendor, team, "
        "contract, table, source, mapping or indicator; `library` lists what comes with every "
        "installation",
    )
    add_folder(parser)
    add_today(parser)
    parser.add_argument(
        "--plan",
        type=as_path,
        metavar="FILE",
        help="plan.json of `truegreen build`, in place of DIR: the receipt alone, by that plan",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="text or json (default: text)"
    )
    parser.add_argument(
        "--state",
        type=as_path,
        metavar="FILE",
        help="the exporter's records: add the receipt of it, to be computed again",
    )
    parser.add_argument(
        "--at",
        type=instant,
        metavar="INSTANT",
        help=f"of the receipt: seen from then, not now: {INSTANT_FORM}",
    )
    parser.add_argument(
        "--window", metavar="WINDOW", help="of the receipt: a window, not the agreement's own"
    )


def _run(arguments: Namespace) -> ExitCode:
    return _by_definitions(arguments) if arguments.plan is None else _by_plan(arguments)


def _by_plan(arguments: Namespace) -> ExitCode:
    """Print a receipt for who has no definitions: a vendor, a reader of a report."""
    from truegreen_definitions.plan.file import read_plan

    if arguments.state is None:
        raise UsageError("--plan gives a receipt: say with --state whose records it is of")
    print(_receipt(arguments, read_plan(arguments.plan)), end="")
    return ExitCode.CLEAN


def _by_definitions(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.catalog import build_catalog
    from truegreen_definitions.catalog.loader import read_folder, read_library
    from truegreen_definitions.cli.folder import refuse_no_folder
    from truegreen_definitions.compiler import compile_files
    from truegreen_definitions.explanations import explain, json_text, known_ids, text
    from truegreen_definitions.explanations.library import explain_library, library_ids
    from truegreen_definitions.problems import render, summary
    from truegreen_definitions.suggestions import listed, near_word

    refuse_no_folder(str(arguments.folder))
    files, library = read_folder(arguments.folder), read_library()
    compiled = compile_files(files, library, today_of(arguments.today))
    if compiled.plan is None:
        print(render(compiled.problems, compiled.texts), end="", file=sys.stderr)
        said = summary(compiled.problems)
        print(f"{arguments.folder}: {said}, nothing can be explained", file=sys.stderr)
        return ExitCode.PROBLEMS
    catalog = build_catalog(files, library)[0]
    indicators = catalog.indicators
    known = sorted({*known_ids(compiled.plan, indicators), *library_ids(catalog)})
    if arguments.id not in known:
        _refuse_unexplained(arguments.id, catalog)
        near = near_word(arguments.id, known) or f"there are {listed(known)}"
        raise UsageError(f"nothing is called `{arguments.id}`: {near}")
    found = [
        _shown(one, arguments.folder, catalog.from_library)
        for one in (
            *explain(compiled.plan, arguments.id, indicators, _boards(compiled.plan)),
            *explain_library(catalog, compiled.plan, arguments.id),
        )
    ]
    if arguments.state is not None:
        from truegreen_definitions.plan.codec import dumps, loads

        _refuse_no_figure(arguments.id, found)
        receipt = _receipt(arguments, loads(dumps(compiled.plan)))
        before = "" if arguments.format == "json" else "".join(map(text, found)) + "\n"
        print(before + receipt, end="")
        return ExitCode.CLEAN
    print(json_text(found) if arguments.format == "json" else "\n".join(map(text, found)), end="")
    return ExitCode.CLEAN


def _refuse_unexplained(wanted: str, catalog: Catalog) -> None:
    """Refuse the name of a definition that `explain` has no words for, as what it is.

    Raises:
        UsageError: It is one.
    """
    for found in (catalog.calendars.get(wanted), catalog.policies.get(wanted)):
        if found is not None:
            raise UsageError(
                f"`{wanted}` is a {found.kind}: its definition says everything; what follows "
                "from it is told with the services and agreements that it holds for"
            )


def _refuse_no_figure(wanted: str, found: Sequence[Explanation]) -> None:
    """Refuse a receipt of what has many figures, or none.

    Raises:
        UsageError: Nothing of that name has a receipt.
    """
    if any(one.what not in _WITHOUT_FIGURE for one in found):
        return
    counted = [
        line.partition(":")[0]
        for one in found
        for fact in one.facts
        if fact.name == "agreements"
        for line in fact.lines
    ]
    such = f", such as {counted[0]}" if counted else ""
    raise UsageError(
        f"`{wanted}` is a {found[0].what}, and a receipt is of one figure: "
        f"ask for an agreement, a measure or an account of a service{such}"
    )


def _receipt(arguments: Namespace, loaded: LoadedPlan) -> str:
    """Return what a figure was counted from, in the format asked for."""
    from truegreen_definitions.cli.registry import found_receipt

    written: str = found_receipt()(
        loaded,
        arguments.id,
        arguments.state,
        at=arguments.at,
        window=arguments.window,
        form=arguments.format,
    )
    return written


def _shown(found: Explanation, folder: Path, library: frozenset[tuple[str, str]]) -> Explanation:
    """Return an explanation whose file is named as the user would open it."""
    from dataclasses import replace

    ours = (found.what.title(), found.id) in library or found.what == "library"
    root = "<library>" if ours else folder.as_posix()
    return replace(found, origin=replace(found.origin, path=f"{root}/{found.origin.path}"))


def _boards(plan: Plan) -> tuple[Artifact, ...]:
    """Return what the other rooms make of the plan: the boards among it."""
    from truegreen_definitions.artifacts import BuildInfo
    from truegreen_definitions.cli.registry import found_emitters

    return tuple(one for emitter in found_emitters() for one in emitter.emit(plan, BuildInfo()))


EXPLAIN = Command("explain", "Say everything that follows from one definition.", _configure, _run)
