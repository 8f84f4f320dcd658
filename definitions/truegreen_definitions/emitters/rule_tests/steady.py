"""What an agreement is shown while things go on as usual, and what is counted of it.

For cases that are about something else than the counting: the same for every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.case import Layer, timeline
from truegreen_definitions.emitters.rule_tests.composed import shown_met
from truegreen_definitions.emitters.rule_tests.counters import Counter, counters_of
from truegreen_definitions.emitters.rule_tests.counting import Phase, count_up
from truegreen_definitions.emitters.rule_tests.slice_counts import condition_of
from truegreen_definitions.emitters.rule_tests.sums import sums_of
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rule_tests.case import SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["STEP", "Steady", "steady"]

STEP = 15  # seconds
GOOD, BAD = 30, 10  # events a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """What goes on evenly.

    Attributes:
        layer: In which it is counted.
        series: Input, a value every `STEP`.
        good: What is good in five minutes.
        total: What counts in five minutes.
    """

    layer: Layer
    series: tuple[SeriesValues, ...]
    good: Decimal
    total: Decimal


def steady(promise: Promise, seconds: int) -> Steady | None:
    """Return what a signal is shown for so long; None where there is no example of it."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal):
        return None
    steps = seconds // STEP
    if parts.slice_seconds:
        return _slices(promise, parts, steps)
    if counters := counters_of(parts):
        phases = (Phase(steps, GOOD, BAD),)
        good, total = (Decimal(GRID_SECONDS // STEP * events) for events in (GOOD, GOOD + BAD))
        return Steady(layer=Layer.COUNTS, series=count_up(counters, phases), good=good, total=total)
    return _sums(promise, steps)


def _slices(promise: Promise, parts: Signal, steps: int) -> Steady | None:
    if parts.components:
        shown = shown_met(promise, steps + 1)
        return Steady(layer=Layer.COMPOSITE, series=shown, good=Decimal(1), total=Decimal(1))
    condition = condition_of(parts)
    if condition is None:
        return None
    held = timeline(condition.series, [condition.good] * (steps + 1))
    every = Decimal(GRID_SECONDS // parts.slice_seconds)
    return Steady(layer=Layer.COUNTS, series=(held,), good=every, total=every)


def _sums(promise: Promise, steps: int) -> Steady | None:
    sums = sums_of(promise)
    if sums is None or sums.ago_seconds:
        return None
    good = total = Decimal(0)
    shown: list[SeriesValues] = []
    for one, events in zip(sums.examples, sums.usual, strict=True):
        shown += count_up((Counter(one.series, good=True, bad=False),), (Phase(steps, events, 0),))
        good += GRID_SECONDS // STEP * events * one.good
        total += GRID_SECONDS // STEP * events * one.total
    return Steady(layer=Layer.COUNTS, series=tuple(shown), good=good, total=total)
