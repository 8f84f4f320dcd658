"""Overruns of runs and of histograms: counted in five minutes, over a day, and over 30 days.

Every series counts at a pace of its own, so one that is taken for another is found. A day's record
and the counts of five minutes are given apart for the window of 30 days: what a whole day counted,
and what of today and of the first day is counted beside it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value
from truegreen_definitions.emitters.rule_tests.case import Case, Check, Layer, timeline
from truegreen_definitions.emitters.rule_tests.counters import example, matches
from truegreen_definitions.emitters.rules.days import LAST_DAY, TODAY
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.overruns import DAY, MONTH, counted_of, told
from truegreen_definitions.expressions.promql import plain_counter, selector
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import MethodValue, OriginValue, OverrunValue
from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rule_tests.case import SeriesValues
    from truegreen_definitions.emitters.rules.overruns import Counted
    from truegreen_definitions.plan import Plan, Service

__all__ = ["overrun_cases"]

_Example = tuple[str, tuple[tuple[str, str], ...]]
"""A counter: its metric and labels."""

MINUTE = 60
STEPS = GRID_SECONDS // MINUTE
A_DAY = DAY_SECONDS // GRID_SECONDS


def overrun_cases(plan: Plan, service: Service) -> Iterator[Case]:
    """Yield the tests of a service's overruns, as far as Prometheus itself tells them."""
    found = tuple(counted_of(plan, service))
    if not found:
        return
    counters = _counters(found)
    if counters is not None:
        yield _counts(service, found, counters)
    yield _day(service, found)
    yield _month(service, found)
    yield _none(service, found)


def _case(
    service: Service, claim: str, layer: Layer, shown: Sequence[SeriesValues], checks: list[Check]
) -> Case:
    return Case(
        about=service.name,
        origin=service.origin,
        claim=claim,
        layer=layer,
        step_seconds=MINUTE if layer is Layer.COUNTS else GRID_SECONDS,
        series=tuple(shown),
        checks=tuple(checks),
    )


def _counters(found: Sequence[Counted]) -> dict[_Example, int] | None:
    """Return example counters and what each counts in a minute; None where there are none."""
    paces: dict[_Example, int] = {}
    for text in _rising(found):
        plain = plain_counter(text)
        labels = example(plain[1]) if plain else None
        if plain is None or labels is None:
            return None
        paces.setdefault((plain[0], tuple(sorted(labels.items()))), len(paces) + 1)
    return paces


def _parts(one: Counted) -> list[str]:
    if one.weighted:
        return [weighted.counted for weighted in one.weighted]
    return one.counted.split(" - ")


def _rising(found: Sequence[Counted]) -> Iterator[str]:
    """Yield all parts, buckets first: one that counted more than all together would leave 0."""
    for one in found:
        yield from _parts(one)[1:] if one.weighted else ()
    for one in found:
        yield from _parts(one)


def _counts(service: Service, found: Sequence[Counted], paces: Mapping[_Example, int]) -> Case:
    minutes = 3 * STEPS
    shown = [
        timeline(selector(name, dict(labels)), [pace * minute for minute in range(minutes + 1)])
        for (name, labels), pace in paces.items()
    ]
    checks = []
    for one in found:
        labels = {names.SERVICE: service.name, **one.labels}
        checks.append(value(minutes * MINUTE, names.OVERRUN_5M, labels, _expected(one, paces)))
    claim = "every part of an overrun is counted, and taken for no other"
    return _case(service, claim, Layer.COUNTS, shown, checks)


def _expected(one: Counted, paces: Mapping[_Example, int]) -> Decimal:
    seen = [Decimal(_pace(text, paces) * STEPS) for text in _parts(one)]
    if not one.weighted:
        return seen[0] - sum(seen[1:], Decimal(0))
    weights = (weighted.weight for weighted in one.weighted)
    return max(sum((w * n for w, n in zip(weights, seen, strict=True)), Decimal(0)), Decimal(0))


def _pace(text: str, paces: Mapping[_Example, int]) -> int:
    """Return what all example counters together count that an expression chooses."""
    name, matchers = plain_counter(text) or ("", ())
    return sum(
        pace
        for (metric, labels), pace in paces.items()
        if metric == name and matches(dict(labels), matchers)
    )


