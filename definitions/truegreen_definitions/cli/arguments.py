"""Arguments that verbs of several rooms take: the same word means the same everywhere."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False  # `typing` takes longer to import than an unchanged `build` may take
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from pathlib import Path

__all__ = [
    "FORMATS",
    "INSTANT_FORM",
    "add_folder",
    "add_format",
    "add_listen",
    "add_plan",
    "add_today",
    "add_web_config",
    "address",
    "as_path",
    "day",
    "instant",
    "is_document",
    "positive_seconds",
    "today_of",
]

FORMATS = ("text", "json", "github", "sarif")
_DOCUMENTS = ("json", "sarif")
_HIGHEST_PORT = 65_535
_FIRST_YEAR = 1971

INSTANT_FORM = "such as 2026-11-22T09:30:00Z, or a day: its begin in UTC"
"""What `instant` reads, for the help of who takes one."""


def as_path(text: str) -> Path:
    """Return a text as a path."""
    from pathlib import Path

    return Path(text)


def add_folder(
    parser: argparse.ArgumentParser, read: Callable[[str], Path | str] = as_path
) -> None:
    """Let a verb take the folder of the definitions, as `folder`: a path, or what `read` makes."""
    parser.add_argument(
        "folder",
        nargs="?",
        type=read,
        default="definitions",
        metavar="DIR",
        help="folder of the definitions (default: definitions)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """Let a verb take the format of the problems it finds, as `format`."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="how problems are written: text, json, github (annotations) or sarif (default: text)",
    )


def is_document(form: str) -> bool:
    """Return whether a format is one document, beside which stdout has nothing."""
    return form in _DOCUMENTS


def add_today(parser: argparse.ArgumentParser) -> None:
    """Let a verb take the day it is asked on, as `today`."""
    parser.add_argument(
        "--today",
        type=day,
        metavar="DATE",
        help="the day for reviews, notices and allowances, such as 2026-12-31 (default: today)",
    )


def today_of(asked: date | None) -> date:
    """Return the day that was asked for, else that of the clock, in UTC."""
    from datetime import UTC, datetime

    return asked or datetime.now(UTC).date()


def day(text: str) -> date:
    """Return the day of a date such as `2026-12-31`.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day: write year-month-day, such as 2026-12-31"
        ) from None


def add_plan(parser: argparse.ArgumentParser) -> None:
    """Let a verb take a compiled plan, as `plan`."""
    parser.add_argument(
        "--plan", type=as_path, required=True, metavar="FILE", help="plan.json of `truegreen build`"
    )


def add_listen(parser: argparse.ArgumentParser, port: int) -> None:
    """Let a verb take the address it serves on, as `listen`: (host, port), loopback by default."""
    parser.add_argument(
        "--listen",
        type=address,
        default=("127.0.0.1", port),
        metavar="HOST:PORT",
        help=f"where to serve (default: 127.0.0.1:{port}; port 0 takes a free one)",
    )


def add_web_config(parser: argparse.ArgumentParser) -> None:
    """Let a verb take who may connect, and how, as `web_config`: nothing by default."""
    parser.add_argument(
        "--web-config",
        type=as_path,
        metavar="FILE",
        help="TLS, basic auth and headers of the server, as in a web config file of Prometheus",
    )


def address(text: str) -> tuple[str, int]:
    """Return host and port of `HOST:PORT` or `[IPv6]:PORT`.

    Raises:
        argparse.ArgumentTypeError: It is neither.
    """
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdecimal()) or int(port) > _HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: write HOST:PORT")
    return host.removeprefix("[").removesuffix("]"), int(port)


def instant(text: str) -> datetime:
    """Return the UTC time of an instant with its zone, or the begin of a day in UTC.

    Raises:
        argparse.ArgumentTypeError: It is none, or a time of a day without its zone.
    """
    from datetime import UTC, datetime

    try:
        day_alone = len(text) == len("2017-03-01")
        moment = datetime.fromisoformat(f"{text}T00:00:00Z" if day_alone else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year < _FIRST_YEAR:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant: write 2017-03-01T09:30:00Z, with its zone, or a day; "
            f"the first year is {_FIRST_YEAR}"
        )
    return moment.astimezone(UTC)


def positive_seconds(text: str) -> float:
    """Return the seconds of a duration such as `15s`, more than 0.

    Raises:
        argparse.ArgumentTypeError: It is no duration, or no time at all.
    """
    from truegreen_definitions.units import parse_duration

    try:
        seconds = float(parse_duration(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not seconds:
        raise argparse.ArgumentTypeError(f"{text!r} is too short: more than 0 is expected")
    return seconds
