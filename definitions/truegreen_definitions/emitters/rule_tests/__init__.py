"""Unit tests for promtool, in layers: the proof that travels with the rules.

counts     raw counters to counts           counts     counting   what counters counted
                                            sum_counts sums       series of several counters
composite  counts to slices of all of them  composed   counters   example series of a signal
windows    counts to sums of long windows   windows    asked      questions and whole answers
days       whole days to weeks and months   days       case       a claim and its input
burn       sums to burn rates and alerts    burn       slices     rules that a layer needs
verdict    sums to ratios, budget, state    verdicts   packing    cases that share a test
money      sums to money at risk            money      steady     what goes on as usual
service    states to the watermelon         service    suite      a layer's two files

Each service has a folder, each layer in it a file of rules (cut out of the service's, word for
word) and a file of tests over them: `promtool test rules build/prometheus/tests/*/*_test.yml`.
A rule is added to a layer by the case that asks for it; see `slices`.

To prove something new of an agreement, write a module with a function from a promise to its
cases and name it in `CASES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.burn import burn_cases
from truegreen_definitions.emitters.rule_tests.composed import composed_cases
from truegreen_definitions.emitters.rule_tests.counts import count_cases
from truegreen_definitions.emitters.rule_tests.days import day_cases
from truegreen_definitions.emitters.rule_tests.escalation import escalation_cases
from truegreen_definitions.emitters.rule_tests.excluded import excluded_cases
from truegreen_definitions.emitters.rule_tests.forecast import forecast_cases
from truegreen_definitions.emitters.rule_tests.journeys import journey_cases
from truegreen_definitions.emitters.rule_tests.masks import mask_cases
from truegreen_definitions.emitters.rule_tests.measures import value_cases
from truegreen_definitions.emitters.rule_tests.money import money_cases
from truegreen_definitions.emitters.rule_tests.overruns import overrun_cases
from truegreen_definitions.emitters.rule_tests.processes import process_cases
from truegreen_definitions.emitters.rule_tests.service import service_cases
from truegreen_definitions.emitters.rule_tests.slice_counts import slice_cases
from truegreen_definitions.emitters.rule_tests.slow_burn import slow_burn_cases
from truegreen_definitions.emitters.rule_tests.sources import review_cases, source_cases
from truegreen_definitions.emitters.rule_tests.suite import suites_for
from truegreen_definitions.emitters.rule_tests.sum_counts import sum_cases
from truegreen_definitions.emitters.rule_tests.verdicts import verdict_cases
from truegreen_definitions.emitters.rule_tests.windows import window_cases
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.promise import promises_of, value_promises_of
from truegreen_definitions.emitters.rules.ticket_hours import masked_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rule_tests.suite import Suite
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Plan, Service

__all__ = ["CASES", "RULE_TESTS", "cases_of", "suites_of"]

CASES: tuple[Callable[[Promise], Iterator[Case]], ...] = (
    count_cases,
    sum_cases,
    slice_cases,
    composed_cases,
    excluded_cases,
    window_cases,
    day_cases,
    burn_cases,
    verdict_cases,
    forecast_cases,
    slow_burn_cases,
    mask_cases,
)


class _RuleTests:
    """Writes the test files."""

    name = "rule_tests"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        for service in plan.services:
            for suite in suites_of(plan, service):
                yield from suite.artifacts()


RULE_TESTS: Emitter = _RuleTests()


def cases_of(plan: Plan, service: Service) -> Iterator[Case]:
    """Yield all cases of a service."""
    promises = promises_of(plan, service)
    for promise in promises:
        for cases in CASES:
            yield from cases(promise)
    values = value_promises_of(plan, service)
    for value in values:
        yield from value_cases(value)
    every = (*promises, *values)
    yield from service_cases(plan, service, every)
    yield from money_cases(plan, service, promises)
    yield from source_cases(service, every, plan.policy.alerting)
    yield from review_cases(service, plan.policy.alerting)
    yield from process_cases(service)
    yield from overrun_cases(plan, service)
    yield from journey_cases(plan, service)
    groups, hours = rule_groups(plan, service), masked_hours(plan)
    yield from escalation_cases(service, every, plan.teams, groups, hours)


def suites_of(plan: Plan, service: Service) -> tuple[Suite, ...]:
    """Return the tests of a service, layer by layer."""
    return suites_for(service, rule_groups(plan, service), tuple(cases_of(plan, service)))