def _day(service: Service, found: Sequence[Counted]) -> Case:
    """Ask when every five minutes of two days have counted alike."""
    at = _moment(Layer.WINDOWS, 2)
    shown, checks = [], []
    for place, one in enumerate(found, start=1):
        labels = {names.SERVICE: service.name, **one.labels}
        base = series(names.OVERRUN_5M, **_there(labels))
        shown.append(timeline(base, [place] * (at // GRID_SECONDS + 1)))
        whole = Decimal(place * A_DAY)
        so_far = Decimal(place * (at % DAY_SECONDS // GRID_SECONDS))
        for window, counted in ((LAST_DAY, whole), (TODAY, so_far)):
            of_day = {**labels, names.WINDOW: window}
            checks.append(value(at, names.OVERRUN_SUM, of_day, counted))
        metric, of = told(service, one, DAY)
        checks.append(value(at, metric, of, whole))
    checks += _wholes(service, found, DAY, at, A_DAY)
    claim = "a day of overruns is that of its five minutes"
    return _case(service, claim, Layer.WINDOWS, shown, checks)


def _month(service: Service, found: Sequence[Counted]) -> Case:
    """Ask when each day before has counted alike, and today more than the first day had."""
    days = int(MONTH.removesuffix("d"))
    at = _moment(Layer.DAYS, days + 2)
    steps = at // GRID_SECONDS + 1
    shown, checks = [], []
    for place, one in enumerate(found, start=1):
        labels = {names.SERVICE: service.name, **one.labels}
        so_far = [place * (step // A_DAY) for step in range(steps)]
        for window, counted in ((LAST_DAY, [place] * steps), (TODAY, so_far)):
            day = series(names.OVERRUN_SUM, **_there({**labels, names.WINDOW: window}))
            shown.append(timeline(day, counted))
        metric, of = told(service, one, MONTH)
        checks.append(value(at, metric, of, Decimal(place * days * 2)))
    checks += _wholes(service, found, MONTH, at, days * 2)
    claim = "30 days of overruns are those of their days"
    return _case(service, claim, Layer.DAYS, shown, checks)


def _none(service: Service, found: Sequence[Counted]) -> Case:
    """Ask when nothing was counted for a day: there was no run, and so no overrun."""
    at = _moment(Layer.WINDOWS, 2)
    shown, checks = [], []
    for one in found:
        labels = {names.SERVICE: service.name, **one.labels}
        shown.append(
            timeline(series(names.OVERRUN_5M, **_there(labels)), [0] * (at // GRID_SECONDS + 1))
        )
        metric, of = told(service, one, DAY)
        checks.append(Check(at, series(metric, **_there(of))))
    claim = "without a run there is no overrun, not even of 0"
    return _case(service, claim, Layer.WINDOWS, shown, checks)


def _wholes(
    service: Service, found: Sequence[Counted], window: str, at: int, times: int
) -> Iterator[Check]:
    """Yield the shares of steps that histograms tell, and what they are together."""
    whole, of = 0, {names.SERVICE: service.name, names.ORIGIN: str(OriginValue.HISTOGRAM)}
    of[names.WINDOW] = window
    for place, one in enumerate(found, start=1):
        if one.part is OverrunValue.STEP and one.weighted:
            whole += place * times
            step = {names.STEP: one.step, names.VENDOR: one.vendor}
            shared = {**of, **step, names.METHOD: str(MethodValue.PROPORTIONAL)}
            yield value(at, names.OVERRUN_SHARE, shared, Decimal(place * times))
    if whole:
        yield value(at, names.PROCESS_OVERRUN, of, Decimal(whole))


def _there(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in labels.items() if text}


def _moment(layer: Layer, days: int) -> int:
    """Return a moment at which a layer is evaluated, with so many whole days behind it."""
    every = layer.evaluation_seconds
    first = -(-(days * DAY_SECONDS) // every)
    early = (n * every for n in range(first, first + A_DAY))
    return next(at for at in early if at % DAY_SECONDS >= GRID_SECONDS)
