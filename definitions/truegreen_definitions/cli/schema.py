"""`truegreen schema`: the JSON Schema of definitions, for editors."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["KIND_NAMES", "SCHEMA"]

KIND_NAMES = (
    *("Service", "Journey", "Table", "Source", "Indicator"),
    *("Calendar", "Team", "Vendor", "Contract", "Policy"),
)
"""The kinds, known without loading the models."""


def _kind(text: str) -> str:
    if text not in KIND_NAMES:
        from truegreen_definitions.suggestions import suggestion

        raise ArgumentTypeError(f"{text!r} is no kind: {suggestion(text, KIND_NAMES)}")
    return text


def _configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "kind",
        nargs="?",
        type=_kind,
        choices=KIND_NAMES,
        metavar="KIND",
        help=f"one kind alone: {', '.join(KIND_NAMES)} (default: all of them)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.models import KINDS
    from truegreen_definitions.schema import schema_text

    wanted = [kind for kind in KINDS if arguments.kind in {None, kind.__name__}]
    sys.stdout.write(schema_text(wanted))
    return ExitCode.CLEAN


SCHEMA = Command("schema", "Print the JSON Schema of definitions, for editors.", _configure, _run)
