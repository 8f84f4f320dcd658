"""`truegreen init`: a new folder of definitions that works."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["INIT"]

_NEXT = """\
Next:{cd}
  truegreen check
  truegreen build
  truegreen test build
  truegreen export --plan build/plan.json --data data --once
and read definitions/README.md"""


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="folder to write to (default: the current one); nothing in it is written over",
    )
    parser.add_argument(
        "--service", default="shop", metavar="NAME", help="name of the service (default: shop)"
    )
    parser.add_argument(
        "--team", default="", metavar="NAME", help="team that owns it (default: SERVICE-team)"
    )
    parser.add_argument(
        "--contact",
        default="",
        metavar="TEXT",
        help="how people reach the team (default: TEAM@example.com)",
    )
    parser.add_argument(
        "--zone", default="UTC", metavar="ZONE", help="IANA time zone (default: UTC)"
    )
    parser.add_argument(
        "--prometheus-version",
        default="2.42",
        metavar="VERSION",
        help="version of your Prometheus server, major.minor (default: 2.42)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from importlib.metadata import version

    from truegreen_definitions.schema import schema_text
    from truegreen_definitions.starter import Answers, starter_files, write_new

    folder: Path = arguments.folder
    team = arguments.team or f"{arguments.service}-team"
    answers = Answers(
        service=_said("--service", arguments.service, "Name"),
        team=_said("--team", team, "Name"),
        contact=_said("--contact", arguments.contact or f"{team}@example.com", "Text"),
        zone=_said("--zone", arguments.zone, "Zone"),
        prometheus=_said("--prometheus-version", arguments.prometheus_version, "Version"),
        version=version("truegreen"),
        today=dt.datetime.now(dt.UTC).date(),
    )
    written, kept = write_new(folder, starter_files(answers, schema_text()))
    for path in written:
        print(path)
    for path in kept:
        print(f"{path}: was there already, left as it is", file=sys.stderr)
    cd = f"\n  cd {shlex.quote(str(folder))}" if folder != Path() else ""
    print(_NEXT.format(cd=cd), file=sys.stderr)
    return ExitCode.CLEAN


def _said(flag: str, text: str, scalar: str) -> str:
    """Return what a flag says, when the language would take it.

    Raises:
        UsageError: It would not.
    """
    from pydantic import TypeAdapter, ValidationError

    from truegreen_definitions.models import policy, values

    kind = getattr(values, scalar, None) or getattr(policy, scalar)
    try:
        return str(TypeAdapter(kind).validate_python(text))
    except ValidationError as error:
        context = error.errors()[0]["ctx"]
        said = "; ".join(filter(None, (context["message"], context["hint"])))
        raise UsageError(f"{flag}: {said}") from error


INIT = Command("init", "Make a new folder of definitions that works.", _configure, _run)
