"""Steps have an order: `after` must not lead back to where it began.

A step comes after the one written above it, or after those that `after` names (several for a
join, none for a first step). A step that would have to come before itself is `service/step-cycle`.

Mend: take out one of the `after` of the circle, or name an earlier step.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: browse}, {name: pay}, {name: ship, after: [browse]}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: browse, after: [pay]}, {name: pay, after: [browse]}]
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

CYCLE = "service/step-cycle"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield one problem for each service whose steps go round in a circle."""
    for service in catalog.services.values():
        order = {step.name: service.model.spec.after(step) for step in service.model.spec.steps}
        try:
            TopologicalSorter(order).prepare()
        except CycleError as error:
            yield _problem(service, list(reversed(error.args[1])))


def _problem(service: Definition[Service], cycle: list[str]) -> Problem:
    """Return the problem at the first step of the circle that has an `after`."""
    steps = service.model.spec.steps
    places = [i for i, step in enumerate(steps) if step.name in cycle and step.after is not None]
    index = min(places)
    turned = cycle[:-1]
    start = turned.index(steps[index].name)
    words = " after ".join(
        f"`{name}`" for name in [*turned[start:], *turned[:start], turned[start]]
    )
    path = ("spec", "steps", index, "after")
    hint = "take out one of these, or name an earlier step"
    return service.problem(CYCLE, f"the steps go round in a circle: {words}", *path, hint=hint)


CHECK = Check((CYCLE,), check)
