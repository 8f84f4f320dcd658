"""What a service costs, and what was saved of it, explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.plan.costs import COSTS, has_costs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan, Saving, Service

__all__ = ["explain_spending", "spending_ids"]


def spending_ids(plan: Plan) -> Iterator[str]:
    """Yield `service/costs` of every service, where there are cost lines, and its savings."""
    if has_costs(plan):
        for service in plan.services:
            yield f"{service.name}/{COSTS}"
            yield from (f"{service.name}/{one.name}" for one in _savings(service))


def explain_spending(
    plan: Plan, service: Service, part: str, artifacts: Sequence[Artifact]
) -> Iterator[Explanation]:
    """Yield what a part of that name of a service is, if it is about what is spent."""
    name = f"{service.name}/{part}"
    if name not in spending_ids(plan):
        return
    labels = {names.SERVICE: service.name}
    if part == COSTS:
        yield Explanation(
            id=name,
            what="costs",
            title=f"What {service.title} costs",
            origin=service.origin,
            facts=(
                *fact("business unit", service.business_unit),
                *fact("exported", names.COST.name),
                *fact("boards", board_lines(artifacts, [names.COST.name], labels)),
                *answers(plan, service.owner),
            ),
        )
    for one in _savings(service):
        if one.name == part:
            labels[names.SAVING] = one.name
            yield Explanation(
                id=name,
                what="saving",
                title=f"{service.title}, {one.name}",
                origin=one.origin,
                facts=(
                    *fact("kind", one.kind),
                    *fact("compared", f"{one.start} up to {one.end}, with days since {one.since}"),
                    *fact("exported", names.SAVED.name),
                    *fact("boards", board_lines(artifacts, [names.SAVED.name], labels)),
                    *answers(plan, service.owner),
                ),
            )


def _savings(service: Service) -> Sequence[Saving]:
    return service.losses.savings if service.losses else ()
