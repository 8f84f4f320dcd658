"""Links of alerts, with the host that the Policy names: mail and chat open no path without one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.rule import Alert
from truegreen_definitions.names import AnnotationName

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rules.rule import Group, Rule
    from truegreen_definitions.plan import Policy

__all__ = ["with_addresses"]


def with_addresses(group: Group, policy: Policy) -> Group:
    """Return a group whose alerts lead to the boards and catalogue that the Policy names."""
    if not (policy.boards_url or policy.catalogue_url):
        return group
    return replace(group, rules=tuple(_addressed(rule, policy) for rule in group.rules))


def _addressed(rule: Rule, policy: Policy) -> Rule:
    if not isinstance(rule, Alert):
        return rule
    notes = dict(rule.annotations)
    if AnnotationName.BOARD in notes:
        notes[AnnotationName.BOARD] = policy.boards_url + notes[AnnotationName.BOARD]
    if policy.catalogue_url:
        page = f"{policy.catalogue_url}/{quote(rule.labels[names.SERVICE])}.html"
        notes[AnnotationName.CATALOGUE] = page
    return replace(rule, annotations=notes)
