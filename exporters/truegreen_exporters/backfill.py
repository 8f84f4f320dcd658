"""The past of every agreement that is counted from records, as OpenMetrics with timestamps.

Each moment of a grid is answered by event time from the rows as they are known now, in the same
windows as a scrape. The text is grouped by series and ordered by time within each, for
`promtool tsdb create-blocks-from openmetrics --max-block-duration=720h FILE DATA`; without that
duration promtool reads the whole file once for every two hours of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_exporters.engines.engine import naming
from truegreen_exporters.exporter import questions
from truegreen_telemetry.exposition import Format, metadata, number, series_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_exporters.engines.engine import Engine
    from truegreen_exporters.engines.question import Parts

__all__ = ["history"]


def history(engine: Engine, plan: Plan, start: datetime, end: datetime, step: timedelta) -> str:
    """Return `xla_window_events` at start, start + step, … up to the end, itself included.

    Raises:
        TerminalError: An agreement's expressions fail on a row.
    """
    moments = [start + i * step for i in range((end - start) // step + 1)]
    out = [metadata(names.WINDOW_EVENTS, Format.OPENMETRICS)]
    for agreement, question in questions(plan):
        with naming(agreement):
            counted = engine.parts_over(question, moments)
        out.extend(_lines(agreement, question.labels, counted))
    return "".join([*out, "# EOF\n"])


def _lines(
    agreement: Agreement,
    windows: tuple[str, ...],
    counted: Mapping[datetime, Mapping[str, Parts]],
) -> Iterator[str]:
    metric = names.WINDOW_EVENTS
    for part in names.PartValue:
        for window in windows:
            key = (agreement.service, agreement.name, agreement.kind, part, window)
            series = series_name(metric.name, metric.labels, key)
            for moment, by_window in counted.items():
                value = number(getattr(by_window[window], part))
                yield f"{series} {value} {number(moment.timestamp())}\n"
