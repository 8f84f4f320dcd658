"""`truegreen losses`: what outages have cost, and the receipt of each entry."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    import argparse

__all__ = ["LOSSES"]


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "incident", nargs="?", metavar="INCIDENT", help="the receipt of one; else a list of all"
    )
    add_plan(parser)
    parser.add_argument(
        "--state", type=Path, required=True, metavar="FILE", help="the records of an exporter"
    )
    parser.add_argument(
        "--known-at",
        type=instant,
        metavar="INSTANT",
        help=f"as the ledger stood at this moment: {INSTANT_FORM}",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.errors import UsageError
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.accountability.losses import render
    from truegreen_exporters.accountability.losses.transactions_sql import transactions_sql
    from truegreen_exporters.reading.reader import open_reader

    loaded = read_plan(arguments.plan)
    asked = {"episode": arguments.incident or ""}
    if arguments.known_at is not None:
        asked["known_at"] = arguments.known_at.astimezone(UTC).isoformat()
    with open_reader(arguments.state, loaded) as reader:
        found: list[dict[str, Any]] = reader.ask("losses", asked)["losses"]
    if arguments.incident and not found:
        raise UsageError(
            f"there is no entry of incident {arguments.incident!r} in the ledger of losses: "
            "`truegreen losses` without it lists all"
        )
    shown = [{**one, "sql": transactions_sql(loaded.plan, one)} for one in found]
    if arguments.format == "json":
        print(json.dumps({"format": render.FORMAT, "losses": shown}, indent=2, ensure_ascii=False))
    elif arguments.incident:
        print("\n".join(map(render.receipt, shown)), end="")
    else:
        print(render.table(found), end="")
    return ExitCode.CLEAN


LOSSES = Command("losses", "List what outages have cost, each with its receipt.", _configure, _run)
"""The command."""
