"""The rules a file of tests needs: what its cases ask for, down to what they are given.

A rule belongs to a layer when a case asks for its series, or a rule of the layer reads it and
the case does not give it. So a new rule or a new case finds its place by itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.rule import Group, Rule

__all__ = ["Output", "Selector", "matches", "output_of", "rules_for", "selectors"]

ALERTS = "ALERTS"
_ANY = "*"  # no name of an agreement

# What stands in strings outside braces, and in comments, is no selector.
_LEXEME = re.compile(
    r'"(?:\\.|[^"\\])*"|#[^\n]*'
    r'|(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<inside>(?:[^"{}]|"(?:\\.|[^"\\])*")*)\})?'
)
_MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:\\.|[^"\\])*)"')

Selector = tuple[str, tuple[tuple[str, str, str], ...]]
"""Name of a metric, and its matchers as (label, operator, value)."""

Output = tuple[str, dict[str, str]]
"""The series a rule records: name and labels; of an alert its `ALERTS`."""


def rules_for(groups: Sequence[Group], cases: Sequence[Case]) -> tuple[Group, ...]:
    """Return the groups, in order, with the rules that these cases need and no others.

    Raises:
        InvariantError: A case gives a series that no rule records although rules record that
            metric, or one that a rule of another case in the same layer would write over.
    """
    index = _Index(groups)
    needed: set[int] = set()
    given: dict[Selector, str] = {}
    for case in cases:
        inputs = tuple(found for name, _ in case.series for found in selectors(name))
        for one in inputs:
            index.refuse_unknown(one, case)
            given.setdefault(one, f"{case.about}: {case.claim}")
        needed |= index.closure([check.expr for check in case.checks], frozenset(inputs))
    index.refuse_overwritten(given, needed)
    return tuple(_only(groups, needed))


def selectors(expr: str) -> tuple[Selector, ...]:
    """Return the series an expression reads; functions and words look like names of metrics."""
    return tuple(
        (found["name"], _matchers(found["inside"] or ""))
        for found in _LEXEME.finditer(expr)
        if found["name"]
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


class _Index:
    """Rules by what they record, each with its place among all rules of the groups."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._rules = [rule for group in groups for rule in group.rules]
        self._found: dict[tuple[str, str], list[tuple[int, Output]]] = {}
        for place, rule in enumerate(self._rules):
            name, labels = output_of(rule)
            for agreement in {labels.get(names.AGREEMENT, ""), _ANY}:
                self._found.setdefault((name, agreement), []).append((place, (name, labels)))

    def reading(self, selector: Selector) -> Iterator[tuple[int, Output]]:
        """Yield the rules whose series a selector may read."""
        name, matchers = selector
        wanted = (m[2] for m in matchers if m[:2] == (names.AGREEMENT, "="))
        for place, output in self._found.get((name, next(wanted, _ANY)), ()):
            if matches(selector, output):
                yield place, output

    def closure(self, exprs: Iterable[str], given: frozenset[Selector]) -> set[int]:
        """Return the places of rules that expressions need, without those that are given."""
        needed: set[int] = set()
        left = [selector for expr in exprs for selector in selectors(expr)]
        seen = set(left)
        while left:
            for place, output in self.reading(left.pop()):
                if place in needed or any(matches(one, output) for one in given):
                    continue
                needed.add(place)
                for selector in selectors(self._rules[place].expr):
                    if selector not in seen:
                        seen.add(selector)
                        left.append(selector)
        return needed

    def refuse_unknown(self, given: Selector, case: Case) -> None:
        """Refuse a series of rules that no rule records: the layers would not meet."""
        metric = names.ALL_BY_NAME.get(given[0])
        if metric is None or metric.by != "rules" or any(self.reading(given)):
            return
        raise InvariantError(
            f"{case.about}: {case.claim!r} is given {given}, which no rule records"
        )

    def refuse_overwritten(self, given: Mapping[Selector, str], needed: set[int]) -> None:
        """Refuse an input that a rule of the same layer records."""
        for selector, claim in given.items():
            if any(place in needed for place, _ in self.reading(selector)):
                raise InvariantError(f"{claim!r} is given {selector}, which its layer records")


def _only(groups: Sequence[Group], needed: set[int]) -> Iterator[Group]:
    first = 0
    for group in groups:
        rules = tuple(rule for n, rule in enumerate(group.rules, start=first) if n in needed)
        first += len(group.rules)
        if rules:
            yield replace(group, rules=rules)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.DOTALL)


def _matchers(inside: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (label, operator, re.sub(r"\\(.)", r"\1", text))
        for label, operator, text in _MATCHER.findall(inside)
    )


def _holds(labels: Mapping[str, str], matcher: tuple[str, str, str]) -> bool:
    label, operator, text = matcher
    value = labels.get(label, "")
    if operator in ("=", "!="):
        return (value == text) == (operator == "=")
    return (_pattern(text).fullmatch(value) is not None) == (operator == "=~")
