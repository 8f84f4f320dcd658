"""Tests of a service's watermelon: each of its states from an SLA and an XLA that make it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import firing
from truegreen_definitions.emitters.rule_tests.case import Case, Check, Phase, count_up
from truegreen_definitions.emitters.rule_tests.counters import counters_of
from truegreen_definitions.emitters.rule_tests.record_cases import parts_in_state
from truegreen_definitions.emitters.rule_tests.signal_cases import events_per_step
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.watermelon import watermelon_windows
from truegreen_definitions.names import AlertName, StateValue, WatermelonValue
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Service

__all__ = ["watermelon_cases"]

STEPS = 4
InputSeries = tuple[tuple[str, str], ...]
_OK, _BREACHED = StateValue.OK, StateValue.BREACHED
_STATES = {
    WatermelonValue.GREEN: (_OK, _OK),
    WatermelonValue.WATERMELON: (_OK, _BREACHED),
    WatermelonValue.INVERSE: (_BREACHED, _OK),
    WatermelonValue.RED: (_BREACHED, _BREACHED),
}


def watermelon_cases(service: Service, promises: Sequence[Promise]) -> Iterator[Case]:
    """Yield the tests of the first window for which examples exist; none without one."""
    for window in watermelon_windows(promises):
        for sla, xla in _pairs(promises, window):
            cases = tuple(_cases(service, sla, xla, window))
            if cases:
                yield from cases
                return


def _pairs(promises: Sequence[Promise], window: str) -> Iterator[tuple[Promise, Promise]]:
    there = [one for one in promises if window in one.judged]
    for sla, xla in product(there, there):
        if (sla.agreement.kind, xla.agreement.kind) == ("sla", "xla"):
            yield sla, xla


def _cases(service: Service, sla: Promise, xla: Promise, window: str) -> Iterator[Case]:
    shown = {
        value: _together(_inputs(sla, window, sla_state), _inputs(xla, window, xla_state))
        for value, (sla_state, xla_state) in _STATES.items()
    }
    if all(shown.values()):
        for value, series_shown in shown.items():
            yield _case(service, window, value, series_shown)
        yield _case(service, window, WatermelonValue.UNKNOWN, ())


def _together(one: InputSeries, other: InputSeries) -> InputSeries:
    """Return the series of both; none if either has none or they contradict each other."""
    merged = {**dict(one), **dict(other)}
    fits = all(merged[name] == values for name, values in one)
    return tuple(merged.items()) if one and other and fits else ()


def _inputs(promise: Promise, window: str, value: StateValue) -> InputSeries:
    parts = promise.agreement.parts
    if isinstance(parts, Records):
        steady = parts_in_state(promise, window, value)
        return tuple((name, f"{shown}x{STEPS}") for name, shown in steady)
    if window != promise.policy.live_window:
        return ()
    events = events_per_step(promise)
    good, bad = (events, 0) if value is _OK else (0, events)
    return count_up(counters_of(parts), Phase(STEPS, good, bad))


def _case(service: Service, window: str, value: WatermelonValue, shown: InputSeries) -> Case:
    labels = {names.SERVICE: service.name, names.WINDOW: window}
    alerts = 1 if value is WatermelonValue.WATERMELON else None
    return Case(
        name=f"{service.name}: {value} over {window}",
        series=shown,
        checks=(
            Check(STEPS, f"sum({series(names.WATERMELON, **labels, state=value)})", 1),
            Check(STEPS, f"sum({series(names.WATERMELON, **labels)})", 1),
            Check(STEPS, firing(AlertName.WATERMELON, labels), alerts),
        ),
    )
