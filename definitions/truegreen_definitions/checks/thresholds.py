"""Thresholds are in order, and there where a journey is judged by them.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 700ms, tolerated: 2800ms}}]

latency/threshold-order
-----------------------
A latency that satisfies is longer than one that is tolerated.

People are satisfied up to one latency and put up with another that is not shorter.

Mend: make `satisfied` at most as long as `tolerated`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay, latency: {satisfied: 3s, tolerated: 2800ms}}]

latency/no-threshold
--------------------
A step is judged by its latency and declares none.

A journey's visit is satisfied, tolerated or frustrated by the thresholds of the service's step.

Mend: add `latency: {satisfied: 400ms, tolerated: 1600ms}` to the step, with times of your own.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec: {owner: shop-team, steps: [{name: pay}]}
    ---
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, request: {get: /pay}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

ORDER, NO_THRESHOLD = "latency/threshold-order", "latency/no-threshold"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of the services' steps, then of the journeys that visit them."""
    for service in catalog.services.values():
        yield from _out_of_order(service)
    for journey in catalog.journeys.values():
        visited = catalog.services.get(journey.model.spec.service)
        for index, visit in enumerate(journey.model.spec.steps):
            step = visited.model.spec.step(visit.step) if visited else None
            if visited is None or step is None or step.latency is not None:
                continue
            message = f"the step `{step.name}` has no latency to be judged by"
            place = _place_of_step(visited, step.name)
            hint = f"add `latency: {{satisfied: 400ms, tolerated: 1600ms}}` to it at {place}"
            path = ("spec", "steps", index, "step")
            yield journey.problem(NO_THRESHOLD, message, *path, hint=hint)


def _out_of_order(service: Definition[Service]) -> Iterator[Problem]:
    for index, step in enumerate(service.model.spec.steps):
        latency = step.latency
        if latency is None or latency.satisfied <= latency.tolerated:
            continue
        path = ("spec", "steps", index, "latency")
        satisfied, tolerated = service.text(*path, "satisfied"), service.text(*path, "tolerated")
        message = f"satisfied ({satisfied}) is longer than tolerated ({tolerated})"
        hint = "make it at most as long"
        yield service.problem(ORDER, message, *path, "satisfied", hint=hint)


def _place_of_step(service: Definition[Service], name: str) -> str:
    names = [step.name for step in service.model.spec.steps]
    return str(service.place("spec", "steps", names.index(name), "name"))


CHECK = Check((ORDER, NO_THRESHOLD), check)
