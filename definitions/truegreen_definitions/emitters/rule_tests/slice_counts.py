"""Counts of time slices from the gauge of their condition: good, bad, and none where it is gone.

Understood is a selector compared with a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import alert, alert_labels, value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import silence_seconds
from truegreen_definitions.expressions.promql_conditions import compared
from truegreen_definitions.grid import GRID_SECONDS, UNLAGGED_SECONDS
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["Condition", "condition_of", "slice_cases"]

WELL, BROKEN = UNLAGGED_SECONDS, 2 * GRID_SECONDS
_GOOD_AND_BAD = {  # what is added to the bound
    "==": (0, 1),
    "!=": (1, 0),
    ">=": (0, -1),
    "<=": (0, 1),
    ">": (1, 0),
    "<": (-1, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """An example of what a slice asks for: a series, and values that are good and bad."""

    series: str
    good: Decimal
    bad: Decimal


def condition_of(parts: Signal) -> Condition | None:
    """Return the condition of slices; None where it is not understood."""
    found = compared(parts.good.removeprefix("sum_over_time("))
    if found is None:
        return None
    good, bad = (Decimal(found.bound) + added for added in _GOOD_AND_BAD[found.sign])
    name = found.selector.replace("=~", "=").replace("!~", "=")
    return Condition(series=name, good=good, bad=bad)


def slice_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement over time slices whose condition has an example."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal) or not parts.slice_seconds:
        return
    found = condition_of(parts)
    if found is None:
        return
    step, gone = parts.slice_seconds, _gone(promise)
    held, broken = [found.good] * (WELL // step + 1), [found.bad] * (BROKEN // step)
    values = [*held, *broken, *[None] * (gone // step)]
    agreement = promise.agreement
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="slices are counted while a condition holds, does not hold, and is not known",
        layer=Layer.COUNTS,
        step_seconds=step,
        series=(timeline(found.series, values),),
        checks=tuple(_checks(promise, step)),
    )


def _gone(promise: Promise) -> int:
    """Return seconds on the grid after which silence has been told."""
    return 3 * GRID_SECONDS + -(-silence_seconds(promise) // GRID_SECONDS) * GRID_SECONDS


def _checks(promise: Promise, step: int) -> Iterator[Check]:
    severity = promise.agreement.alerting.severity("absent", promise.policy.burn[0].severity)
    told = alert_labels(promise, severity)
    for at in (WELL, WELL + BROKEN):
        yield from _counted(promise, step, at)
    if severity:
        yield alert(WELL + BROKEN, AlertName.ABSENT, told, fires=False)
        yield alert(WELL + BROKEN + _gone(promise), AlertName.ABSENT, told, fires=True)


def _counted(promise: Promise, step: int, at: int) -> Iterator[Check]:
    for metric, counts_bad in ((names.GOOD_5M, False), (names.TOTAL_5M, True)):
        events = _slices(step, at, GRID_SECONDS, counts_bad=counts_bad)
        yield value_of(at, promise, metric, Decimal(events))
    for one in promise.burn_windows(lagging=False):
        for metric, counts_bad in ((names.GOOD_SUM, False), (names.TOTAL_SUM, True)):
            events = _slices(step, at, one.window.seconds, counts_bad=counts_bad)
            yield value_of(at, promise, metric, Decimal(events), window=one.label)


def _slices(step: int, at: int, seconds: int, *, counts_bad: bool) -> int:
    """Return the slices that end in the last `seconds`: all, or those of the good time."""
    last = at if counts_bad else min(at, WELL)
    return sum(one <= last for one in range(at, at - seconds, -step))
