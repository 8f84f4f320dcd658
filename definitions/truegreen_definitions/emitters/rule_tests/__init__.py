"""Unit tests for promtool, in layers: the proof that travels with the rules.

counts    raw counters to counts           counts     counting   what counters counted
windows   counts to sums of long windows   windows    counters   example series of a signal
burn      sums to burn rates and alerts    burn       asked      questions and whole answers
verdict   sums to ratios, budget, state    verdicts   case       a claim and its input
service   states to the watermelon         service    slices     rules that a layer needs
                                                      packing    cases that share a test

Each service has a folder, each layer in it a file of rules (cut out of the service's, word for
word) and a file of tests over them: `promtool test rules build/prometheus/tests/*/*_test.yml`.
A rule is added to a layer by the case that asks for it; see `slices`.

To prove something new of an agreement, write a module with a function from a promise to its
cases and name it in `CASES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rule_tests.burn import burn_cases
from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.emitters.rule_tests.counts import count_cases
from truegreen_definitions.emitters.rule_tests.packing import packed
from truegreen_definitions.emitters.rule_tests.service import service_cases
from truegreen_definitions.emitters.rule_tests.slices import rules_for
from truegreen_definitions.emitters.rule_tests.verdicts import verdict_cases
from truegreen_definitions.emitters.rule_tests.windows import window_cases
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import Plan, Service

__all__ = ["CASES", "RULE_TESTS", "cases_of", "tests_folder"]

CASES: tuple[Callable[[Promise], Iterator[Case]], ...] = (
    count_cases,
    window_cases,
    burn_cases,
    verdict_cases,
)


class _RuleTests:
    """Writes the test files."""

    name = "rule_tests"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        for service in plan.services:
            yield from _tests_of(plan, service)


RULE_TESTS: Emitter = _RuleTests()


def tests_folder(service: Service) -> str:
    """Return the folder of a service's tests below the build folder."""
    return f"prometheus/tests/{service.name}"


def cases_of(plan: Plan, service: Service) -> Iterator[Case]:
    """Yield all cases of a service."""
    promises = promises_of(plan, service)
    for promise in promises:
        for cases in CASES:
            yield from cases(promise)
    yield from service_cases(service, promises)


def _tests_of(plan: Plan, service: Service) -> Iterator[Artifact]:
    groups = rule_groups(plan, service)
    cases = tuple(cases_of(plan, service))
    folder, made_from = tests_folder(service), service.origin.path
    for layer in Layer:
        here = tuple(case for case in cases if case.layer is layer)
        if here:
            needed = rules_for(groups, here)
            rules = with_head(_rules(needed), made_from=made_from)
            tests = with_head(_tests(layer, needed, here), made_from=made_from)
            yield Artifact(path=f"{folder}/{layer}.yml", text=rules)
            yield Artifact(path=f"{folder}/{layer}_test.yml", text=tests)


def _rules(groups: Sequence[Group]) -> str:
    return dumps({"groups": [group.to_yaml() for group in groups]})


def _tests(layer: Layer, groups: Sequence[Group], cases: Sequence[Case]) -> str:
    return dumps(
        {
            "rule_files": [f"{layer}.yml"],
            "evaluation_interval": duration_label(layer.evaluation_seconds),
            "group_eval_order": [group.name for group in groups],
            "tests": packed(cases),
        }
    )
