"""Sloth's `prometheus/v1`: a service, its SLOs, and the page and the ticket of each.

Error and total queries become the bad and all events of a census over 30 days, the period that
Sloth takes when nobody asks for another. Its page and its ticket are ours, by our burn pairs;
which of them is disabled, and the runbook, carry over.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.dialects.counts import count_of, rest_of
from truegreen_definitions.dialects.dialect import Dialect, Foreign, Translation
from truegreen_definitions.dialects.trees import (
    document,
    items_of,
    named,
    owner_of,
    team,
    text_at,
    tree,
)
from truegreen_definitions.dialects.untold import untold
from truegreen_definitions.expressions.promql import WINDOW
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.trees import Part
    from truegreen_definitions.dialects.untold import Fields

__all__ = ["SLOTH"]

VERSION = "prometheus/v1"
PERIOD = "30d"
_WINDOW = re.compile(r"\{\{-?\s*\.window\s*-?\}\}")
_RUNBOOKS = ("runbook", "runbook_url")
_ALERT: Fields = {"disable": None}
_SLO: Fields = {
    "name": None,
    "description": None,
    "objective": None,
    "sli": {"events": {"error_query": None, "total_query": None}},
    "alerting": {
        "annotations": dict.fromkeys(_RUNBOOKS),
        "page_alert": _ALERT,
        "ticket_alert": _ALERT,
    },
}
_FIELDS: Fields = {
    "version": None,
    "service": None,
    "labels": {"owner": None, "team": None},
    "slos": _SLO,
}
_LABELS = "our labels are service, agreement, kind and owner; others come by a join"
_ANNOTATIONS = "annotations of ours say summary, budget, board and definition"
_WHY = {
    "labels": _LABELS,
    "labels.*": _LABELS,
    "name": "our alerts are named by what they say",
    "annotations": _ANNOTATIONS,
    "annotations.*": _ANNOTATIONS,
    "plugin": "write the events that the plugin makes: error_query and total_query",
    "raw": "a ratio cannot be added up: write events with error_query and total_query",
    "slo_plugins": "there are no plugins",
}


def _recognises(root: Node) -> bool:
    found = text_at(root, "version")
    return found is not None and found.text == VERSION


def _translate(documents: tuple[Foreign, ...], own: frozenset[tuple[str, str]]) -> Translation:
    made: list[Foreign] = []
    problems: list[Problem] = []
    teams = {name for kind, name in own if kind == "Team"}
    for one in documents:
        service, owner = _service(one.root, problems)
        made.append(Foreign(one.path, service))
        if owner.text not in teams:
            teams.add(owner.text)
            made.append(Foreign(one.path, team(owner)))
    return Translation(documents=tuple(made), problems=tuple(problems))


SLOTH = Dialect(name="Sloth", recognises=_recognises, translate=_translate)


def _service(root: Node, problems: list[Problem]) -> tuple[Node, ScalarNode]:
    name = text_at(root, "service")
    if name is None:
        problems.append(Problem("dialect/not-whole", "there is no `service`", root.place))
        name = ScalarNode("unnamed", plain=True, place=root.place)
    labels = find(root, ("labels",))
    owner = owner_of(labels, name.place, problems)
    problems += untold(root, _FIELDS, _WHY)
    spec: dict[str, Part] = {
        "owner": owner,
        "steps": [{"name": "serve", "title": name.text}],
        "slas": [_agreement(slo, problems) for slo in items_of(root, "slos")],
    }
    metadata: dict[str, Part] = {"name": named(name, problems), "title": name.text}
    return document("Service", metadata, spec, root.place), owner


def _agreement(slo: Node, problems: list[Problem]) -> Node:
    name = text_at(slo, "name")
    parts: dict[str, Part] = {
        **({"name": named(name, problems), "title": name} if name else {}),
        **_if_there("description", text_at(slo, "description")),
        "indicator": _indicator(slo, problems),
        **_if_there("objective", _objective(slo)),
        "window": PERIOD,
        "alerts": _alerts(slo, problems),
    }
    return tree(parts, slo.place)


def _if_there(field: str, node: Node | None) -> dict[str, Part]:
    return {} if node is None else {field: node}


def _objective(slo: Node) -> ScalarNode | None:
    """Return the objective as a percentage, which it is without saying so."""
    found = text_at(slo, "objective")
    return found and ScalarNode(f"{found.text}%", plain=True, place=found.place)


def _indicator(slo: Node, problems: list[Problem]) -> Part:
    error, total = (text_at(slo, "sli", "events", f"{one}_query") for one in ("error", "total"))
    if error is None or total is None:
        sli = find(slo, ("sli",)) or slo
        message = "there are no events to count"
        hint = "write sli.events with error_query and total_query: a ratio cannot be added up"
        problems.append(Problem("dialect/not-a-count", message, sli.place, hint))
        return {"kind": "promql", "good": "unknown_total", "total": "unknown_total"}
    bad, every = (count_of(_windowed(one), problems) for one in (error, total))
    good = rest_of(every, bad)
    side: dict[str, Part] = {"bad": bad} if good is None else {"good": good}
    return {"kind": "promql", **side, "total": every}


def _windowed(query: ScalarNode) -> ScalarNode:
    return ScalarNode(_WINDOW.sub(WINDOW, query.text), plain=query.plain, place=query.place)


def _alerts(slo: Node, problems: list[Problem]) -> dict[str, Part]:
    alerting = find(slo, ("alerting",))
    if alerting is None:
        return {}
    alerts: dict[str, Part] = {}
    for ours, theirs in (("page", "page_alert"), ("ticket", "ticket_alert")):
        disabled = text_at(alerting, theirs, "disable")
        if disabled is not None and disabled.text == "true":
            alerts[ours] = ScalarNode("false", plain=True, place=disabled.place)
    alerts |= dict(_runbook(find(alerting, ("annotations",)), problems))
    return alerts


def _runbook(annotations: Node | None, problems: list[Problem]) -> Iterator[tuple[str, Part]]:
    if annotations is None:
        return
    said = [node for key in _RUNBOOKS if (node := text_at(annotations, key))]
    for other in said[1:]:
        message, hint = "a second runbook does not carry over", "an agreement has one"
        problems.append(Problem("dialect/not-carried", message, other.place, hint, Severity.INFO))
    found = said[0] if said else None
    if found is not None and found.text.startswith("http"):
        yield "runbook", found
    elif found is not None:
        message = f"{found.text!r} is no address of a runbook"
        hint = "write one that begins with https://"
        problems.append(Problem("dialect/not-carried", message, found.place, hint, Severity.INFO))
