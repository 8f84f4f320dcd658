"""`truegreen outcomes`: which indicators move the business outcome, with interval, or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    import argparse

__all__ = ["OUTCOMES"]

FORMAT = 1


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service", nargs="*", metavar="SERVICE", help="default: all that measure an outcome"
    )
    add_plan(parser)
    parser.add_argument(
        "--state", type=as_path, required=True, metavar="FILE", help="the exporter's records"
    )
    parser.add_argument(
        "--at", type=instant, metavar="INSTANT", help=f"seen from then, not now: {INSTANT_FORM}"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.accountability.outcomes.render import outcomes_text
    from truegreen_exporters.digests import digest
    from truegreen_exporters.reading.reader import open_reader

    loaded = read_plan(arguments.plan)
    asked = {} if arguments.at is None else {"at": arguments.at.isoformat()}
    measured = [
        one.name for one in loaded.plan.services if one.outcome is not None and one.outcome.measure
    ]
    with open_reader(arguments.state, loaded) as reader:
        told = [
            reader.ask("outcomes", {**asked, "service": name})
            for name in arguments.service or measured
        ]
    found = [{**one, "digest": digest(one)} for one in told]
    if arguments.format == "json":
        print(json.dumps({"version": FORMAT, "services": found}, indent=2, ensure_ascii=False))
        return ExitCode.CLEAN
    print("\n".join(map(outcomes_text, found)), end="")
    if not found:
        print("no service measures an outcome: add `outcome: {measure: …}` to one")
    return ExitCode.CLEAN


OUTCOMES = Command(
    "outcomes",
    "Tell which indicators move the business outcome, with intervals.",
    _configure,
    _run,
)
