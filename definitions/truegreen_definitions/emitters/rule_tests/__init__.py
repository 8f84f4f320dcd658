"""Unit tests for promtool, one file per service: the proof that travels with the rules.

signal_cases    burning, silence, missing series    counters   example series for a signal
record_cases    each state from its parts           case       input series and checks
watermelon_cases  each state of a service           asked      what the checks ask

`promtool test rules build/prometheus/tests/*.yml` runs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact, BuildInfo, Emitter
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rule_tests.counters import counters_of
from truegreen_definitions.emitters.rule_tests.record_cases import record_cases
from truegreen_definitions.emitters.rule_tests.signal_cases import signal_cases
from truegreen_definitions.emitters.rule_tests.watermelon_cases import watermelon_cases
from truegreen_definitions.emitters.rules import rule_groups, rules_path
from truegreen_definitions.emitters.rules.cadence import GRID_SECONDS
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.yaml_text import Commented, dumps
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.yaml_text import Value
    from truegreen_definitions.plan import Plan, Policy, Service

__all__ = ["RULE_TESTS"]

STEPS_PER_SHORTEST_WINDOW = 2


class _RuleTests:
    """Writes the test files."""

    name = "rule_tests"

    def emit(self, plan: Plan, info: BuildInfo) -> Iterator[Artifact]:  # noqa: ARG002  an emitter's shape
        for service in plan.services:
            body = dumps(_file(plan, service))
            text = with_head(body, made_from=service.origin.path)
            yield Artifact(path=f"prometheus/tests/{service.name}_test.yml", text=text)


RULE_TESTS: Emitter = _RuleTests()


def _file(plan: Plan, service: Service) -> Value:
    promises = promises_of(plan, service)
    step = _step_seconds(plan.policy)
    tests: Value = [case.to_yaml(step) for case in _cases(service, promises, step)]
    without = ", ".join(
        promise.agreement.id
        for promise in promises
        if isinstance(promise.agreement.parts, Signal) and not counters_of(promise.agreement.parts)
    )
    if without:
        tests = Commented(tests, f"no example series, so no tests: {without}")
    return {
        "rule_files": [f"../rules/{rules_path(service).rpartition('/')[2]}"],
        "evaluation_interval": f"{step}s",
        "group_eval_order": [group.name for group in rule_groups(plan, service)],
        "tests": tests,
    }


def _cases(service: Service, promises: Sequence[Promise], step: int) -> Iterator[Case]:
    for promise in promises:
        parts = promise.agreement.parts
        if not isinstance(parts, Signal):
            yield from record_cases(promise)
        elif counters := counters_of(parts):
            yield from signal_cases(promise, counters, step)
    yield from watermelon_cases(service, promises)


def _step_seconds(policy: Policy) -> int:
    """Return the interval of the tests: two steps in the shortest window, on the grid."""
    shortest = min(burn.short_seconds for burn in policy.burn)
    longest_step = max(1, shortest // STEPS_PER_SHORTEST_WINDOW)
    return max(step for step in range(1, longest_step + 1) if GRID_SECONDS % step == 0)
