"""A process can be judged: its steps have thresholds, and its target leaves room for them.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, ordered_at: timestamp,
                                paid_at: timestamp, invoiced_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps:
        - {name: pay, latency: {satisfied: 1m, tolerated: 10m}}
        - {name: invoice, latency: {satisfied: 4h, tolerated: 24h}}
      process:
        table: orders
        case: id
        steps:
          pay: {from: ordered_at, to: paid_at}
          invoice: {from: paid_at, to: invoiced_at}
        within: 30h

process/target-too-short
------------------------
Steps that are all tolerated are together longer than the whole may take.

The target `within` is less than the longest way through the process when every step takes what is
tolerated of it. A case would be late with nobody to answer for it.

Mend: raise `within`, or lower what the steps tolerate.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, ordered_at: timestamp,
                                invoiced_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: invoice, latency: {satisfied: 4h, tolerated: 24h}}]
      process: {table: orders, case: id, steps: {invoice: {from: ordered_at, to: invoiced_at}},
                within: 20h}

process/untimed-step
--------------------
A step of the process has no thresholds, so its visits cannot be judged.

What is measured of a step is held against what is tolerated of it.

Mend: add `latency: {satisfied: 4h, tolerated: 24h}` to the step, with times of your own, or take
the step out of `process.steps`.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [id], columns: {id: text, service: text, ordered_at: timestamp,
                                invoiced_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: invoice}]
      process: {table: orders, case: id, steps: {invoice: {from: ordered_at, to: invoiced_at}}}

process/no-hours
----------------
The thresholds of a step are in business time, and the service has no business hours.

The business clock stands still outside of the service's `hours`.

Mend: name a Calendar in the Service (`hours: office-hours`), or let the step's clock run at all
hours (`clock: calendar`).

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: invoice, latency: {satisfied: 4h, tolerated: 24h, clock: business}}]

process/too-many-steps
----------------------
Shapley's value asks every combination of steps, and these are too many.

It is exact for twelve steps on one way through the process. A journey may have eleven: what a
customer waits before a step, because the runs before took too long, is one more to share with.

Mend: take `method: proportional` in the contract, or join steps; a journey can be cut in two.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: visits}
    spec: {key: [id], columns: {id: text, service: text, step: text, started_at: timestamp,
                                ended_at: timestamp}}
    ---
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: hauler}
    spec: {contact: desk@hauler.example}
    ---
    apiVersion: truegreen/v1
    kind: Contract
    metadata: {name: hauler-2026}
    spec:
      vendor: hauler
      period: month
      zone: UTC
      currency: EUR
      at_risk: {amount: 1000.00}
      latency_share: {method: shapley, per_hour_of_overrun: 150.00}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps:
        - {name: a, vendor: hauler, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: b, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: c, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: d, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: e, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: f, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: g, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: h, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: i, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: j, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: k, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: l, latency: {satisfied: 1h, tolerated: 2h}}
        - {name: m, latency: {satisfied: 1h, tolerated: 2h}}
      process: {table: visits, case: id, visits: {step: step}}
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.units import duration_label
from truegreen_definitions.vendor_share import MOST_PLAYERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service, Step
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

TOO_SHORT, UNTIMED = "process/target-too-short", "process/untimed-step"
NO_HOURS, TOO_MANY = "process/no-hours", "process/too-many-steps"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of the services' processes, then of the contracts that share overruns."""
    for service in catalog.services.values():
        yield from _no_hours(service)
        yield from _untimed(service)
        yield from _too_short(service)
    for contract in catalog.contracts.values():
        spec = contract.model.spec
        if spec.latency_share is None or spec.latency_share.method != "shapley":
            continue
        theirs = [one for one in catalog.services.values() if _takes_part(one, spec.vendor)]
        for message in (*_long_processes(theirs), *_long_journeys(theirs, catalog)):
            hint = "write method: proportional"
            path = ("spec", "latency_share", "method")
            yield contract.problem(TOO_MANY, message, *path, hint=hint)


def _long_processes(services: Iterable[Definition[Service]]) -> Iterator[str]:
    for service in services:
        many = _longest(service, lambda _: 1)
        if many > MOST_PLAYERS:
            whose = f"the process of `{service.name}`"
            yield f"{whose} goes through {many} steps, Shapley's value takes {MOST_PLAYERS}"


def _long_journeys(services: Iterable[Definition[Service]], catalog: Catalog) -> Iterator[str]:
    """Yield journeys that leave no room for a wait, which is shared with as a step is."""
    for service in services:
        for journey in catalog.journeys_of.get(service.name, ()):
            many = len(journey.model.spec.steps)
            if many >= MOST_PLAYERS:
                whose, most = f"the journey `{journey.name}`", MOST_PLAYERS - 1
                yield f"{whose} has {many} steps, Shapley's value takes {most} of a journey"


def _no_hours(service: Definition[Service]) -> Iterator[Problem]:
    if service.model.spec.hours is not None:
        return
    for index, step in enumerate(service.model.spec.steps):
        if step.latency is not None and step.latency.clock == "business":
            path = ("spec", "steps", index, "latency", "clock")
            message = f"the business clock of `{step.name}` has no hours to run in"
            hint = "name a Calendar in the Service: hours: office-hours"
            yield service.problem(NO_HOURS, message, *path, hint=hint)


def _untimed(service: Definition[Service]) -> Iterator[Problem]:
    spec = service.model.spec
    for name in spec.process.steps if spec.process else ():
        step = spec.step(name)
        if step is not None and step.latency is None:
            path = ("spec", "process", "steps", name)
            message = f"the step `{name}` has no latency to be judged by"
            hint = "add `latency: {satisfied: 4h, tolerated: 24h}` to it"
            yield service.problem(UNTIMED, message, *path, hint=hint, key=True)


def _too_short(service: Definition[Service]) -> Iterator[Problem]:
    process = service.model.spec.process
    if process is None or process.within is None:
        return
    needed = _longest(service, lambda step: step.latency.tolerated if step.latency else 0)
    if process.within < needed:
        tolerated = duration_label(float(needed))
        message = f"steps that are all tolerated take {tolerated}, longer than the whole may"
        hint = f"write within: {tolerated} or more"
        yield service.problem(TOO_SHORT, message, "spec", "process", "within", hint=hint)


def _longest(
    service: Definition[Service], length: Callable[[Step], Decimal | int]
) -> Decimal | int:
    """Return the length of the longest way through the steps that the process follows."""
    spec = service.model.spec
    if spec.process is None:
        return 0
    followed = set(spec.process.steps) or {step.name for step in spec.steps}
    order = {step.name: spec.after(step) for step in spec.steps}
    reach: dict[str, Decimal | int] = {}
    try:
        for name in TopologicalSorter(order).static_order():
            step = spec.step(name)
            own = length(step) if step is not None and name in followed else 0
            reach[name] = own + max((reach[one] for one in order.get(name, ())), default=0)
    except CycleError:
        return 0  # another check reports it
    return max(reach.values(), default=0)


def _takes_part(service: Definition[Service], vendor: str | None) -> bool:
    return any(step.vendor == vendor for step in service.model.spec.steps)


CHECK = Check((TOO_SHORT, UNTIMED, NO_HOURS, TOO_MANY), check)
