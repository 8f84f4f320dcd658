"""`truegreen export` and `truegreen backfill`: their arguments, and how they end."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import (
    INSTANT_FORM,
    add_listen,
    add_plan,
    add_web_config,
    instant,
    positive_seconds,
)
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.exporter import Exporter
    from truegreen_exporters.intake.inbox import Inbox
    from truegreen_exporters.runtime import Ending

__all__ = ["BACKFILL", "EXPORT"]

DEFAULT_PORT = 9464


def _configure_export(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
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
        "--once",
        action="store_true",
        help="read, print the metrics and end; 1 where something failed, and the rest is printed",
    )
    parser.add_argument(
        "--at",
        type=instant,
        metavar="INSTANT",
        help=f"count as seen from this moment, not now: {INSTANT_FORM}",
    )
    parser.add_argument(
        "--known-at",
        type=instant,
        metavar="INSTANT",
        help=f"count the records as they were known then, not as now: {INSTANT_FORM}",
    )
    add_listen(parser, DEFAULT_PORT)
    add_web_config(parser)
    parser.add_argument(
        "--interval",
        type=positive_seconds,
        default=15.0,
        metavar="DURATION",
        help="pause of a cycle (15s)",
    )


def _configure_backfill(parser: argparse.ArgumentParser) -> None:
    add_plan(parser)
    parser.add_argument(
        "--state", type=Path, required=True, metavar="FILE", help="the records to count"
    )
    for name, help_ in (
        ("from", f"first moment, {INSTANT_FORM}"),
        ("to", "last moment, itself included"),
    ):
        parser.add_argument(
            f"--{name}", dest=f"{name}_", type=instant, required=True, metavar="INSTANT", help=help_
        )
    parser.add_argument(
        "--step",
        type=positive_seconds,
        default=3600.0,
        metavar="DURATION",
        help="time between (1h)",
    )
    parser.add_argument("-o", dest="output", type=Path, metavar="FILE", help="OpenMetrics to write")
    parser.add_argument(
        "--blocks",
        type=Path,
        metavar="DIR",
        help="make blocks of Prometheus's database in this folder, with promtool",
    )


def _export(arguments: argparse.Namespace) -> ExitCode:
    from contextlib import ExitStack

    import structlog

    from truegreen_definitions.logs import configure_logs
    from truegreen_definitions.names import ComponentValue
    from truegreen_definitions.plan.file import PlanFile
    from truegreen_telemetry.otlp.push import Push

    os.umask(0o077)  # records are of people: what we make, the database's log too, is ours alone
    configure_logs(sys.stderr)
    file = PlanFile(arguments.plan)
    loaded = file.current()
    # What is there now stays: the collector need not walk it again, not even at the end, where
    # that took longer than all else. Not so for DuckDB: it tells of what is not taken down.
    gc.freeze()
    from truegreen_exporters.exporter import Exporter
    from truegreen_exporters.reading.answers import Answers
    from truegreen_exporters.reading.server import ReadServer
    from truegreen_exporters.runtime import serve
    from truegreen_exporters.sources.pages import Surroundings
    from truegreen_exporters.store import Store
    from truegreen_telemetry.web.access import WebAccess

    with Store(arguments.state, loaded.plan) as store, ExitStack() as ended:
        for source in store.reread:
            structlog.get_logger(__name__).info("source_read_again", source=source)
        inbox = _inbox(arguments, loaded.plan)
        if inbox is not None:
            ended.enter_context(inbox)
        around = Surroundings(
            folder=arguments.data, environment=os.environ, clock=_now, inbox=inbox
        )
        exporter = Exporter(loaded, store, around, arguments.known_at, once=arguments.once)
        if arguments.once:
            return _print_once(exporter, arguments.at or _now())
        if arguments.state is not None:
            answers = Answers(
                store.connection.cursor().cursor, lambda: exporter.loaded, _now, os.environ
            )
            ended.enter_context(ReadServer(arguments.state, answers))
        access = WebAccess(arguments.web_config) if arguments.web_config else None
        push = Push.asked_by(os.environ, ComponentValue.EXPORTER)
        ending, received = _told_by_signals()
        host, port = arguments.listen
        serve(
            exporter,
            store,
            file,
            push,
            at=_now if arguments.at is None else lambda: arguments.at,
            host=host,
            port=port,
            access=access,
            interval_seconds=arguments.interval,
            ending=ending,
        )
    return ExitCode.INTERRUPTED if signal.SIGINT in received else ExitCode.CLEAN


def _backfill(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.errors import TerminalError
    from truegreen_definitions.files import write_in_parts
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.backfill import history, make_blocks
    from truegreen_exporters.engines.duckdb import DuckDbEngine
    from truegreen_exporters.placed import engines_of
    from truegreen_exporters.store import Store

    if arguments.to_ < arguments.from_:
        raise TerminalError(f"--to {arguments.to_} is before --from {arguments.from_}")
    if not arguments.state.is_file():
        raise TerminalError(
            f"state file {arguments.state} does not exist: `truegreen export --state` makes it"
        )
    if arguments.output is None and arguments.blocks is None:
        raise TerminalError("nothing to write: name -o FILE, --blocks DIR, or both")
    loaded = read_plan(arguments.plan)
    step = timedelta(seconds=arguments.step)
    with tempfile.TemporaryDirectory() as private:
        output = arguments.output or Path(private) / "history.om"
        with (
            Store(arguments.state, loaded.plan, adopting=False) as store,
            engines_of(DuckDbEngine(store.connection), loaded.plan, os.environ) as engine,
        ):
            first, last = arguments.from_, arguments.to_
            progress = _watched_progress()
            parts = history(engine, loaded.plan, first, last, step, progress=progress)
            try:
                write_in_parts(output, (part.encode() for part in parts))
            except OSError as error:
                raise TerminalError(f"cannot write {output}: {error.strerror}") from error
        if arguments.blocks is not None:
            make_blocks(output, arguments.blocks)
    return ExitCode.CLEAN


def _watched_progress() -> Callable[[int, int], None]:
    """Return what shows progress on a terminal, and nothing elsewhere."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == of else ""
            print(f"\rcounted {done} of {of} windows", end=end, file=sys.stderr, flush=True)

    return show


