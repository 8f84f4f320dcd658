"""Names are unique within a service, because they are parts of ids and labels.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: browse}, {name: pay}]

service/duplicate-step
----------------------
Two steps of a service have one name.

The id of a step is `service/name`: alerts, boards and `explain` could not tell the two apart.

Mend: rename one of them.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}, {name: pay}]

service/duplicate-agreement
---------------------------
Two agreements of a service have one name.

SLAs and XLAs share their names: the id of both is `service/name`.

Mend: rename one of them.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas: [{name: up, use: csat, objective: 85%, window: month}]
      xlas: [{name: up, use: csat, objective: 90%, window: month}]

journey/duplicate-location
--------------------------
A journey names a location twice.

Every location has its own schedule and its own series; two of one name would be counted as one.

Mend: remove one of them.

Fails:
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy}
    spec:
      service: shop
      every: 30s
      locations: [fra, fra]
      target: http://127.0.0.1:8080
      steps: [{step: pay, request: {get: /pay}}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models import Kind
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

STEP, AGREEMENT = "service/duplicate-step", "service/duplicate-agreement"
LOCATION = "journey/duplicate-location"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem at every second use of a name."""
    for service in catalog.services.values():
        spec = service.model.spec
        steps = ((step.name, ("spec", "steps", i, "name")) for i, step in enumerate(spec.steps))
        yield from _repeated(service, steps, STEP, "step")
        agreements = ((a.name, ("spec", part, i, "name")) for part, i, a in spec.measured())
        yield from _repeated(service, agreements, AGREEMENT, "agreement")
    for journey in catalog.journeys.values():
        named = enumerate(journey.model.spec.locations)
        locations = ((name, ("spec", "locations", i)) for i, name in named)
        yield from _repeated(journey, locations, LOCATION, "location")


def _repeated(
    definition: Definition[Kind],
    names: Iterable[tuple[str, tuple[Step, ...]]],
    problem_id: str,
    what: str,
) -> Iterator[Problem]:
    first: dict[str, tuple[Step, ...]] = {}
    for name, path in names:
        if name not in first:
            first[name] = path
            continue
        message = f"the {what} `{name}` is named twice in {definition.kind} `{definition.name}`"
        hint = f"the first one is at {definition.place(*first[name])}"
        yield definition.problem(problem_id, message, *path, hint=hint)


CHECK = Check((STEP, AGREEMENT, LOCATION), check)
