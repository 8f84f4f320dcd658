"""`truegreen probe`: runs a plan's journeys from one location."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_listen, add_plan, add_web_config
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import UsageError
from truegreen_synthetics.fresh_process import start_afresh

if TYPE_CHECKING:
    import argparse

__all__ = ["PROBE"]

DEFAULT_PORT = 9465


def _configure(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument(
        "--location", metavar="NAME", help="from where; may be left out when the plan has one"
    )
    parser.add_argument("--journey", metavar="NAME", help="run this one alone")
    parser.add_argument(
        "--once",
        action="store_true",
        help="run each journey once, print how it went; exit code 1 when a step failed or took"
        " longer than tolerated",
    )
    parser.add_argument(
        "--trace",
        metavar="JOURNEY",
        help="with --once: run this one and tell it step by step, with phases, extracted values and"
        " what a failed check looked at",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="note there what runs are about to make, so that a crash leaves nothing behind",
    )
    parser.add_argument(
        "--data", type=Path, default=Path(), metavar="DIR", help="where the journeys' rows are"
    )
    parser.add_argument(
        "--samples", type=Path, metavar="FILE", help="write every raw sample there, as JSON lines"
    )
    parser.add_argument(
        "--browser", metavar="PATH", default="", help="Chromium of browser steps; else on the PATH"
    )
    parser.add_argument(
        "--browser-no-sandbox",
        action="store_true",
        help="start it without its sandbox: as root, as in a container, it does not run with one",
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="keep there what failed browser steps saw"
    )
    add_listen(parser, DEFAULT_PORT)
    add_web_config(parser)


def _run(arguments: argparse.Namespace) -> ExitCode:
    if arguments.trace is not None and not arguments.once:
        raise UsageError("--trace tells of a single run: add --once")
    for name in ("journal", "samples"):
        if arguments.once and getattr(arguments, name) is not None:
            raise UsageError(f"--{name} is of a probe that goes on: leave out --once")
    _go_on_afresh(arguments)
    from truegreen_definitions.names import ComponentValue
    from truegreen_definitions.plan.file import PlanFile
    from truegreen_synthetics.browsing.browsers import BrowserSettings
    from truegreen_synthetics.engine import monitor, once
    from truegreen_synthetics.report import Report
    from truegreen_synthetics.selection import load
    from truegreen_synthetics.trace_report import TraceReport
    from truegreen_telemetry.otlp.push import Push
    from truegreen_telemetry.otlp.span_push import SpanPush
    from truegreen_telemetry.web.access import WebAccess

    browsers = BrowserSettings(
        program=arguments.browser,
        sandbox=not arguments.browser_no_sandbox,
        pictures=arguments.pictures,
    )
    location, only = arguments.location, arguments.trace or arguments.journey
    if not arguments.once:
        push = Push.asked_by(os.environ, ComponentValue.PROBE)
        gate = WebAccess(arguments.web_config) if arguments.web_config else None
        file = PlanFile(arguments.plan)
        return monitor(
            *(file, location, only, arguments.listen, push),
            gate=gate,
            journal=arguments.journal,
            files=arguments.data,
            samples=arguments.samples,
            spans=SpanPush.asked_by(os.environ, ComponentValue.PROBE),
            browsers=browsers,
        )
    assignment = load(arguments.plan, location, only, os.environ, arguments.data)
    make = TraceReport if arguments.trace else Report
    code, text = once(assignment, make(assignment.location, assignment.journeys), browsers)
    print(text, end="")
    return code


def _go_on_afresh(arguments: argparse.Namespace) -> None:
    host, port = arguments.listen
    values = {
        "plan": arguments.plan,
        "listen": f"{host}:{port}",
        "location": arguments.location,
        "web-config": arguments.web_config,
        "journey": arguments.journey,
        "data": arguments.data,
        "journal": arguments.journal,
        "samples": arguments.samples,
        "browser": arguments.browser,
        "pictures": arguments.pictures,
        "trace": arguments.trace,
    }
    flags = {"browser-no-sandbox": arguments.browser_no_sandbox, "once": arguments.once}
    start_afresh("probe", values, flags)


PROBE = Command(
    name="probe",
    summary="Run the plan's journeys against the systems they are about.",
    configure=_configure,
    run=_run,
)
