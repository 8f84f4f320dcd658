"""`truegreen outcomes`: which indicators move the business outcome, with interval, or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.cli.arguments import add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

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
    parser.add_argument("--at", type=instant, metavar="INSTANT", help="seen from then, not now")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
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
    print("\n".join("\n".join(_lines(one)) + "\n" for one in found), end="")
    if not found:
        print("no service measures an outcome: add `outcome: {measure: …}` to one")
    return ExitCode.CLEAN


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    every = found["every"]
    yield f"{found['title']} ({found['service']}): what moves `{found['outcome']}`"
    yield f"  goal: {found['goal']}; defined at {found['definition']}"
    yield (
        f"  {found['periods']:,} {every}s are known, {found['tested']:,} correlations were tested, "
        f"{len(found['published']):,} published"
    )
    yield f"  method: {found['method']}"
    for one in found["published"]:
        when = f"{one['lag']} {every}s later" if one["lag"] else f"the same {every}"
        yield (
            f"  {one['indicator']}, {when}: {one['point']:+.2f} "
            f"(95 %: {one['lower']:+.2f} to {one['upper']:+.2f}; {one['pairs']:,} pairs, "
            f"worth {one['worth']:.0f})"
        )
    for one in found["leading"]:
        by = one["by"]
        said = "may not warn: nothing shows that the outcome follows it"
        if by is not None:
            said = f"may warn ({by['point']:+.2f} {by['lag']} {every}s later)"
            said += ", and warns now" if one["warns"] else ""
        yield f"  leading {one['indicator']}: {said}"


OUTCOMES = Command(
    "outcomes",
    "Tell which indicators move the business outcome, with intervals.",
    _configure,
    _run,
)
