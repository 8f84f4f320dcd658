"""`truegreen demo`: the example company, end to end, on this machine alone."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from truegreen_definitions.cli.arguments import positive_seconds
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import UsageError

__all__ = ["DEMO"]

FAULT_AFTER_SECONDS = 60.0
SHORTEST_STORY_SECONDS = 60
PAY_IS_SLOW = {"pay": {"delay": "1500ms"}}


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--for",
        dest="duration",
        type=_seconds,
        metavar="DURATION",
        help="end by itself after this time, such as 4m; without it, run until Ctrl-C",
    )
    parser.add_argument(
        "--dir",
        type=Path,
        metavar="DIR",
        help="keep the demo's folder here; without it, a temporary folder that goes at the end",
    )
    parser.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="at the end, write a picture of every board here (needs --for, and Chromium)",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write the review of the last closed month here, as HTML",
    )


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_demo.conductor import Story, conduct

    duration: float | None = arguments.duration
    fault_after = (
        FAULT_AFTER_SECONDS if duration is None else min(FAULT_AFTER_SECONDS, duration / 4)
    )
    story = Story(
        seconds=duration,
        fault_after_seconds=fault_after,
        fault=PAY_IS_SLOW,
        pictures=_pictures(arguments),
        report=arguments.report and arguments.report.absolute(),
    )
    if arguments.dir is not None:
        summary = conduct(arguments.dir.absolute(), story, _say)
    else:
        with tempfile.TemporaryDirectory(prefix="truegreen-demo-") as name:
            summary = conduct(Path(name), story, _say)
    print(summary, end="")
    return ExitCode.CLEAN


def _pictures(arguments: argparse.Namespace) -> Path | None:
    """Return where pictures go.

    Raises:
        UsageError: There is no end at which they could be taken.
    """
    if arguments.pictures is not None and arguments.duration is None:
        raise UsageError("--pictures are taken at the end: say when with --for, such as --for 4m")
    folder: Path | None = arguments.pictures
    return folder.absolute() if folder else None


def _say(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


def _seconds(text: str) -> float:
    seconds = positive_seconds(text)
    if seconds < SHORTEST_STORY_SECONDS:
        raise argparse.ArgumentTypeError("the story needs at least 1m")
    return seconds


DEMO = Command(
    name="demo",
    summary="Run the example company end to end on this machine.",
    configure=_configure,
    run=_run,
)
