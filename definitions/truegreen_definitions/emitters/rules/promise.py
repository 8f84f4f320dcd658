"""An agreement with what its rules need to know beside it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.cadence import unlagged
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.plan import HttpRead, PrometheusRead, Signal, SqlRead
from truegreen_definitions.units import duration_label, number_text, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import (
        Agreement,
        Bound,
        CountedWindow,
        Measurement,
        Plan,
        Policy,
        Records,
        Service,
        Source,
        Values,
    )

    Parts: TypeAlias = Records | Signal | Values

__all__ = [
    "Promise",
    "Promised",
    "ValuePromise",
    "agreements_of",
    "every_seconds",
    "promises_of",
    "value_promises_of",
]

_AFTER_SLASH = chr(ord("/") + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What is promised, its service, and the policy: of a share of good, or of a value.

    Attributes:
        sources: Names of the sources of its table; none for signals.
        every_seconds: How often each of them is read; 0 for one that is read in every cycle.
    """

    agreement: Agreement | Measurement
    service: Service
    policy: Policy
    sources: tuple[str, ...]
    every_seconds: tuple[float, ...]

    @property
    def labels(self) -> dict[str, str]:
        """Labels of every series of the agreement."""
        one = self.agreement
        return {names.SERVICE: one.service, names.AGREEMENT: one.name, names.KIND: one.kind}

    @property
    def window(self) -> str:
        """The label of the window it is promised over."""
        return self.agreement.window.label

    @property
    def judged(self) -> tuple[str, ...]:
        """Labels of the windows over which it has a state, its own first."""
        return tuple(one.label for one in self.agreement.windows if one.judged)

    @property
    def origin(self) -> str:
        """Identity and place: `order-to-cash/csat, order-to-cash.yaml:12`."""
        return f"{self.agreement.id}, {self.agreement.origin}"

    def series(self, metric: Metric, **labels: str) -> str:
        """Return the selector of the agreement's one series with these further labels."""
        one = self.agreement
        return series(metric, service=one.service, agreement=one.name, **labels)

    def record(self, metric: Metric, expr: str, **labels: str) -> Recording:
        """Return the rule that records a series of the agreement."""
        return Recording(metric=metric, expr=expr, labels={**self.labels, **labels})


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise(Promised):
    """An agreement about a share of good.

    Attributes:
        components: The agreements that a composite is made of, in its order; else none.
    """

    agreement: Agreement
    components: tuple[Agreement, ...] = ()

    @property
    def budget(self) -> str:
        """The share that may be bad, as a number."""
        return number_text(self.agreement.budget)

    def burn_windows(self, *, lagging: bool) -> tuple[CountedWindow, ...]:
        """Return the windows of burn rates that are counted on the grid, or all others."""
        return tuple(
            one
            for one in self.agreement.windows
            if one.burns and unlagged(self.policy, one.window) is not lagging
        )

    @property
    def words(self) -> str:
        """The promise in words: `99.9% over 30d`."""
        return f"{percent(self.agreement.objective)} over {self.window}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuePromise(Promised):
    """An agreement about a value.

    Attributes:
        bound: What is promised of it.
    """

    agreement: Measurement
    bound: Bound

    @property
    def words(self) -> str:
        """The promise in words: `at most 3d over month`."""
        parts, target = self.agreement.parts, self.bound.target
        timed = parts.unit == "seconds"
        amount = duration_label(target) if timed else f"{number_text(target)} {parts.unit}".rstrip()
        return f"{self.bound.direction.replace('_', ' ')} {amount} over {self.window}"


def agreements_of(plan: Plan, service: Service) -> tuple[Agreement, ...]:
    """Return the agreements of a service, in the order of the plan.

    That order is by id, `service/name`, so those of a service stand together and are found
    without a look at all the others.
    """
    by_id = attrgetter("id")
    first = bisect_left(plan.agreements, f"{service.name}/", key=by_id)
    end = bisect_left(plan.agreements, f"{service.name}{_AFTER_SLASH}", key=by_id)
    return plan.agreements[first:end]


def promises_of(plan: Plan, service: Service) -> tuple[Promise, ...]:
    """Return the promises of a service, in the order of the plan."""
    agreements = agreements_of(plan, service)
    return tuple(
        Promise(
            agreement=agreement,
            service=service,
            policy=plan.policy,
            sources=tuple(one.name for one in sources),
            every_seconds=tuple(map(every_seconds, sources)),
            components=_components(agreements, agreement),
        )
        for agreement in agreements
        for sources in (_sources(plan, agreement.parts),)
    )


def _sources(plan: Plan, parts: Parts) -> tuple[Source, ...]:
    if isinstance(parts, Signal):
        return ()
    return tuple(source for source in plan.sources if source.table == parts.table)


def every_seconds(source: Source) -> float:
    """Return how often a source is read; 0 for one that is read in every cycle."""
    read = source.read
    return read.every_seconds if isinstance(read, SqlRead | HttpRead | PrometheusRead) else 0.0


def _components(of_service: Iterable[Agreement], agreement: Agreement) -> tuple[Agreement, ...]:
    parts = agreement.parts
    if not isinstance(parts, Signal) or not parts.components:
        return ()
    by_name = {one.name: one for one in of_service}
    return tuple(by_name[one.agreement] for one in parts.components)


def value_promises_of(plan: Plan, service: Service) -> tuple[ValuePromise, ...]:
    """Return the agreements about values of a service, in the order of the plan."""
    return tuple(
        ValuePromise(
            agreement=one,
            bound=one.bound,
            service=service,
            policy=plan.policy,
            sources=tuple(source.name for source in sources),
            every_seconds=tuple(map(every_seconds, sources)),
        )
        for one in plan.measurements
        if one.service == service.name and one.bound is not None
        for sources in (_sources(plan, one.parts),)
    )
