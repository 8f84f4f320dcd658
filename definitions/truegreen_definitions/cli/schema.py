"""`truegreen schema`: the JSON Schema of definitions, and the same as a reference for people."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from truegreen_definitions.models import Kind

__all__ = ["KIND_NAMES", "SCHEMA"]

KIND_NAMES = (
    *("Service", "Journey", "Table", "Mapping", "Source", "Indicator"),
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
    parser.add_argument(
        "--format",
        choices=("json", "markdown"),
        default="json",
        help="json for editors, or the language reference as markdown (default: json)",
    )


def _run(arguments: Namespace) -> ExitCode:
    from truegreen_definitions.models import KINDS
    from truegreen_definitions.schema import schema_text

    wanted = [kind for kind in KINDS if arguments.kind in {None, kind.__name__}]
    text = _reference(wanted) if arguments.format == "markdown" else schema_text(wanted)
    sys.stdout.write(text)
    return ExitCode.CLEAN


def _reference(kinds: Sequence[type[Kind]]) -> str:
    """Return the language reference; where indicators are part of it, with the library's."""
    from truegreen_definitions.catalog import build_catalog
    from truegreen_definitions.catalog.loader import read_library
    from truegreen_definitions.models.indicator import Indicator
    from truegreen_definitions.schema.reference import reference_text

    catalog, _ = build_catalog((), read_library())
    return reference_text(kinds, tuple(catalog.indicators.values()) if Indicator in kinds else ())


SCHEMA = Command("schema", "Print the JSON Schema of definitions, for editors.", _configure, _run)
