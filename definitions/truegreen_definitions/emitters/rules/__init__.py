"""Prometheus rules: one file per service, made of groups.

windows     counts of events over a window       judgement   ratios, intervals and budget
signals     groups of agreements over counters   state       the six states
records     groups of agreements over records    burn        burn rates and their alerts
watermelon  SLAs against experience              alerts      absence, budget, objective
leading     what warns before an outcome suffers
forecast    when the budget will be spent        slow_burn   records' last week and month
sources     silent sources, refused rows         review      definitions to be looked at again
sharing     agreements over one total            sums        base counts, sums of windows
measures    groups of values                 journeys    slots that do not add up, orphans
info        what is declared, as series          raised      severity and calendars of alerts
escalation  alerts that go on for too long       ticket_hours  tickets in their team's hours
processes   overruns of cases                    notes       labels and annotations of alerts
overruns    overruns of runs, of histograms      money       money at risk, cost of an outage

Counts come first, ratios last: nothing that is recorded as a base is a ratio.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rules.addresses import with_addresses
from truegreen_definitions.emitters.rules.cadence import period_interval
from truegreen_definitions.emitters.rules.escalation import escalation_alerts
from truegreen_definitions.emitters.rules.info import (
    agreement_info,
    service_info,
    step_tolerances,
)
from truegreen_definitions.emitters.rules.journeys import journey_alerts
from truegreen_definitions.emitters.rules.leading import leading_alerts
from truegreen_definitions.emitters.rules.measures import value_group
from truegreen_definitions.emitters.rules.money import money_group
from truegreen_definitions.emitters.rules.overruns import overrun_group
from truegreen_definitions.emitters.rules.processes import process_rules
from truegreen_definitions.emitters.rules.promise import promises_of, value_promises_of
from truegreen_definitions.emitters.rules.records import record_groups
from truegreen_definitions.emitters.rules.review import review_rules
from truegreen_definitions.emitters.rules.rule import Group
from truegreen_definitions.emitters.rules.sharing import counted_together
from truegreen_definitions.emitters.rules.signals import fast_group, period_group
from truegreen_definitions.emitters.rules.sources import source_alerts
from truegreen_definitions.emitters.rules.ticket_hours import in_ticket_hours, masked_hours
from truegreen_definitions.emitters.rules.watermelon import (
    closed_windows,
    copied_states,
    watermelon_alert,
    watermelon_states,
    watermelon_windows,
)
from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise, Promised
    from truegreen_definitions.emitters.rules.rule import Rule
    from truegreen_definitions.plan import Plan, Service

__all__ = ["RULES", "rule_groups", "rules_path"]


class _Rules:
    """Writes the rule files."""

    name = "rules"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        for service in plan.services:
            groups = rule_groups(plan, service)
            body = dumps({"groups": [group.to_yaml() for group in groups]})
            text = with_head(body, made_from=service.origin.path)
            yield Artifact(path=rules_path(service), text=text)


RULES: Emitter = _Rules()


def rules_path(service: Service) -> str:
    """Return the path of a service's rule file below the build folder."""
    return f"prometheus/rules/{service.name}.yml"


def rule_groups(plan: Plan, service: Service, *, shared: bool = True) -> tuple[Group, ...]:
    """Return the groups of a service: its agreements in order of the plan, then itself.

    Args:
        plan: The plan.
        service: Of the plan.
        shared: Whether agreements over one total stand in one group and share it. Values are
            the same; without it each group can be cut without a look at others.
    """
    promises = promises_of(plan, service)
    hours = masked_hours(plan)
    values = value_promises_of(plan, service)
    agreements = _agreement_groups(promises, shared=shared)
    measures = map(value_group, values)
    money = money_group(plan, service, promises)
    overruns = overrun_group(plan, service)
    declared = _service_group(plan, service, (*promises, *values))
    made = (*agreements, *measures, *money, *overruns, declared)
    groups = tuple(with_addresses(group, plan.policy) for group in made)
    return tuple(in_ticket_hours(group, hours) for group in groups) if hours else groups


def _agreement_groups(promises: Sequence[Promise], *, shared: bool) -> Iterator[Group]:
    together = counted_together(promises, shared=shared)
    led = {group[0].promise.agreement.id: group for group in together}
    for promise in promises:
        parts = promise.agreement.parts
        if isinstance(parts, Signal):
            if promise.agreement.id in led:
                yield fast_group(led[promise.agreement.id])
            yield period_group(promise, parts)
        else:
            yield from record_groups(promise)


def _service_group(plan: Plan, service: Service, promises: Sequence[Promised]) -> Group:
    return Group(
        name=service.name,
        interval_seconds=period_interval(plan.policy),
        comment=f"{service.name}, {service.origin}: what is declared, and the watermelon",
        rules=(
            *_service_rules(plan, service, promises),
            *journey_alerts(plan, service),
            *escalation_alerts(service, promises, plan.teams),
        ),
    )


def _service_rules(plan: Plan, service: Service, promises: Sequence[Promised]) -> Iterator[Rule]:
    alerting = plan.policy.alerting
    yield service_info(service)
    yield from review_rules(service, alerting)
    yield from step_tolerances(service)
    yield from process_rules(service)
    for promise in promises:
        yield agreement_info(promise)
    for window in watermelon_windows(plan, promises):
        yield from watermelon_states(service, window)
        yield from watermelon_alert(service, window, alerting)
    for window in closed_windows(plan, promises):
        yield from copied_states(service, window)
        yield from watermelon_alert(service, window, alerting)
    yield from leading_alerts(service, alerting)
    yield from source_alerts(service, promises, alerting)
