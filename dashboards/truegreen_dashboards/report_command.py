"""`truegreen report`: the review of a week, a month or a quarter, for reading on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["REPORT"]

UNITS = ("week", "month", "quarter")


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "service", nargs="*", metavar="SERVICE", help="default: all services of the company"
    )
    add_plan(parser)
    parser.add_argument(
        "--state", type=as_path, required=True, metavar="FILE", help="the exporter's records"
    )
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--period", metavar="PERIOD", help="such as 2026-W40, 2026-10 or 2026-Q4")
    when.add_argument(
        "--last",
        choices=UNITS,
        default="month",
        help="the last one that is over and that late rows have reached (default: month)",
    )
    parser.add_argument(
        "--at", type=instant, metavar="INSTANT", help=f"seen from then, not now: {INSTANT_FORM}"
    )
    parser.add_argument(
        "--prometheus",
        metavar="URL",
        help="asked for agreements that it counts; without it they are told not to be known",
    )
    parser.add_argument(
        "-o", dest="output", type=as_path, metavar="FILE", help="write HTML here, not to stdout"
    )
    parser.add_argument(
        "--pdf", type=as_path, metavar="FILE", help="write PDF for paper (needs Chromium)"
    )
    parser.add_argument(
        "--svg", type=as_path, metavar="DIR", help="write every chart as an SVG file of its own"
    )
    parser.add_argument(
        "--format",
        choices=("html", "json"),
        default="html",
        help="on stdout: html, or the facts as json (default: html)",
    )


def _run(arguments: Namespace) -> ExitCode:
    # Every start of the command line finds this verb; only its run pays for templates.
    from truegreen_dashboards.report.run import Wanted, write

    wanted = Wanted(
        services=tuple(arguments.service),
        plan=arguments.plan,
        state=arguments.state,
        unit=_unit(arguments.period) if arguments.period else arguments.last,
        label=arguments.period or "",
        at=arguments.at,
        prometheus=arguments.prometheus or "",
        output=arguments.output,
        pdf=arguments.pdf,
        svg=arguments.svg,
        form=arguments.format,
    )
    for line in write(wanted):
        print(line)
    return ExitCode.CLEAN


def _unit(label: str) -> str:
    """Return the unit that a label looks like; whether it is one is said where it is read."""
    kind = label.partition("-")[2][:1]
    return {"W": "week", "Q": "quarter"}.get(kind, "month")


REPORT = Command("report", "Write the review of a week, a month or a quarter.", _configure, _run)
