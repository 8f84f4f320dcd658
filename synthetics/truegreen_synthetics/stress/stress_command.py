"""`truegreen stress`: the plan's journeys at rising arrival rates, with a probe beside them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_plan, positive_seconds
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import UsageError
from truegreen_synthetics.fresh_process import start_afresh

if TYPE_CHECKING:
    import argparse

    from truegreen_synthetics.stress.report import StressReport

__all__ = ["STRESS"]

DEFAULT_MASTER = "127.0.0.1:5557"


def _configure(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    add = parser.add_argument
    add("--location", metavar="NAME", help="from where; may be left out when the plan has one")
    add("--journey", metavar="NAME", help="run this one alone; else all of them arrive in turn")
    add(
        "--rates",
        default="1:10:1",
        metavar="FROM:TO:STEP",
        help="journeys a second, or a,b,c (default: 1:10:1)",
    )
    add(
        "--stage",
        type=_seconds,
        default=30.0,
        metavar="DURATION",
        help="how long a rate is held, such as 2m (default: 30s)",
    )
    add("--target", metavar="URL", help="where to; must be said unless it is this machine")
    add("--allow-writes", action="store_true", help="run journeys that make records")
    add("--journal", type=Path, metavar="FILE", help="note there what is made, to take it back")
    add("--also", action="append", default=[], metavar="HOST", help="reached beside the target")
    add("--data", type=Path, default=Path(), metavar="DIR", help="where the journeys' rows are")
    add(
        "--goal",
        type=float,
        default=0.85,
        metavar="APDEX",
        help="what is called usable, from 0 to 1 (default: 0.85)",
    )
    add(
        "--probe-every",
        type=_seconds,
        default=2.0,
        metavar="DURATION",
        help="slots of the probe (default: 2s)",
    )
    add("--workers", type=int, default=0, metavar="N", help="processes that make the load here")
    add("--expect", type=int, default=0, metavar="N", help="workers that come from elsewhere")
    add(
        "--master",
        default=DEFAULT_MASTER,
        metavar="HOST:PORT",
        help=f"where workers come to (default: {DEFAULT_MASTER})",
    )
    add("--worker", action="store_true", help="be a worker of the master at --master")
    add("--format", choices=("text", "json"), default="text", help="what is printed")
    add("--report", type=Path, metavar="FOLDER", help="write stress.txt, .json and .svg there")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_synthetics.stress.stages import stages_of

    stages = stages_of(arguments.rates, arguments.stage)
    address = _address(arguments.master)
    _go_on_afresh(arguments)
    from truegreen_synthetics.engine import stress, stress_worker
    from truegreen_synthetics.stress.run import Asked, assignment_of, run_stress

    asked = Asked(
        plan=arguments.plan,
        location=arguments.location,
        journey=arguments.journey,
        target=arguments.target,
        stages=stages,
        workers=arguments.workers,
        expected=arguments.expect,
        address=address,
        writes=arguments.allow_writes,
        journal=arguments.journal,
        also=tuple(arguments.also),
        files=arguments.data,
        goal=arguments.goal,
        every_seconds=arguments.probe_every,
        joins=arguments.worker,
    )
    if arguments.worker:
        stress_worker(assignment_of(asked), address, asked.journal)
        return ExitCode.CLEAN
    report = run_stress(asked, stress)
    if arguments.report is not None:
        _write(report, arguments.report)
    print(report.json() if arguments.format == "json" else report.table(), end="")
    return ExitCode.CLEAN


def _seconds(text: str) -> float:
    """Return the seconds of `30s`, and of `30`: so they come to the verb's own new process."""
    try:
        return float(text)
    except ValueError:
        return positive_seconds(text)


def _go_on_afresh(arguments: argparse.Namespace) -> None:
    values = {
        "plan": arguments.plan,
        "location": arguments.location,
        "journey": arguments.journey,
        "rates": arguments.rates,
        "stage": arguments.stage,
        "target": arguments.target,
        "data": arguments.data,
        "journal": arguments.journal,
        "goal": arguments.goal,
        "probe-every": arguments.probe_every,
        "workers": arguments.workers,
        "expect": arguments.expect,
        "master": arguments.master,
        "format": arguments.format,
        "report": arguments.report,
        "also": arguments.also,
    }
    flags = {"worker": arguments.worker, "allow-writes": arguments.allow_writes}
    start_afresh("stress", values, flags)


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal():
        raise UsageError(f"--master {text!r}: write HOST:PORT")
    return host, int(port)


def _write(report: StressReport, folder: Path) -> None:
    from truegreen_definitions.files import write_atomically

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("txt", report.table()), ("json", report.json()), ("svg", report.svg())):
        write_atomically(folder / f"stress.{name}", text.encode())
    print(f"stress: report in {folder}", file=sys.stderr)


STRESS = Command(
    name="stress",
    summary="Run journeys at rising arrival rates and find where they stop being usable.",
    configure=_configure,
    run=_run,
)
