"""`truegreen journey import`: a draft of a journey from a browser's recording."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import TerminalError, UsageError

if TYPE_CHECKING:
    import argparse

__all__ = ["JOURNEY"]

MOST_BYTES = 256 * 1024 * 1024


def _configure(parser: argparse.ArgumentParser) -> None:
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="COMMAND")
    take = deeds.add_parser("import", help="print a draft from a HAR file, which a browser saves")
    take.add_argument("file", type=Path, metavar="FILE.har")
    take.add_argument("--name", default="recorded", metavar="NAME", help="of the journey")
    take.add_argument("--service", default="recorded", metavar="NAME", help="of its service")
    take.add_argument("--owner", default="owner", metavar="TEAM", help="of that service")
    take.add_argument("--location", default="here", metavar="NAME", help="from where it runs")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_synthetics.har.definitions import definitions
    from truegreen_synthetics.har.draft import draft_of
    from truegreen_synthetics.har.recording import HarError

    try:
        if arguments.file.stat().st_size > MOST_BYTES:
            raise TerminalError(f"{arguments.file} is larger than {MOST_BYTES >> 20} MiB")
        draft = draft_of(arguments.file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {arguments.file}: {error}") from error
    except HarError as error:
        raise TerminalError(f"{arguments.file}: {error}") from error
    text = definitions(
        draft,
        name=arguments.name,
        service=arguments.service,
        owner=arguments.owner,
        location=arguments.location,
    )
    print(text, end="")
    for note in draft.notes:
        print(f"journey: {note}", file=sys.stderr)
    for secret in draft.secrets:
        print(f"journey: set {secret} in the probe's environment", file=sys.stderr)
    return ExitCode.CLEAN


JOURNEY = Command(
    name="journey",
    summary="Make a draft of a journey from a browser's recording.",
    configure=_configure,
    run=_run,
)
