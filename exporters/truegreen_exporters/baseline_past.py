"""What past windows of promises held: records by the exporter's state file, signals by Prometheus.

A window in the past is looked at as it is known now, as rows and samples have it today.
"""

from __future__ import annotations

import json
import math
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from truegreen_definitions import names
from truegreen_definitions.errors import TerminalError
from truegreen_exporters.asked import questions
from truegreen_exporters.baseline import past_spans
from truegreen_exporters.reading.reader import open_reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from truegreen_definitions.plan import Agreement, Plan, Step
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.reading.reader import Reader

__all__ = ["Counts", "StepPast", "ThresholdLevel", "past_records", "past_signals", "past_steps"]

_ANSWER_SECONDS = 30.0

ThresholdLevel: TypeAlias = Literal["satisfied", "tolerated"]
Counts: TypeAlias = list[tuple[float, float]]
"""(good, total) of each past window that is known."""


def past_records(
    loaded: LoadedPlan, state: Path, wanted: Collection[str], at: datetime, windows: int
) -> tuple[dict[str, Counts], dict[str, list[float]]]:
    """Return what records say, by id: counts of agreements, and values of promised measures.

    Args:
        loaded: The plan.
        state: The state file.
        wanted: Ids of agreements and measures.
        at: The moment it is seen from.
        windows: How many past windows are looked at.

    Raises:
        TerminalError: The file cannot be read, or the exporter that holds it has another plan.
    """
    seen = {"at": at.isoformat(), "windows": str(windows)}
    with open_reader(state, loaded) as reader:
        counts = {
            agreement.id: _counts(reader, agreement.id, seen)
            for agreement, _ in questions(loaded.plan)
            if agreement.id in wanted
        }
        values = {
            one.id: _values(reader, one.id, seen)
            for one in loaded.plan.measurements
            if one.bound is not None and one.id in wanted
        }
    return counts, values


def _counts(reader: Reader, agreement: str, seen: dict[str, str]) -> Counts:
    found = reader.ask("past", {"agreement": agreement, **seen})["counts"]
    return [(good, total) for good, total in found]


def _values(reader: Reader, measure: str, seen: dict[str, str]) -> list[float]:
    found = reader.ask("past_values", {"measure": measure, **seen})["values"]
    return [value for value in found if value is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPast:
    """What the cases of a step stayed within.

    Attributes:
        step: The step, with its present thresholds.
        window: Label of the windows.
        satisfied: Seconds of each window that had a case; endless where that is open.
        tolerated: The same, of the greater share.
    """

    service: str
    step: Step
    window: str
    satisfied: tuple[float, ...]
    tolerated: tuple[float, ...]

    @property
    def id(self) -> str:
        """What it is called."""
        return f"{self.service}/{self.step.name}"


def past_steps(
    loaded: LoadedPlan,
    state: Path,
    wanted: Collection[str],
    at: datetime,
    *,
    windows: int,
    shares: tuple[float, float],
) -> Iterator[StepPast]:
    """Yield what records say of the steps of processes that have thresholds.

    Args:
        loaded: The plan.
        state: The state file.
        wanted: Ids of steps.
        at: The moment it is seen from.
        windows: How many past windows are looked at.
        shares: Of a window's cases that a step is to satisfy, and to be tolerated by.

    Raises:
        TerminalError: The file cannot be read, or the exporter that holds it has another plan.
    """
    seen = {"at": at.isoformat(), "windows": str(windows)}
    seen |= {"satisfied": repr(shares[0]), "tolerated": repr(shares[1])}
    with open_reader(state, loaded) as reader:
        for service in loaded.plan.services:
            steps = [one for one in service.followed if f"{service.name}/{one.name}" in wanted]
            if service.process is None or not steps:
                continue
            found = reader.ask("past_times", {"service": service.name, **seen})
            for step in steps:
                pairs = found["steps"].get(step.name, ())
                satisfied, tolerated = (
                    tuple(_seconds(pair[n]) for pair in pairs if pair[n] is not None)
                    for n in (0, 1)
                )
                yield StepPast(
                    service=service.name,
                    step=step,
                    window=found["window"],
                    satisfied=satisfied,
                    tolerated=tolerated,
                )


def _seconds(told: float | str) -> float:
    return math.inf if told == "endless" else float(told)


def past_signals(
    plan: Plan, server: str, wanted: Collection[str], at: datetime, windows: int
) -> Iterator[tuple[str, Counts]]:
    """Yield id and counts of the agreements that Prometheus has.

    Args:
        plan: The plan.
        server: Address of Prometheus.
        wanted: Ids of agreements.
        at: The moment it is seen from.
        windows: How many past windows are looked at.

    Raises:
        TerminalError: Prometheus does not answer.
    """
    for agreement in plan.agreements:
        if agreement.id not in wanted:
            continue
        zone = plan.service(agreement.service).zone
        counts = []
        for _, end in past_spans(agreement.window, at, zone, windows):
            good, total = (
                _sum(server, metric.name, agreement, end)
                for metric in (names.GOOD_SUM, names.TOTAL_SUM)
            )
            if good is not None and total is not None:
                counts.append((good, total))
        yield agreement.id, counts


def _sum(server: str, name: str, agreement: Agreement, end: datetime) -> float | None:
    """Return a recorded sum just before a window's end; None where there is no such sample."""
    labels = {
        names.SERVICE: agreement.service,
        names.AGREEMENT: agreement.name,
        names.WINDOW: agreement.window.label,
    }
    matchers = ",".join(f"{key}={json.dumps(value)}" for key, value in labels.items())
    query = {"query": f"{name}{{{matchers}}}", "time": f"{end.timestamp() - 1:.3f}"}
    url = f"{server.rstrip('/')}/api/v1/query?{urllib.parse.urlencode(query)}"
    if not url.startswith(("http://", "https://")):
        raise TerminalError(f"{server} is no address of a server: write http://HOST:PORT")
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310  checked
            result = json.load(answer)["data"]["result"]
    except (OSError, ValueError, KeyError) as error:
        raise TerminalError(f"Prometheus at {server} does not answer: {error}") from error
    return float(result[0]["value"][1]) if result else None
