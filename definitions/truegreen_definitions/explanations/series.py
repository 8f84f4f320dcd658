"""Recorded series and alerts of a plan's rules, as lines about one part of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules import rule_groups, rules_path
from truegreen_definitions.emitters.rules.rule import Alert, Recording
from truegreen_definitions.names import AlertLabel, AnnotationName

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.emitters.rules.rule import Group, Rule
    from truegreen_definitions.plan import Plan

__all__ = ["alert_lines", "group_lines", "is_about", "rules_about", "series_lines"]

_VARYING = (names.WINDOW, names.OVER, names.STATE, names.LEVEL)
_TEMPLATE = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def is_about(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Return whether a series or alert has every one of these labels."""
    return all(labels.get(name) == value for name, value in wanted.items())


def rules_about(
    plan: Plan, service: str, wanted: Mapping[str, str]
) -> tuple[tuple[Group, Rule], ...]:
    """Return the rules of a service whose labels are these, each with its group, in order."""
    groups = rule_groups(plan, plan.service(service))
    return tuple(
        (group, rule) for group in groups for rule in group.rules if is_about(rule.labels, wanted)
    )


def group_lines(plan: Plan, service: str, rules: Iterable[tuple[Group, Rule]]) -> Iterator[str]:
    """Yield the rule file, and the groups in it that hold these rules."""
    yield rules_path(plan.service(service))
    for name in dict.fromkeys(group.name for group, _ in rules):
        yield f"group {name}"


def series_lines(rules: Iterable[tuple[Group, Rule]]) -> Iterator[str]:
    """Yield each recorded metric with the windows, states or levels it is recorded for."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for _, rule in rules:
        if isinstance(rule, Recording):
            values = found.setdefault(rule.metric.name, {})
            for name in _VARYING:
                if rule.labels.get(name):
                    values.setdefault(name, {})[rule.labels[name]] = None
    for metric, values in found.items():
        said = "; ".join(f"{name}: {', '.join(of)}" for name, of in values.items())
        yield f"{metric} ({said})" if said else metric


def alert_lines(rules: Iterable[tuple[Group, Rule]]) -> Iterator[str]:
    """Yield each alert: name, severity, how long it is pending, and what it means in words."""
    for _, rule in rules:
        if isinstance(rule, Alert):
            said = [rule.labels.get(AlertLabel.SEVERITY, "")]
            said += [f"burn {pair}" for pair in (rule.labels.get(AlertLabel.BURN),) if pair]
            said += [f"for {rule.pending}"] if rule.pending else []
            yield f"{rule.name} ({', '.join(filter(None, said))}): {_words(rule)}"


def _words(alert: Alert) -> str:
    """Return the summary with an ellipsis for what is known only when the alert fires.

    What stands before its first colon is the title of what is explained anyway.
    """
    summary = _TEMPLATE.sub("…", alert.annotations.get(AnnotationName.SUMMARY, ""))
    title, colon, words = summary.partition(": ")
    return " ".join((words if colon else title).split())
