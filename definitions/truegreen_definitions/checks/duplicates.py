"""Names are unique within a service, because they are parts of ids and labels.

Steps of a service have different names (`service/duplicate-step`); so have its agreements, SLAs
and XLAs together (`service/duplicate-agreement`): the id of both is `service/name`. A journey
names each location once (`journey/duplicate-location`).

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: browse}, {name: pay}]

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}, {name: pay}]
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
        agreements = ((a.name, ("spec", part, i, "name")) for part, i, a in spec.agreements())
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
