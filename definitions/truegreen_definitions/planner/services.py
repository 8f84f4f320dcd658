"""Services, teams and vendors in the plan: who is accountable for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import Service, Step, Team, Vendor

if TYPE_CHECKING:
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.service import Service as ServiceModel
    from truegreen_definitions.models.service import Step as StepModel
    from truegreen_definitions.models.team import Team as TeamModel
    from truegreen_definitions.models.vendor import Vendor as VendorModel

__all__ = ["service_of", "team_of", "vendor_of"]


def service_of(definition: Definition[ServiceModel]) -> Service:
    """Return a service with its steps, each accountable to one party."""
    spec = definition.model.spec
    return Service(
        name=definition.name,
        title=definition.title,
        description=definition.model.metadata.description,
        domain=spec.domain,
        business_unit=spec.business_unit,
        criticality=spec.criticality,
        owner=spec.owner,
        process_lead=spec.process_lead or "",
        zone=spec.zone,
        review_due=spec.review.due if spec.review else None,
        steps=tuple(_step(definition, index, step) for index, step in enumerate(spec.steps)),
        origin=definition.origin,
    )


def team_of(definition: Definition[TeamModel]) -> Team:
    """Return a team and where its alerts go."""
    spec = definition.model.spec
    return Team(
        name=definition.name,
        title=definition.title,
        contact=spec.contact,
        page=spec.page.webhook if spec.page else "",
        ticket=spec.ticket.webhook if spec.ticket else "",
        origin=definition.origin,
    )


def vendor_of(definition: Definition[VendorModel]) -> Vendor:
    """Return a vendor."""
    return Vendor(
        name=definition.name,
        title=definition.title,
        contact=definition.model.spec.contact,
        origin=definition.origin,
    )


def _step(definition: Definition[ServiceModel], index: int, step: StepModel) -> Step:
    spec = definition.model.spec
    return Step(
        name=step.name,
        title=step.title or step.name,
        vendor=step.vendor or "",
        team=step.team or ("" if step.vendor else spec.owner),
        after=spec.after(step),
        satisfied_seconds=float(step.latency.satisfied) if step.latency else None,
        tolerated_seconds=float(step.latency.tolerated) if step.latency else None,
        origin=definition.origin_of("spec", "steps", index),
    )
