"""`truegreen contract`: what is owed for a period, and what terms do over a history."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, instant
from truegreen_definitions.cli.command import Command, ExitCode

__all__ = ["CONTRACT"]


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="deed", required=True, metavar="COMMAND")
    explain = verbs.add_parser("explain", help="settle one period, with the whole arithmetic")
    simulate = verbs.add_parser(
        "simulate", help="settle the periods of a history, one line each; several terms abreast"
    )
    outlook = verbs.add_parser(
        "outlook", help="say what the running period may come to, and how likely a line is missed"
    )
    outlook.add_argument("who", metavar="CONTRACT", help="a contract of the plan")
    explain.add_argument("who", metavar="WHO", nargs=1, help="a vendor, a client, or a contract")
    simulate.add_argument(
        "who", metavar="WHO", nargs="*", help="vendors, clients or contracts; several are compared"
    )
    simulate.add_argument(
        "--terms", type=Path, metavar="FILE", help="Contracts that nobody has signed yet"
    )
    for verb in (explain, simulate, outlook):
        add_plan(verb)
        verb.add_argument(
            "--state", type=Path, required=True, metavar="FILE", help="the records to count"
        )
        verb.add_argument(
            "--at",
            type=instant,
            metavar="INSTANT",
            help=f"count as seen from this moment, not now: {INSTANT_FORM}",
        )
        verb.add_argument("--format", choices=("text", "json"), default="text")
    for verb in (explain, simulate):
        verb.add_argument(
            "--invoice",
            type=_money,
            metavar="AMOUNT",
            help="what the vendor charges for a period, where a share of it is at risk",
        )
        verb.add_argument(
            "--restated",
            action="store_true",
            help="settle closed periods by what corrections have made of them since",
        )
    explain.add_argument("--period", required=True, help="such as 2026-10, 2026-Q4 or 2026")
    simulate.add_argument("--from", dest="from_", required=True, metavar="PERIOD")
    simulate.add_argument("--to", required=True, metavar="PERIOD", help="itself included")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.reading.reader import open_reader

    if arguments.deed == "outlook":
        return _outlook(arguments)
    loaded, asked = read_plan(arguments.plan), _asked(arguments)
    with open_reader(arguments.state, loaded) as reader:
        found = reader.ask("contract", asked)
    if arguments.format == "json":
        print(json.dumps(found["document"], indent=2, ensure_ascii=False))
    else:
        print(found["text"], end="")
    return ExitCode.CLEAN


def _outlook(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.accountability.contracts.outlook_text import outlook_text
    from truegreen_exporters.digests import digest
    from truegreen_exporters.reading.reader import open_reader

    moment = {} if arguments.at is None else {"at": arguments.at.isoformat()}
    loaded = read_plan(arguments.plan)
    with open_reader(arguments.state, loaded) as reader:
        found = reader.ask("exposure", {"who": arguments.who, **moment})
    document = {**found, "digest": digest(found)}
    if arguments.format == "json":
        print(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        print(outlook_text(document), end="")
    return ExitCode.CLEAN


def _asked(arguments: argparse.Namespace) -> dict[str, str]:
    """Return the parameters of the question."""
    explained = arguments.deed == "explain"
    asked = {
        "deed": arguments.deed,
        "who": "\n".join(arguments.who),
        "from": arguments.period if explained else arguments.from_,
        "to": arguments.period if explained else arguments.to,
        "restated": "yes" if arguments.restated else "",
    }
    if arguments.at is not None:
        asked["at"] = arguments.at.isoformat()
    if arguments.invoice is not None:
        asked["invoice"] = str(arguments.invoice)
    if not explained and arguments.terms is not None:
        asked |= {"terms": _read(arguments.terms), "terms_path": str(arguments.terms)}
    return asked


def _read(path: Path) -> str:
    from truegreen_definitions.errors import TerminalError

    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error


def _money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write a number such as 84.20")
    return value


CONTRACT = Command("contract", "Settle a vendor's contract, with the arithmetic.", _configure, _run)
