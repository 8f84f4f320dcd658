"""Whose overruns are, of runs and of histograms: the rule group of what Prometheus itself counts.

journey      The probe splits every run by itself; its counters of seconds are added up over
             journeys and locations. What is recorded is exact but for the extrapolation of
             `increase()`, which scales all parts of a run alike.
histogram    A step that neither a process nor a journey follows is known by its application's
             histogram alone. That knows no cases: what is above tolerated is estimated bucket by
             bucket, as if times lay evenly in each and at the last bound beyond it; the overrun of
             the service is the sum of its steps' and nothing quick is set against it. The label
             `origin="histogram"` says so.

Both are counted in five minutes, in the last whole day, and from these over a day and 30 days.
Where no run was counted in a window, there is no overrun of it either: absent, not 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import period_interval
from truegreen_definitions.emitters.rules.days import (
    LAST_DAY,
    TODAY,
    last_day,
    rolling_count,
    today,
)
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.promise import agreements_of
from truegreen_definitions.emitters.rules.rule import Group, Recording
from truegreen_definitions.emitters.rules.windows import gridded_count, raw_count
from truegreen_definitions.expressions.promql import WINDOW, selector
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import MethodValue, OriginValue, OverrunValue, RunValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import DAY_SECONDS, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan, Policy, Service, Step, Weighted

__all__ = ["Counted", "counted_of", "overrun_group", "steps_told", "told"]

DAY, MONTH = "1d", "30d"
_MOST_SECONDS = {DAY: DAY_SECONDS, MONTH: 30 * DAY_SECONDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One thing that is counted of overruns.

    Attributes:
        step: Empty for all of them, or for what is nobody's.
        counted: PromQL over `$window`, one value.
        weighted: What it is made of where a histogram tells it.
    """

    part: OverrunValue
    origin: OriginValue
    step: str
    vendor: str
    method: str
    counted: str
    weighted: tuple[Weighted, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Labels of its counts beside the service."""
        return {
            names.ORIGIN: self.origin,
            names.PART: self.part,
            names.STEP: self.step,
            names.VENDOR: self.vendor,
            names.METHOD: self.method,
        }


def overrun_group(plan: Plan, service: Service) -> tuple[Group, ...]:
    """Return the group of a service's overruns; none where nothing in Prometheus tells them."""
    found = tuple(counted_of(plan, service))
    if not found:
        return ()
    rules = [one for counted in found for one in _counts(service, counted, plan.policy)]
    for window in _MOST_SECONDS:
        rules += [one for counted in found for one in _over(service, counted, window, plan.policy)]
        rules += _wholes(service, found, window)
    return (
        Group(
            name=f"{service.name}/overruns",
            interval_seconds=period_interval(plan.policy),
            comment=f"{service.name}, {service.origin}: whose overruns are",
            rules=tuple(rules),
        ),
    )


def counted_of(plan: Plan, service: Service) -> Iterator[Counted]:
    """Yield what is counted of a service's overruns, runs before what is told of them."""
    journeys = plan.journeys_of(service.name)
    visited, timed = steps_told(plan, service)
    if journeys:
        methods = [one for one in MethodValue if any(one in of.methods for of in journeys)]
        yield from _of_runs(service, visited, methods)
    steps = {one.name: one for one in service.steps}
    for name, parts in timed.items():
        yield from _of_histogram(steps[name], parts)


def steps_told(plan: Plan, service: Service) -> tuple[frozenset[str], dict[str, Signal]]:
    """Return the steps that runs tell of, and those that only a histogram does, with its counts.

    Of several histograms of a step the first agreement's tells; the order is that of agreements.
    """
    journeys = plan.journeys_of(service.name)
    visited = frozenset(step.step for journey in journeys for step in journey.steps)
    followed = {step.name for step in service.followed}
    alone = {one.name for one in service.steps} - visited - followed
    timed: dict[str, Signal] = {}
    for agreement in agreements_of(plan, service):
        parts = agreement.parts
        if isinstance(parts, Signal) and parts.excess and agreement.step in alone:
            timed.setdefault(agreement.step, parts)
    return visited, timed


def _of_runs(
    service: Service, visited: frozenset[str], methods: list[MethodValue]
) -> Iterator[Counted]:
    of = {names.SERVICE: service.name}
    runs = OverrunValue.RUNS
    yield _of_run(runs, _increase(names.RUNS, **of))
    yield _of_run(OverrunValue.OVER, _increase(names.RUNS, **of, state=RunValue.OVER))
    yield _of_run(OverrunValue.WHOLE, _increase(names.RUN_OVERRUN, **of))
    steps = [step for step in service.steps if step.name in visited]
    for step in steps:
        late = _increase(names.RUN_STEP_OVERRUN, **of, step=step.name)
        yield _of_run(OverrunValue.STEP, late, step)
    for method in methods:
        for one in (*steps, None):
            told = {**of, names.STEP: one.name if one else "", names.METHOD: str(method)}
            share = _increase(names.RUN_OVERRUN_SHARE, **told)
            if method is MethodValue.SHAPLEY and one:
                share = f"{share} - {_increase(names.RUN_OVERRUN_CREDIT, **told)}"
            yield _of_run(OverrunValue.SHARE if one else OverrunValue.NOBODY, share, one, method)


def _of_run(
    part: OverrunValue, counted: str, step: Step | None = None, method: str = ""
) -> Counted:
    return Counted(
        part=part,
        origin=OriginValue.JOURNEY,
        step=step.name if step else "",
        vendor=step.vendor if step else "",
        method=str(method),
        counted=counted,
    )


def _of_histogram(step: Step, parts: Signal) -> Iterator[Counted]:
    estimate = "\n".join(f"{number_text(one.weight)} * {one.counted}\n+" for one in parts.excess)
    for part, counted, weighted in (
        (OverrunValue.RUNS, parts.total, ()),
        (OverrunValue.STEP, f"clamp_min({estimate.removesuffix('+').strip()}, 0)", parts.excess),
    ):
        yield Counted(
            part=part,
            origin=OriginValue.HISTOGRAM,
            step=step.name,
            vendor=step.vendor,
            method="",
            counted=counted,
            weighted=weighted,
        )


def _increase(metric: Metric, **labels: str) -> str:
    return f"sum(increase({selector(metric.name, labels)}[{WINDOW}]))"


def _base(service: Service, one: Counted) -> str:
    return series(names.OVERRUN_5M, service=service.name, **one.labels)


def _counts(service: Service, one: Counted, policy: Policy) -> Iterator[Recording]:
    labels = {names.SERVICE: service.name, **one.labels}
    counted = raw_count(one.counted, GRID_SECONDS, policy)
    yield Recording(metric=names.OVERRUN_5M, expr=counted, labels=labels)
    for window, by_day in ((LAST_DAY, last_day), (TODAY, today)):
        expr = by_day(_base(service, one), policy)
        of_day = {**labels, names.WINDOW: window}
        yield Recording(metric=names.OVERRUN_SUM, expr=expr, labels=of_day)


def told(service: Service, one: Counted, window: str) -> tuple[Metric, dict[str, str]]:
    """Return the series that says over a window what is counted."""
    labels = {names.SERVICE: service.name, names.ORIGIN: str(one.origin), names.WINDOW: window}
    step = {names.STEP: one.step, names.VENDOR: one.vendor}
    if one.part in (OverrunValue.RUNS, OverrunValue.OVER):
        return names.OVERRUN_RUNS, {**labels, names.PART: str(one.part), names.STEP: one.step}
    if one.part is OverrunValue.WHOLE:
        return names.PROCESS_OVERRUN, labels
    if one.part is OverrunValue.STEP:
        return names.STEP_OVERRUN, {**labels, **step}
    if one.part is OverrunValue.SHARE:
        return names.OVERRUN_SHARE, {**labels, **step, names.METHOD: one.method}
    return names.OVERRUN_UNATTRIBUTED, {**labels, names.METHOD: one.method}


def _over(service: Service, one: Counted, window: str, policy: Policy) -> Iterator[Recording]:
    metric, labels = told(service, one, window)
    base = _base(service, one)
    if window == DAY:
        expr = f"sum({gridded_count(base, DAY_SECONDS, policy)})"
    else:
        whole, so_far = (
            series(names.OVERRUN_SUM, service=service.name, window=by_day, **one.labels)
            for by_day in (LAST_DAY, TODAY)
        )
        expr = rolling_count(whole, so_far, _MOST_SECONDS[window], policy)
    if metric is names.OVERRUN_RUNS:
        yield Recording(metric=metric, expr=f"(\n{expr}\n) > 0", labels=labels)
        return
    runs = _runs(service, one, window)
    yield Recording(metric=metric, expr=f"(\n{expr}\n)\nand on () {runs}", labels=labels)


def _runs(service: Service, one: Counted, window: str) -> str:
    step = one.step if one.origin is OriginValue.HISTOGRAM else ""
    return series(
        names.OVERRUN_RUNS,
        **{
            names.SERVICE: service.name,
            names.ORIGIN: str(one.origin),
            names.PART: str(OverrunValue.RUNS),
            names.STEP: step,
            names.WINDOW: window,
        },
    )


def _wholes(service: Service, found: tuple[Counted, ...], window: str) -> Iterator[Recording]:
    """Yield what histograms come to together: each step's share is what it is above tolerated."""
    of = {names.SERVICE: service.name, names.ORIGIN: str(OriginValue.HISTOGRAM)}
    of[names.WINDOW] = window
    late = [one for one in found if one.part is OverrunValue.STEP and one.weighted]
    for one in late:
        step = {names.STEP: one.step, names.VENDOR: one.vendor}
        expr = series(names.STEP_OVERRUN, **of, step=one.step)
        shared = {**of, **step, names.METHOD: str(MethodValue.PROPORTIONAL)}
        yield Recording(metric=names.OVERRUN_SHARE, expr=expr, labels=shared)
    if late:
        whole = f"sum({series(names.STEP_OVERRUN, **of)})"
        yield Recording(metric=names.PROCESS_OVERRUN, expr=whole, labels=of)
