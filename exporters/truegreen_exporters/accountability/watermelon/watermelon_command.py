"""`truegreen watermelon`: which services were green outside and red inside, and which SLAs tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    import argparse

    from truegreen_definitions.plan import Plan

__all__ = ["WATERMELON"]

FORMAT = 1


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", nargs="*", metavar="SERVICE", help="default: all that have both")
    add_plan(parser)
    parser.add_argument(
        "--state", type=as_path, required=True, metavar="FILE", help="the exporter's records"
    )
    parser.add_argument(
        "--unit",
        choices=("week", "month", "quarter", "year"),
        default="month",
        help="of the closed periods (default: month)",
    )
    parser.add_argument(
        "--at", type=instant, metavar="INSTANT", help=f"seen from then, not now: {INSTANT_FORM}"
    )
    parser.add_argument(
        "--restated",
        action="store_true",
        help="judge closed periods by what corrections have made of them since",
    )
    parser.add_argument(
        "--refuse-empty",
        action="store_true",
        help="end with 1 when an SLA is known to say nothing about experience",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.accountability.watermelon.render import portfolio_text, text
    from truegreen_exporters.reading.reader import open_reader

    loaded = read_plan(arguments.plan)
    asked = {"unit": arguments.unit}
    if arguments.at is not None:
        asked["at"] = arguments.at.isoformat()
    if arguments.restated:
        asked["restated"] = "yes"
    services = _services(loaded.plan, arguments.service)
    with open_reader(arguments.state, loaded) as reader:
        found = [reader.ask("watermelon", {**asked, "service": name}) for name in services]
    if arguments.format == "json":
        print(json.dumps({"version": FORMAT, "services": found}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(map(text, found)), end="")
        print(f"\n{portfolio_text(found)}" if len(found) > 1 else "", end="")
    refused = arguments.refuse_empty and any(map(_says_nothing, found))
    return ExitCode.PROBLEMS if refused else ExitCode.CLEAN


def _services(plan: Plan, named: list[str]) -> list[str]:
    """Return the services to tell of: those that are named, else all that can be judged."""
    from truegreen_definitions.errors import UsageError
    from truegreen_definitions.plan.closed import closed_units, promised_of, pulls_hours
    from truegreen_definitions.suggestions import suggestion

    known = [service.name for service in plan.services]
    for name in named:
        if name not in known:
            raise UsageError(f"there is no service {name!r}: {suggestion(name, known)}")
    hours = pulls_hours(plan)
    return named or [name for name in known if closed_units(promised_of(plan, name), hours=hours)]


def _says_nothing(found: dict[str, Any]) -> bool:
    from truegreen_definitions.names import InformationValue

    return any(one["verdict"] == InformationValue.NOTHING for one in found["slas"])


WATERMELON = Command(
    "watermelon",
    "Tell which services are green outside and red inside, and what SLAs are worth.",
    _configure,
    _run,
)
"""The verb."""
