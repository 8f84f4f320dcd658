"""OpenSLO v1: services, SLOs and SLIs, and the policies, conditions and targets of their alerts.

All SLOs of a service become the agreements of one Service; an SLO with several objectives one
agreement each. A ratio metric over Prometheus becomes good (or bad) and all events. An alert
policy says whether there are pages and tickets; when they fire is said by our burn pairs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.dialects.dialect import Dialect, Foreign, Translation
from truegreen_definitions.dialects.openslo_alerts import alerts_of
from truegreen_definitions.dialects.openslo_index import KINDS, Index
from truegreen_definitions.dialects.openslo_indicator import indicator_of
from truegreen_definitions.dialects.trees import (
    document,
    items_of,
    named,
    not_carried,
    owner_of,
    team,
    text_at,
    tree,
)
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.trees import Part

__all__ = ["OPENSLO"]

VERSION = "openslo/v1"
_UNITS = {"w": "week", "M": "month", "Q": "quarter", "Y": "year"}
_CALENDAR = re.compile(r"1([wMQY])")
_WHY = {
    "timeSliceTarget": "events are counted, not slices of time",
    "timeSliceWindow": "events are counted, not slices of time",
    "compositeWeight": "every objective is an agreement of its own",
    "op": "a bound of a histogram says what is good: use indicator kind latency",
    "value": "a bound of a histogram says what is good: use indicator kind latency",
}


def _recognises(root: Node) -> bool:
    found = text_at(root, "apiVersion")
    return found is not None and found.text == VERSION


def _translate(documents: tuple[Foreign, ...], own: frozenset[tuple[str, str]]) -> Translation:
    problems: list[Problem] = []
    index = Index(documents)
    made: list[Foreign] = []
    teams = {name for kind, name in own if kind == "Team"}
    for one in documents:
        problems += _unknown_kind(one.root)
    for home, service, slos in index.services():
        root, owner = _service(index, home, service, slos, problems)
        made.append(root)
        if owner.text not in teams:
            teams.add(owner.text)
            made.append(Foreign(root.path, team(owner)))
    return Translation(documents=tuple(made), problems=tuple(problems))


OPENSLO = Dialect(name="OpenSLO", recognises=_recognises, translate=_translate)


def _unknown_kind(root: Node) -> Iterator[Problem]:
    kind = text_at(root, "kind")
    if kind is None or kind.text not in KINDS:
        place = kind.place if kind else root.place
        found = f"{kind.text!r} is no kind" if kind else "there is no kind"
        hint = f"kinds of openslo/v1: {', '.join(KINDS)}"
        yield Problem("dialect/not-whole", f"{found} of OpenSLO", place, hint)
    elif kind.text == "DataSource":
        message = f"the DataSource {_name(root)!r} does not carry over"
        hint = "there is one Prometheus, and the Policy says which"
        yield Problem("dialect/not-carried", message, kind.place, hint, Severity.INFO)


def _name(root: Node) -> str:
    found = text_at(root, "metadata", "name")
    return found.text if found else ""


def _service(
    index: Index,
    home: str,
    service: Node,
    slos: tuple[Node, ...],
    problems: list[Problem],
) -> tuple[Foreign, ScalarNode]:
    """Return a Service with all its agreements; `service` may be the name that SLOs give."""
    declared = not isinstance(service, ScalarNode)
    name = text_at(service, "metadata", "name") if declared else service
    name = name if isinstance(name, ScalarNode) else ScalarNode("unnamed", True, service.place)  # noqa: FBT003  a node's shape
    labels = next(
        (found for one in (service, *slos) if (found := find(one, ("metadata", "labels")))), None
    )
    owner = owner_of(labels, name.place, problems)
    title = text_at(service, "metadata", "displayName") if declared else None
    zone = next((z for slo in slos if (z := _zone(slo))), None)
    shown = title.text if title else name.text
    spec: dict[str, Part] = {
        "owner": owner,
        **({"zone": zone} if zone else {}),
        "steps": [{"name": "serve", "title": shown}],
        "slas": [one for slo in slos for one in _agreements(index, slo, problems)],
    }
    root = document("Service", named(name, problems), spec, service.place, title=shown)
    return Foreign(home, root), owner


def _zone(slo: Node) -> ScalarNode | None:
    return text_at(slo, "spec", "timeWindow", 0, "calendar", "timeZone")


def _agreements(index: Index, slo: Node, problems: list[Problem]) -> Iterator[Node]:
    spec = find(slo, ("spec",)) or slo
    carried = {"description", "service", "indicator", "indicatorRef", "timeWindow"}
    problems += not_carried(spec, {*carried, "budgetingMethod", "objectives", "alertPolicies"}, {})
    problems += _other_budgeting(spec)
    objectives = items_of(spec, "objectives")
    for number, objective in enumerate(objectives, start=1):
        known = {"displayName", "target", "targetPercent", "indicator", "indicatorRef"}
        problems += not_carried(objective, known, _WHY)
        suffix = f"-{number}" if len(objectives) > 1 else ""
        yield _agreement(index, slo, objective, suffix, problems)


def _agreement(
    index: Index, slo: Node, objective: Node, suffix: str, problems: list[Problem]
) -> Node:
    name = text_at(slo, "metadata", "name")
    title = text_at(objective, "displayName") or text_at(slo, "metadata", "displayName")
    description = text_at(slo, "spec", "description")
    own_indicator = find(objective, ("indicator",)) or find(objective, ("indicatorRef",))
    parts: dict[str, Part] = {
        **({"name": _numbered(named(name, problems), suffix)} if name else {}),
        **({"title": title} if title else {}),
        **({"description": description} if description else {}),
        "indicator": indicator_of(
            index, objective if own_indicator else find(slo, ("spec",)) or slo, problems
        ),
        **_target(objective),
        **_window(slo),
        "alerts": alerts_of(index, slo, problems),
    }
    return tree(parts, objective.place)


def _numbered(name: ScalarNode, suffix: str) -> ScalarNode:
    return ScalarNode(f"{name.text}{suffix}", plain=True, place=name.place)


def _target(objective: Node) -> dict[str, Part]:
    percent, share = text_at(objective, "targetPercent"), text_at(objective, "target")
    if percent is not None:
        return {"objective": ScalarNode(f"{percent.text}%", plain=True, place=percent.place)}
    return {"objective": share} if share else {}


def _window(slo: Node) -> dict[str, Part]:
    """Return the window as ours: a calendar unit, or the duration as it is written."""
    found = text_at(slo, "spec", "timeWindow", 0, "duration")
    if found is None:
        return {}
    rolling = text_at(slo, "spec", "timeWindow", 0, "isRolling")
    calendar = _CALENDAR.fullmatch(found.text)
    text = found.text
    if calendar and rolling is not None and rolling.text == "false":
        text = _UNITS[calendar[1]]
    return {"window": ScalarNode(text, plain=True, place=found.place)}


def _other_budgeting(spec: Node) -> Iterator[Problem]:
    method = text_at(spec, "budgetingMethod")
    if method is not None and method.text != "Occurrences":
        message = f"the budget is counted in events, not by {method.text}"
        hint = "use indicator kind gauge for slices of time"
        yield Problem("dialect/other-meaning", message, method.place, hint, Severity.WARNING)
