"""Which rules are asserted by a test, counted over the rules as they are deployed.

A recording rule is covered when a test expects a value of exactly its series, other than 0 (a
rule that is always 0 needs one that expects none). An alert is covered when a test expects it
to fire and another that it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests import suites_of
from truegreen_definitions.emitters.rule_tests.slices import matches, output_of, selectors
from truegreen_definitions.emitters.rule_tests.unshown import why_unshown
from truegreen_definitions.emitters.rules import rule_groups
from truegreen_definitions.emitters.rules.promise import promises_of
from truegreen_definitions.emitters.rules.rule import Alert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rule_tests.slices import Output
    from truegreen_definitions.emitters.rule_tests.suite import Suite
    from truegreen_definitions.emitters.rules.rule import Rule
    from truegreen_definitions.plan import Plan, Service

__all__ = ["Coverage", "Uncovered", "coverage"]

ALWAYS_ZERO = "vector(0)"


@dataclass(frozen=True, slots=True, order=True)
class Uncovered:
    """A rule that no test asserts.

    Attributes:
        group: The group it is in.
        series: What it records, or the alert with its labels.
        lacks: What is missing, in words.
    """

    group: str
    series: str
    lacks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many rules there are, and which of them no test asserts."""

    recordings: int
    alerts: int
    uncovered: tuple[Uncovered, ...]

    @property
    def total(self) -> int:
        """All rules."""
        return self.recordings + self.alerts

    @property
    def percent(self) -> float:
        """Share of the rules that are asserted, of 100; 100 without rules."""
        return 100 * (1 - len(self.uncovered) / self.total) if self.total else 100.0


def coverage(plan: Plan) -> Coverage:
    """Return the coverage of all rules of a plan by the tests that travel with them."""
    recordings = alerts = 0
    uncovered: list[Uncovered] = []
    for service in plan.services:
        for group, rule, lacks in _of_service(plan, service):
            recordings += not isinstance(rule, Alert)
            alerts += isinstance(rule, Alert)
            if lacks:
                uncovered.append(Uncovered(group, _shown(output_of(rule)), lacks))
    return Coverage(recordings=recordings, alerts=alerts, uncovered=tuple(uncovered))


def _of_service(plan: Plan, service: Service) -> Iterator[tuple[str, Rule, str]]:
    asserted: dict[str, _Asserted] = {}
    for suite in suites_of(plan, service):
        _note(suite, asserted)
    promises = {promise.agreement.id: promise for promise in promises_of(plan, service)}
    for group in rule_groups(plan, service):
        for rule in group.rules:
            lacks = _lacks(rule, asserted.get(_identity(rule), _Asserted()))
            why = why_unshown(promises[group.name]) if lacks and group.name in promises else ""
            yield group.name, rule, f"{lacks}: {why}" if why else lacks


@dataclass(slots=True)
class _Asserted:
    there: bool = False
    not_there: bool = False


def _note(suite: Suite, asserted: dict[str, _Asserted]) -> None:
    """Note what the checks of a suite say about its rules."""
    rules = _by_name(rule for group in suite.groups for rule in group.rules)
    for case in suite.cases:
        for check in case.checks:
            for selector in selectors(check.expr):
                for rule, output in rules.get(selector[0], ()):
                    if matches(selector, output):
                        found = asserted.setdefault(_identity(rule), _Asserted())
                        if _expects(check, output):
                            found.there = True
                        else:
                            found.not_there = True


def _by_name(rules: Iterable[Rule]) -> dict[str, list[tuple[Rule, Output]]]:
    found: dict[str, list[tuple[Rule, Output]]] = {}
    for rule in rules:
        output = output_of(rule)
        found.setdefault(output[0], []).append((rule, output))
    return found


def _expects(check: Check, output: Output) -> bool:
    """Return whether a check expects a value, other than 0, of exactly this series."""
    wanted = output[1].items()
    return any(sample.value != 0 and wanted <= sample.labels.items() for sample in check.expected)


def _lacks(rule: Rule, asserted: _Asserted) -> str:
    if isinstance(rule, Alert):
        if not asserted.there:
            return "no test expects it to fire"
        return "" if asserted.not_there else "no test expects it to be silent"
    if asserted.there or (rule.expr == ALWAYS_ZERO and asserted.not_there):
        return ""
    return "no test expects a value of it"


def _identity(rule: Rule) -> str:
    """Return what tells a rule from every other: two agreements may have equal expressions."""
    return f"{_shown(output_of(rule))} {rule.expr}"


def _shown(output: Output) -> str:
    name, labels = output
    inside = ",".join(f"{label}={value!r}" for label, value in sorted(labels.items()))
    return f"{name}{{{inside}}}"
