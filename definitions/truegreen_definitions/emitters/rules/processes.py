"""Overruns of a process: recorded from what the exporter shows of its cases.

They come as gauges, from every exporter that runs: the greatest is taken, so a second exporter
that says the same changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.names import OriginValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Service

__all__ = ["Shown", "process_rules", "shown_overruns"]

Shown = tuple["Metric", "Metric", dict[str, str]]
"""What is recorded, what it is recorded from, and the labels of both but for the origin."""


def process_rules(service: Service) -> Iterator[Recording]:
    """Yield the recordings of a service's process, in order of steps and windows."""
    for recorded, shown, labels in shown_overruns(service):
        there = {name: text for name, text in labels.items() if text}
        of = {**labels, names.ORIGIN: str(OriginValue.RECORDS)}
        yield Recording(metric=recorded, expr=f"max({series(shown, **there)})", labels=of)


def shown_overruns(service: Service) -> Iterator[Shown]:
    """Yield what is recorded of a service's process: series by series."""
    if service.process is None:
        return
    for window in service.process.windows:
        of = {names.SERVICE: service.name, names.WINDOW: window.label}
        yield names.PROCESS_OVERRUN, names.PROCESS_OVERRUN_SHOWN, of
        for step in service.followed:
            who = {**of, names.STEP: step.name, names.VENDOR: step.vendor}
            yield names.STEP_OVERRUN, names.STEP_OVERRUN_SHOWN, who
            for method in service.process.methods:
                shared = {**who, names.METHOD: method}
                yield names.OVERRUN_SHARE, names.OVERRUN_SHARE_SHOWN, shared
        for method in service.process.methods:
            nobody = {**of, names.METHOD: method}
            yield names.OVERRUN_UNATTRIBUTED, names.OVERRUN_UNATTRIBUTED_SHOWN, nobody
