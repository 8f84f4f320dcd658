"""The probes, or the events, of a window can decide its promise.

agreement/undecidable (warning)
-------------------------------
A window has too few probes, or events, to decide its promise.

Probes are a sample, be it visits of a step or runs of a journey, and a sample meets its objective
when the lower bound of its interval does. Even if no probe ever fails, that takes
`z^2 x objective / (1 - objective)` probes: 381 for 99 %, 3,838 for 99.9 %. With fewer the agreement
stays undecided for ever, however well the service works.
Answers of some (`sampling: sample`) are a sample, too, where `events_per_day` says how many come.

Of events that are all counted, one alone breaks the promise where the window's budget is less than
one: `1 / (1 - objective)` events make it one, 1,000 for 99.9 %. That is known where
`events_per_day` says how many are expected.

Source: Wilson's score interval at 95 % (z = 1.96); its lower bound is n / (n + z^2) with n of n
good.

Mend: probe more often or from more locations, take a longer window, or promise less.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      xlas:
        - name: pay-felt
          indicator: {kind: latency, step: pay, source: journey}
          objective: 99%
          window: 1d
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 1m
      locations: [fra]
      target: https://shop.example.org
      steps: [{step: pay, request: {post: /pay}}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]
      xlas:
        - name: pay-felt
          indicator: {kind: latency, step: pay, source: journey}
          objective: 99%
          window: 1d
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 10m
      locations: [fra]
      target: https://shop.example.org
      steps: [{step: pay, request: {post: /pay}}]
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.catalog.measured import measured_by
from truegreen_definitions.checks.check import Check
from truegreen_definitions.models.indicator import JourneyIndicator, LatencyIndicator
from truegreen_definitions.models.rows import RecordsIndicator
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.models.journey import JourneySpec
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.units import Window

__all__ = ["CHECK"]

UNDECIDABLE = "agreement/undecidable"
Z_SQUARED = Decimal("3.8416")
DAY = 86_400
_SHORTEST_DAYS = {"week": 7, "month": 28, "quarter": 90, "year": 365}


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every objective that a window has too few probes or events for."""
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            objective, seconds = agreement.objective, _seconds(agreement.window)
            if not isinstance(objective, Decimal) or not 0 < objective < 1 or not seconds:
                continue
            rate = _probes_a_second(catalog, service.name, agreement)
            said = (
                _too_few_probes(agreement, objective, rate, seconds)
                if rate
                else _too_few_events(catalog, agreement, objective, seconds)
            )
            if said:
                message, hint = said
                place = ("spec", section, index, "objective")
                yield service.problem(
                    UNDECIDABLE, message, *place, hint=hint, severity=Severity.WARNING
                )


def _too_few_probes(
    agreement: Agreement, objective: Decimal, rate: Decimal, seconds: int
) -> tuple[str, str] | None:
    """Return what is wrong and what to do about it; None where there are probes enough."""
    probes, needed = int(rate * seconds), _for_a_sample(objective)
    if probes >= needed:
        return None
    message = (
        f"{probes:,} probes in {agreement.window.label} cannot show "
        f"{number_text(objective * 100)}%, even if none fails: that takes {needed:,}"
    )
    every = duration_label(Decimal(int(seconds / needed)) or Decimal(1))
    return message, (f"let a probe come at least every {every}, or promise it over a longer window")


def _too_few_events(
    catalog: Catalog, agreement: Agreement, objective: Decimal, seconds: int
) -> tuple[str, str] | None:
    """Return the same of the events that are expected, where the definition says how many."""
    if agreement.events_per_day is None:
        return None
    events = agreement.events_per_day * seconds // DAY
    indicator = measured_by(catalog, agreement)
    sample = isinstance(indicator, RecordsIndicator) and indicator.sampling == "sample"
    needed = _for_a_sample(objective) if sample else _whole(1 / (1 - objective))
    if events >= needed:
        return None
    label, promised = agreement.window.label, f"{number_text(objective * 100)}%"
    message = (
        f"{events:,} answers in {label} cannot show {promised}, even if all are good"
        if sample
        else f"{events:,} events in {label} are too few for {promised}, which one bad one breaks"
    )
    least = _whole(needed * DAY / Decimal(seconds))
    return f"{message}: it takes {needed:,}", (
        f"promise it over a longer window, or promise less; {least:,} a day would do"
    )


def _for_a_sample(objective: Decimal) -> int:
    return _whole(Z_SQUARED * objective / (1 - objective))


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_CEILING))


def _probes_a_second(catalog: Catalog, service: str, agreement: Agreement) -> Decimal:
    """Return how often journeys try what an agreement is about; 0 when none measures it."""
    indicator = measured_by(catalog, agreement)
    if isinstance(indicator, JourneyIndicator):
        journey = catalog.journeys.get(indicator.journey)
        return _runs_a_second(journey.model.spec) if journey else Decimal(0)
    if not isinstance(indicator, LatencyIndicator) or indicator.source != "journey":
        return Decimal(0)
    specs = (journey.model.spec for journey in catalog.journeys_of.get(service, ()))
    return sum(
        (
            _runs_a_second(spec) * sum(visit.step == indicator.step for visit in spec.steps)
            for spec in specs
        ),
        Decimal(0),
    )


def _runs_a_second(spec: JourneySpec) -> Decimal:
    return len(spec.locations) / spec.interval


def _seconds(window: Window) -> int:
    """Return a window's length, of a calendar period the shortest it can have; 0 for `all`."""
    return window.seconds or _SHORTEST_DAYS.get(window.unit, 0) * DAY


CHECK = Check((UNDECIDABLE,), check)
