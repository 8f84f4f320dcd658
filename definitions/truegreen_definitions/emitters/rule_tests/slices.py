"""The rules a file of tests needs: what its cases ask for, down to what they are given.

A rule belongs to a layer when a case asks for its series, or a rule of the layer reads it and
the case does not give it. So a new rule or a new case finds its place by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql_selectors import selectors_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.rule import Group, Rule

__all__ = ["Output", "RuleIndex", "Selector", "matches", "output_of", "rules_for", "selectors"]

ALERTS = "ALERTS"
_ANY = "*"  # no name of an agreement

Selector = tuple[str, tuple[tuple[str, str, str], ...]]
"""Name of a metric, and its matchers as (label, operator, value)."""

Output = tuple[str, dict[str, str]]
"""The series a rule records: name and labels; of an alert its `ALERTS`."""


def rules_for(index: RuleIndex, cases: Sequence[Case]) -> tuple[Group, ...]:
    """Return the groups, in order, with the rules that these cases need and no others.

    Raises:
        InvariantError: A case gives a series that no rule records although rules record that
            metric, or one that a rule of another case in the same layer would write over.
    """
    needed: set[int] = set()
    given: dict[Selector, Case] = {}
    for case in cases:
        inputs = dict.fromkeys(found for name, _ in case.series for found in selectors(name))
        for one in inputs:
            given.setdefault(one, case)
        needed |= index.closure(dict.fromkeys(check.expr for check in case.checks), inputs)
    for selector, case in given.items():
        index.refuse_unknown(selector, case)
        index.refuse_overwritten(selector, case, needed)
    return index.only(needed)


@lru_cache(maxsize=4_096)
def selectors(expr: str) -> tuple[Selector, ...]:
    """Return the series an expression reads."""
    return tuple(
        (name, tuple((one.label, one.operator, one.value) for one in found))
        for name, found in selectors_in(expr)
    )


def matches(selector: Selector, output: Output) -> bool:
    """Return whether a selector may read a recorded series."""
    name, matchers = selector
    recorded, labels = output
    if name != recorded:
        return False
    # An alert has the labels of its rule, and beside them those that its expression leaves.
    known = (one for one in matchers if name != ALERTS or one[0] in labels)
    return all(_holds(labels, matcher) for matcher in known)


def output_of(rule: Rule) -> Output:
    """Return the series a rule records."""
    if isinstance(rule, Alert):
        return ALERTS, {"alertname": str(rule.name), **rule.labels}
    return rule.metric.name, {name: text for name, text in rule.labels.items() if text}


class RuleIndex:
    """Rules by what they record and what they read, each with its place among all of the groups."""

    def __init__(self, groups: Sequence[Group]) -> None:
        """Take the groups of a service."""
        self._groups = tuple(groups)
        self._rules = [rule for group in groups for rule in group.rules]
        self._found: dict[tuple[str, str], list[tuple[int, Output]]] = {}
        self._read: dict[Selector, frozenset[int]] = {}
        for place, rule in enumerate(self._rules):
            name, labels = output_of(rule)
            for agreement in {labels.get(names.AGREEMENT, ""), _ANY}:
                self._found.setdefault((name, agreement), []).append((place, (name, labels)))

    def closure(self, exprs: Iterable[str], given: Iterable[Selector]) -> set[int]:
        """Return the places of rules that expressions need, without those that are given."""
        without: set[int] = set().union(*map(self._reading, given))
        needed: set[int] = set()
        left = list(exprs)
        while left:
            for selector in selectors(left.pop()):
                for place in self._reading(selector) - needed - without:
                    needed.add(place)
                    left.append(self._rules[place].expr)
        return needed

    def refuse_unknown(self, given: Selector, case: Case) -> None:
        """Refuse a series of rules that no rule records: the layers would not meet."""
        metric = names.ALL_BY_NAME.get(given[0])
        if metric is not None and metric.by == "rules" and not self._reading(given):
            claim = f"{case.about}: {case.claim}"
            raise InvariantError(f"{claim!r} is given {given}, which no rule records")

    def refuse_overwritten(self, given: Selector, case: Case, needed: set[int]) -> None:
        """Refuse an input that a rule of the same layer records."""
        if not self._reading(given).isdisjoint(needed):
            claim = f"{case.about}: {case.claim}"
            raise InvariantError(f"{claim!r} is given {given}, which its layer records")

    def only(self, needed: set[int]) -> tuple[Group, ...]:
        """Return the groups with the rules at these places alone; none that would be empty."""
        found, first = [], 0
        for group in self._groups:
            rules = tuple(rule for n, rule in enumerate(group.rules, start=first) if n in needed)
            first += len(group.rules)
            if rules:
                found.append(replace(group, rules=rules))
        return tuple(found)

    def _reading(self, selector: Selector) -> frozenset[int]:
        """Return the places of the rules whose series a selector may read."""
        if selector not in self._read:
            name, matchers = selector
            wanted = next((m[2] for m in matchers if m[:2] == (names.AGREEMENT, "=")), _ANY)
            candidates = list(self._found.get((name, wanted), ()))
            if name == ALERTS and wanted not in ("", _ANY):
                # An alert may take its agreement from the series it reads, not from its rule.
                candidates += self._found.get((name, ""), ())
            self._read[selector] = frozenset(n for n, out in candidates if matches(selector, out))
        return self._read[selector]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _holds(labels: Mapping[str, str], matcher: tuple[str, str, str]) -> bool:
    label, operator, text = matcher
    value = labels.get(label, "")
    if operator in ("=", "!="):
        return (value == text) == (operator == "=")
    return (_pattern(text).fullmatch(value) is not None) == (operator == "=~")
