"""`truegreen export` and `truegreen backfill`: their arguments, and how they end."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from truegreen_definitions.plan_codec import LoadedPlan
    from truegreen_exporters.exporter import Exporter

__all__ = ["BACKFILL", "EXPORT"]

_FIRST_YEAR = 1971
MAX_PORT = 65_535


def _configure_export(parser: argparse.ArgumentParser) -> None:
    _add_plan(parser)
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="where records are kept; without it they are held in memory and read again next time",
    )
    parser.add_argument(
        "--data", type=Path, default=Path(), metavar="DIR", help="where the sources' files are"
    )
    parser.add_argument(
        "--once", action="store_true", help="read, print the metrics and end; 1 if a source failed"
    )
    parser.add_argument(
        "--at", type=_instant, metavar="INSTANT", help="count as seen from this moment, not now"
    )
    parser.add_argument(
        "--listen",
        type=_address,
        default=("127.0.0.1", 9464),
        metavar="HOST:PORT",
        help="where metrics are served (127.0.0.1:9464); port 0 takes a free one",
    )
    parser.add_argument(
        "--interval", type=_seconds, default=15.0, metavar="DURATION", help="pause of a cycle (15s)"
    )


def _configure_backfill(parser: argparse.ArgumentParser) -> None:
    _add_plan(parser)
    parser.add_argument(
        "--state", type=Path, required=True, metavar="FILE", help="the records to count"
    )
    for name, help_ in (("from", "first moment"), ("to", "last moment, itself included")):
        parser.add_argument(
            f"--{name}", dest=f"{name}_", type=_instant, required=True, metavar="T", help=help_
        )
    parser.add_argument(
        "--step", type=_seconds, default=3600.0, metavar="DURATION", help="time between (1h)"
    )
    parser.add_argument(
        "-o", dest="output", type=Path, required=True, metavar="FILE", help="OpenMetrics to write"
    )


def _export(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_exporters.exporter import Exporter
    from truegreen_exporters.runtime import serve
    from truegreen_exporters.store import Store
    from truegreen_telemetry.logs import configure_logs

    configure_logs(sys.stderr)
    loaded = _loaded(arguments.plan)
    with Store(arguments.state, loaded.plan) as store:
        exporter = Exporter(loaded, store, arguments.data, _now)
        if arguments.once:
            return _print_once(exporter, arguments.at or _now())
        stop, received = _stop_on_signals()
        host, port = arguments.listen
        serve(
            exporter,
            store,
            at=_now if arguments.at is None else lambda: arguments.at,
            host=host,
            port=port,
            interval_seconds=arguments.interval,
            stop=stop,
        )
    return ExitCode.INTERRUPTED if signal.SIGINT in received else ExitCode.CLEAN


def _backfill(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.artifacts import write_atomically
    from truegreen_definitions.errors import TerminalError
    from truegreen_exporters.backfill import history
    from truegreen_exporters.store import Store

    if arguments.to_ < arguments.from_:
        raise TerminalError(f"--to {arguments.to_} is before --from {arguments.from_}")
    if not arguments.state.is_file():
        raise TerminalError(
            f"state file {arguments.state} does not exist: `truegreen export --state` makes it"
        )
    loaded = _loaded(arguments.plan)
    step = timedelta(seconds=arguments.step)
    with Store(arguments.state, loaded.plan) as store:
        text = history(store.connection, loaded.plan, arguments.from_, arguments.to_, step)
    try:
        write_atomically(arguments.output, text.encode())
    except OSError as error:
        raise TerminalError(f"cannot write {arguments.output}: {error.strerror}") from error
    return ExitCode.CLEAN


def _print_once(exporter: Exporter, at: datetime) -> ExitCode:
    from truegreen_telemetry.exposition import Format, Renderer

    print(Renderer().render(exporter.cycle(at), Format.TEXT).decode(), end="")
    return ExitCode.PROBLEMS if exporter.failed else ExitCode.CLEAN


def _stop_on_signals() -> tuple[threading.Event, list[int]]:
    """Return an event that SIGTERM and SIGINT set, and the signals that came."""
    stop, received = threading.Event(), list[int]()

    def handle(number: int, _: object) -> None:
        received.append(number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
    return stop, received


def _loaded(path: Path) -> LoadedPlan:
    from truegreen_definitions.errors import TerminalError
    from truegreen_definitions.plan_codec import loads

    try:
        return loads(path.read_text("utf-8"))
    except OSError as error:
        raise TerminalError(f"cannot read plan {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TerminalError(f"cannot read plan {path}: it is not UTF-8 text") from error


def _add_plan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--plan", type=Path, required=True, metavar="FILE", help="plan.json of `truegreen build`"
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _instant(text: str) -> datetime:
    """Read an instant with its zone, such as `2017-03-01T00:00:00Z`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year < _FIRST_YEAR:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no instant: write 2017-03-01T00:00:00Z, with its zone; "
            f"the first year is {_FIRST_YEAR}"
        )
    return moment.astimezone(UTC)


def _seconds(text: str) -> float:
    """Read a duration such as `15s`; it must not be 0."""
    try:
        seconds = float(parse_duration(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not seconds:
        raise argparse.ArgumentTypeError(f"{text!r} is too short: a second or more is expected")
    return seconds


def _address(text: str) -> tuple[str, int]:
    """Read `HOST:PORT`; an empty host is loopback."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT, such as 127.0.0.1:9464")
    return host.strip("[]") or "127.0.0.1", int(port)


EXPORT = Command("export", "Read records and serve their metrics.", _configure_export, _export)
BACKFILL = Command(
    "backfill",
    "Write the past of records as OpenMetrics, for promtool to make blocks of.",
    _configure_backfill,
    _backfill,
)
