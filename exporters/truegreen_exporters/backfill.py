"""The past of every agreement and measure of records, as OpenMetrics with timestamps.

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
from truegreen_exporters.asked import questions, value_questions
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.engines.values import can_be_grouped
from truegreen_exporters.exported.values import ExportedValues
from truegreen_telemetry.exposition import Format, metadata, number, series_name
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta
    from pathlib import Path

    from truegreen_definitions.plan import Agreement, Measurement, Plan
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Parts
    from truegreen_exporters.engines.value_question import Valued, ValueQuestion

__all__ = ["history", "make_blocks"]

SPANS = 1_000  # asked for at once


def history(
    engine: Engine,
    plan: Plan,
    start: datetime,
    end: datetime,
    step: timedelta,
    *,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Iterator[str]:
    """Yield what a scrape would have shown at start, start + step, … up to the end and at it.

    One window of one agreement is in memory at a time; of measures, all lines are.

    Args:
        engine: Counts.
        plan: Its agreements and measures.
        start: The first moment.
        end: Where the moments end.
        step: The time between them.
        progress: Is told after every window and measure: how many are done, and how many there are.

    Raises:
        TerminalError: An expression fails on a row.
    """
    moments = [start + i * step for i in range((end - start) // step + 1)]
    asked = [
        (agreement, replace(question, windows=(window,)))
        for agreement, question in questions(plan)
        for window in question.windows
    ]
    measures = value_questions(plan)
    count = len(asked) + len(measures)
    yield metadata(names.WINDOW_EVENTS, Format.OPENMETRICS)
    for done, (agreement, question) in enumerate(asked, 1):
        with naming(agreement):
            counted = engine.parts_over(question, moments)
        for part in names.PartValue:
            yield "".join(_lines(agreement, part, question.labels[0], counted))
        progress(done, count)
    past = _PastValues()
    for done, (measurement, asking) in enumerate(measures, len(asked) + 1):
        with naming(measurement):
            past.measure(engine, measurement, asking, moments)
        progress(done, count)
    yield from past.texts()
    yield "# EOF\n"


class _PastValues:
    """The samples of measures by family and series: a scrape of every moment, turned around."""

    def __init__(self) -> None:
        self._samples: dict[names.Metric, dict[tuple[str, ...], list[str]]] = {}

    def measure(
        self,
        engine: Engine,
        measurement: Measurement,
        question: ValueQuestion,
        moments: Sequence[datetime],
    ) -> None:
        """Add what would have been shown of a measure at some moments, in order."""
        store = SampleStore()
        shown = ExportedValues(store)
        for moment, found in zip(moments, _values_over(engine, question, moments), strict=True):
            shown.show(measurement, found)
            when = number(moment.timestamp())
            for family in store.snapshot().families:
                of_family = self._samples.setdefault(family.metric, {})
                for key, value in zip(family.keys, family.values, strict=True):
                    if isinstance(value, float):
                        of_family.setdefault(key, []).append(f"{number(value)} {when}\n")

    def texts(self) -> Iterator[str]:
        """Yield each family with its series one after the other."""
        for metric, of_family in self._samples.items():
            if of_family:
                yield metadata(metric, Format.OPENMETRICS)
                for key, samples in of_family.items():
                    series = series_name(metric.name, metric.labels, key)
                    yield "".join(f"{series} {sample}" for sample in samples)


def _values_over(
    engine: Engine, question: ValueQuestion, moments: Sequence[datetime]
) -> list[dict[str, Valued]]:
    """Return a measure over its windows, seen from each moment.

    Where no row is pending a window is the same span from whenever it is seen, so the spans of
    all moments are asked for together.
    """
    if question.values.mature_after_seconds or not can_be_grouped(question):
        return [engine.values_at(question, moment) for moment in moments]
    spans = [
        (f"{n} {label}", span)
        for n, moment in enumerate(moments)
        for label, span in question.spans(moment).items()
    ]
    found: dict[str, Valued] = {}
    for start in range(0, len(spans), SPANS):
        fixed = tuple(spans[start : start + SPANS])
        found |= engine.values_at(replace(question, windows=(), fixed=fixed), moments[-1])
    return [
        {label: found[f"{n} {label}"] for label in question.labels} for n in range(len(moments))
    ]


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
