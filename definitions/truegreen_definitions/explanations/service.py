"""A service and its steps explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.explanations.agreement import promise_words
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, fact
from truegreen_definitions.explanations.series import (
    alert_lines,
    group_lines,
    rules_about,
    series_lines,
)
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Plan, Service, Step

__all__ = ["explain_service", "explain_step", "thresholds"]


def explain_service(plan: Plan, service: Service, artifacts: Sequence[Artifact]) -> Explanation:
    """Return what follows from a service; its agreements are named, and explained by their ids."""
    labels = {names.SERVICE: service.name}
    every = [(group, rule) for group in rule_groups(plan, service) for rule in group.rules]
    own = [(g, rule) for g, rule in every if names.AGREEMENT not in rule.labels]
    promised = (one for one in plan.agreements if one.service == service.name)
    metrics = [line.partition(" ")[0] for line in series_lines(own)]
    return Explanation(
        id=service.name,
        what="service",
        title=service.title,
        origin=service.origin,
        facts=(
            *fact("description", service.description),
            *fact("domain", service.domain),
            *fact("business unit", service.business_unit),
            *fact("criticality", f"{service.criticality} of 5"),
            *fact("zone", service.zone),
            *fact("review due", str(service.review_due or "")),
            *fact("steps", (_step_line(step) for step in service.steps)),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in promised)),
            *fact("journeys", (one.name for one in plan.journeys_of(service.name))),
            *fact("rules", group_lines(plan, service.name, every)),
            *fact("series", series_lines(own)),
            *fact("alerts", alert_lines(own)),
            *fact("boards", board_lines(artifacts, metrics, labels)),
            *answers(plan, service.owner),
        ),
    )


def explain_step(
    plan: Plan, service: Service, step: Step, artifacts: Sequence[Artifact]
) -> Explanation:
    """Return what follows from a step of a service."""
    labels = {names.SERVICE: service.name, names.STEP: step.name}
    rules = rules_about(plan, service.name, labels)
    journeys = [
        one
        for one in plan.journeys_of(service.name)
        if step.name in {visit.step for visit in one.steps}
    ]
    probed = [one.name for one in names.ALL if {names.JOURNEY, names.STEP} <= set(one.labels)]
    exported = probed if journeys else []
    metrics = [*(line.partition(" ")[0] for line in series_lines(rules)), *exported]
    about = (one for one in plan.agreements if (one.service, one.step) == (service.name, step.name))
    return Explanation(
        id=f"{service.name}/{step.name}",
        what="step",
        title=step.title,
        origin=step.origin,
        facts=(
            *fact("service", f"{service.name}: {service.title}"),
            *fact("after", ", ".join(step.after) or "nothing: it is the first"),
            *fact("latency", thresholds(step)),
            *fact("agreements", (f"{one.id}: {promise_words(one)}" for one in about)),
            *fact("journeys", (one.name for one in journeys)),
            *fact("rules", group_lines(plan, service.name, rules)),
            *fact("series", series_lines(rules)),
            *fact("exported", exported),
            *fact("boards", board_lines(artifacts, metrics, labels)),
            *answers(plan, step.team or service.owner, step.vendor),
        ),
    )


def thresholds(step: Step) -> str:
    """Return the latencies of a step in words; empty where it has none."""
    if step.satisfied_seconds is None or step.tolerated_seconds is None:
        return ""
    return (
        f"satisfied up to {duration_label(step.satisfied_seconds)}, "
        f"tolerated up to {duration_label(step.tolerated_seconds)}"
    )


def _step_line(step: Step) -> str:
    said = thresholds(step)
    return f"{step.name} ({step.vendor or step.team}){f': {said}' if said else ''}"
