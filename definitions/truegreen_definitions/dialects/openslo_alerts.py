"""Alert policies of OpenSLO: whether there are pages and tickets, and who is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.dialects.trees import items_of, text_at
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.openslo_index import Index
    from truegreen_definitions.dialects.trees import Part

__all__ = ["alerts_of"]

_PAGES = ("page", "critical", "high", "sev1", "p1")


def alerts_of(index: Index, slo: Node, problems: list[Problem]) -> dict[str, Part]:
    """Return which alerts an SLO asks for: both where it names no policy."""
    policies = [
        found
        for item in items_of(slo, "spec", "alertPolicies")
        if (found := _resolved(index, "AlertPolicy", item, "alertPolicyRef", problems))
    ]
    if not policies:
        return {}
    severities = set()
    for policy in policies:
        problems += _not_carried(policy)
        for item in items_of(policy, "spec", "conditions"):
            condition = _resolved(index, "AlertCondition", item, "conditionRef", problems)
            if condition is not None:
                severity = text_at(condition, "spec", "severity")
                severities.add(severity.text.lower() if severity else "page")
    pages = bool(severities & set(_PAGES))
    tickets = bool(severities - set(_PAGES))
    return {
        **({} if pages else {"page": "false"}),
        **({} if tickets else {"ticket": "false"}),
    }


def _resolved(
    index: Index, kind: str, item: Node, reference: str, problems: list[Problem]
) -> Node | None:
    """Return an object written in place, or the one that a name or a reference names."""
    name = item if isinstance(item, ScalarNode) else text_at(item, reference)
    if name is None:
        return item
    found = index.find(kind, name)
    if found is None:
        message = f"there is no {kind} {name.text!r}"
        problems.append(Problem("dialect/not-whole", message, name.place, "add it, or its file"))
    return found


def _not_carried(policy: Node) -> Iterator[Problem]:
    for field in ("alertWhenNoData", "alertWhenResolved", "alertWhenBreaching"):
        said = text_at(policy, "spec", field)
        if said is not None and said.text != _ALWAYS[field]:
            message = f"`{field}: {said.text}` does not carry over"
            hint = _SAID[field]
            yield Problem("dialect/not-carried", message, said.place, hint, Severity.INFO)


_ALWAYS = {"alertWhenNoData": "true", "alertWhenResolved": "true", "alertWhenBreaching": "true"}
_SAID = {
    "alertWhenNoData": "silence is always told, by XlaAbsent",
    "alertWhenResolved": "Alertmanager tells when an alert is over",
    "alertWhenBreaching": "alerts fire while something is wrong",
}