def _print_once(exporter: Exporter, at: datetime) -> ExitCode:
    from truegreen_telemetry.exposition import Format
    from truegreen_telemetry.rendering import Renderer

    print(Renderer().render(exporter.cycle(at, wait=True), Format.TEXT).decode(), end="")
    if not exporter.failed:
        return ExitCode.CLEAN
    print(f"truegreen: {_what_lacks(exporter)}", file=sys.stderr)
    return ExitCode.PROBLEMS


def _what_lacks(exporter: Exporter) -> str:
    """Return which sources and numbers the printed metrics lack, and why."""
    told = (f"{what}: {', '.join(faults)}" for what, faults in exporter.failed.items())
    why = "; ".join(" ".join(one.split()) for one in told)  # a database answers in many lines
    of = [source.name for source in exporter.loaded.plan.sources]
    read = sum(f"source {name}" not in exporter.failed for name in of)
    return (
        f"{read} of {len(of)} sources were read whole, and what is printed is counted from what "
        f"is known. {len(exporter.failed)} failed: {why}"
    )


def _told_by_signals() -> tuple[Ending, list[int]]:
    """Return what SIGTERM and SIGINT (stop) and SIGHUP (reload) set, and the signals that came."""
    from truegreen_exporters.runtime import Ending

    ending, received = Ending(), list[int]()

    def handle(number: int, _: object) -> None:
        received.append(number)
        (ending.wake if number == signal.SIGHUP else ending.stop).set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handle)
    return ending, received


def _inbox(arguments: argparse.Namespace, plan: Plan) -> Inbox | None:
    """Return the inbox beside the state file; None where nobody posts."""
    from truegreen_definitions.errors import TerminalError
    from truegreen_exporters.intake.inbox import Inbox

    if all(source.read.format != "webhook" for source in plan.sources):
        return None
    if arguments.state:
        return Inbox(arguments.state.with_name(f"{arguments.state.name}.inbox"))
    if arguments.once:
        return None
    raise TerminalError("a webhook keeps what it acknowledges: name a --state file")


def _now() -> datetime:
    return datetime.now(UTC)


EXPORT = Command("export", "Read records and serve their metrics.", _configure_export, _export)
BACKFILL = Command(
    "backfill",
    "Write the past of records as OpenMetrics, for promtool to make blocks of.",
    _configure_backfill,
    _backfill,
)
