"""`truegreen doctor`: what is installed, reachable, stale or set up wrongly, each with the fix."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from truegreen_definitions.doctor.case import Case, Place
    from truegreen_definitions.doctor.finding import Finding
    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["DOCTOR"]

_SERVERS = (
    ("prometheus", "http://127.0.0.1:9090", "PROMETHEUS_URL"),
    ("alertmanager", "http://127.0.0.1:9093", "ALERTMANAGER_URL"),
    ("exporter", "http://127.0.0.1:9464", ""),
    ("probe", "http://127.0.0.1:9465", ""),
    ("collector", "", "OTEL_EXPORTER_OTLP_ENDPOINT"),
)


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "build",
        nargs="?",
        type=Path,
        default=Path("build"),
        metavar="DIR",
        help="folder of `truegreen build` (default: build)",
    )
    parser.add_argument("--plan", type=Path, metavar="FILE", help="its plan (DIR/plan.json)")
    for name, url, variable in _SERVERS:
        told = ", ".join(filter(None, (variable, url)))
        parser.add_argument(f"--{name}", metavar="URL", help=f"where it is ({told})")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the sources' files are")
    parser.add_argument("--state", type=Path, metavar="FILE", help="the exporter's state file")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of the result")


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.doctor.examination import examined
    from truegreen_definitions.doctor.finding import State, Topic, good, problem
    from truegreen_definitions.errors import TerminalError

    path = arguments.plan or arguments.build / "plan.json"
    try:
        loaded = _loaded(path)
        first = good(Topic.CONFIGURED, "plan", f"{path}, {loaded.digest[:12]}")
    except TerminalError as error:
        loaded = None
        fix = f"truegreen build definitions -o {arguments.build}, or name it with --plan"
        first = problem(Topic.CONFIGURED, "plan", str(error), fix)
    found = (first, *examined(_case(arguments, loaded)))
    sys.stdout.write(_json(found) if arguments.format == "json" else _text(found))
    wrong = any(one.state is State.PROBLEM for one in found)
    return ExitCode.PROBLEMS if wrong else ExitCode.CLEAN


def _loaded(path: Path) -> LoadedPlan:
    from truegreen_definitions.plan.file import read_plan

    return read_plan(path)


def _case(arguments: Namespace, loaded: LoadedPlan | None) -> Case:
    import time

    from truegreen_definitions.doctor.case import Case

    places = {
        name: _place(getattr(arguments, name), variable, url) for name, url, variable in _SERVERS
    }
    return Case(
        build=arguments.build if arguments.plan is None else arguments.plan.parent,
        plan=arguments.plan or arguments.build / "plan.json",
        loaded=loaded,
        prometheus=places["prometheus"],
        alertmanager=places["alertmanager"],
        exporter=places["exporter"],
        probe=places["probe"],
        collector=places["collector"],
        data=arguments.data,
        state=arguments.state,
        environment=os.environ,
        now=time.time(),
    )


def _place(flag: str | None, variable: str, default: str) -> Place:
    from truegreen_definitions.doctor.case import Place

    named = flag or os.environ.get(variable, "")
    return Place(url=(named or default).rstrip("/"), asked=bool(named))


def _text(found: tuple[Finding, ...]) -> str:
    from truegreen_definitions.doctor.finding import State, Topic

    marks = {State.GOOD: "ok  ", State.NOTE: "note", State.PROBLEM: "BAD "}
    lines = []
    for topic in Topic:
        of_topic = [one for one in found if one.topic is topic]
        lines += [topic.value] * bool(of_topic)
        for one in of_topic:
            lines.append(f"  {marks[one.state]}  {one.subject}: {one.message}")
            lines += [f"        fix: {one.fix}"] if one.fix else []
    problems = sum(one.state is State.PROBLEM for one in found)
    lines.append("nothing to mend" if not problems else f"{problems} to mend")
    return "\n".join(lines) + "\n"


def _json(found: tuple[Finding, ...]) -> str:
    import json
    from dataclasses import asdict

    from truegreen_definitions.doctor.finding import State

    problems = sum(one.state is State.PROBLEM for one in found)
    document = {"problems": problems, "findings": [asdict(one) for one in found]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


DOCTOR = Command(
    "doctor",
    "Look at what is installed, reachable, stale or set up wrongly, and say how to mend it.",
    _configure,
    _run,
)
