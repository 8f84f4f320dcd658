"""The past of every agreement that is counted from records, as OpenMetrics with timestamps.

Each moment of a grid is answered by event time from the rows as they are known now, in the same
windows as a scrape. The text is grouped by series and ordered by time within each, for
`promtool tsdb create-blocks-from openmetrics --max-block-duration=720h FILE DATA`; without that
duration promtool reads the whole file once for every two hours of it.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_exporters.asked import questions
from truegreen_exporters.engines.engine import naming
from truegreen_telemetry.exposition import Format, metadata, number, series_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Parts

__all__ = ["history", "make_blocks"]


def history(
    engine: Engine,
    plan: Plan,
    start: datetime,
    end: datetime,
    step: timedelta,
    *,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[str]:
    """Yield `xla_window_events` at start, start + step, … up to the end, itself included.

    One window of one agreement is in memory at a time.

    Args:
        engine: Counts.
        plan: Its agreements.
        start: The first moment.
        end: Where the moments end.
        step: The time between them.
        progress: Is told after every window: how many are done, and how many there are.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
    """
    moments = [start + i * step for i in range((end - start) // step + 1)]
    asked = [
        (agreement, replace(question, windows=(window,)))
        for agreement, question in questions(plan)
        for window in question.windows
    ]
    yield metadata(names.WINDOW_EVENTS, Format.OPENMETRICS)
    for done, (agreement, question) in enumerate(asked, 1):
        with naming(agreement):
            counted = engine.parts_over(question, moments)
        for part in names.PartValue:
            yield "".join(_lines(agreement, part, question.labels[0], counted))
        progress(done, len(asked))
    yield "# EOF\n"


def make_blocks(text: Path, folder: Path) -> None:
    """Make blocks of Prometheus's database of a history, in one call with long blocks.

    Raises:
        TerminalError: promtool is missing, or refuses the text.
    """
    promtool = shutil.which("promtool")
    if promtool is None:
        raise TerminalError("blocks are made by promtool: install Prometheus, or give -o in place")
    command = [promtool, "tsdb", "create-blocks-from", "--max-block-duration=720h", "openmetrics"]
    done = subprocess.run(  # noqa: S603  the program was looked up, the paths are ours
        [*command, str(text), str(folder)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        why = (done.stderr or done.stdout).strip().replace("\n", "; ")
        raise TerminalError(f"promtool makes no blocks of the history: {why}")


def _lines(
    agreement: Agreement,
    part: names.PartValue,
    window: str,
    counted: Mapping[datetime, Mapping[str, Parts]],
) -> Iterator[str]:
    metric = names.WINDOW_EVENTS
    key = (agreement.service, agreement.name, agreement.kind, part, window)
    series = series_name(metric.name, metric.labels, key)
    for moment, by_window in counted.items():
        value = number(getattr(by_window[window], part))
        yield f"{series} {value} {number(moment.timestamp())}\n"
