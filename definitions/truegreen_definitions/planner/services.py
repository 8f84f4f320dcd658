"""Services, teams and vendors in the plan: who is accountable for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import (
    Escalation,
    KnownIssue,
    Outcome,
    Raci,
    Receiver,
    Service,
    Step,
    Team,
    Vendor,
)
from truegreen_definitions.planner.losses import losses_of
from truegreen_definitions.planner.processes import process_of
from truegreen_definitions.planner.worth import (
    critical_periods_of,
    outage_of,
    production_of,
    values_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.service import KnownIssue as KnownIssueModel
    from truegreen_definitions.models.service import Outcome as OutcomeModel
    from truegreen_definitions.models.service import Raci as RaciModel
    from truegreen_definitions.models.service import Service as ServiceModel
    from truegreen_definitions.models.service import Step as StepModel
    from truegreen_definitions.models.team import Escalations
    from truegreen_definitions.models.team import Receiver as ReceiverModel
    from truegreen_definitions.models.team import Team as TeamModel
    from truegreen_definitions.models.vendor import Vendor as VendorModel
    from truegreen_definitions.problems import Problem

__all__ = ["service_of", "team_of", "vendor_of"]


def service_of(
    definition: Definition[ServiceModel],
    catalog: Catalog,
    policy: PolicySpec,
    problems: list[Problem],
) -> Service:
    """Return a service with its steps, each accountable to one party, and what it is worth.

    What is wrong with the expressions about its worth is added to the problems.
    """
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
        priority=spec.priority,
        outcome=_outcome(spec.outcome) if spec.outcome else None,
        raci=_raci(spec.raci) if spec.raci else None,
        hours=spec.hours or "",
        critical_periods=critical_periods_of(definition),
        values=values_of(definition, catalog, policy, problems),
        known_issues=tuple(map(_known_issue, spec.known_issues)),
        steps=tuple(_step(definition, index, step) for index, step in enumerate(spec.steps)),
        production=production_of(definition, catalog),
        outage=outage_of(spec.outage),
        process=process_of(definition, catalog, policy, problems),
        losses=losses_of(definition, catalog, problems),
        origin=definition.origin,
    )


def _outcome(model: OutcomeModel) -> Outcome:
    return Outcome(
        kind=model.kind,
        goal=model.goal,
        measure=model.measure or "",
        better=model.better,
        every=model.every,
        lags=model.lags,
        leading=model.leading,
    )


def _raci(model: RaciModel) -> Raci:
    return Raci(
        responsible=model.responsible,
        accountable=model.accountable,
        consulted=model.consulted,
        informed=model.informed,
    )


def _known_issue(model: KnownIssueModel) -> KnownIssue:
    return KnownIssue(
        id=model.id,
        title=model.title,
        plan=model.plan,
        owner=model.owner or "",
        due=model.due,
        funding=model.funding,
    )


def team_of(definition: Definition[TeamModel]) -> Team:
    """Return a team and where its alerts go."""
    spec = definition.model.spec
    return Team(
        name=definition.name,
        title=definition.title,
        contact=spec.contact,
        page=_receiver(spec.page) if spec.page else None,
        ticket=_receiver(spec.ticket) if spec.ticket else None,
        hours=spec.hours or "",
        escalations=tuple(_escalations(spec.escalate)) if spec.escalate else (),
        origin=definition.origin,
    )


def _receiver(model: ReceiverModel) -> Receiver:
    return Receiver(
        webhook=model.webhook or "",
        email=model.email or "",
        slack_channel=model.slack.channel if model.slack else "",
        slack_url_file=model.slack.url_file if model.slack else "",
        pagerduty_key_file=model.pagerduty.key_file if model.pagerduty else "",
        opsgenie_key_file=model.opsgenie.key_file if model.opsgenie else "",
    )


def _escalations(model: Escalations) -> Iterator[Escalation]:
    if model.page is not None:
        seconds = int(model.page.after)
        yield Escalation(severity="page", after_seconds=seconds, team=model.page.team)
    if model.ticket is not None:
        seconds = int(model.ticket.after)
        yield Escalation(severity="ticket", after_seconds=seconds, team=model.ticket.team)


def vendor_of(definition: Definition[VendorModel]) -> Vendor:
    """Return a vendor."""
    return Vendor(
        name=definition.name,
        title=definition.title,
        contact=definition.model.spec.contact,
        origin=definition.origin,
        renewal=definition.model.spec.renewal,
        notice_until=definition.model.spec.notice_until,
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
        calendar=(spec.hours or "") if step.latency and step.latency.clock == "business" else "",
        origin=definition.origin_of("spec", "steps", index),
    )
