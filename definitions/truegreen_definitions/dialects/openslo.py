"""OpenSLO v1: services, SLOs and SLIs, and the policies, conditions and targets of their alerts.

All SLOs of a service become the agreements of one Service; an SLO with several objectives one
agreement each. A ratio metric over Prometheus becomes good (or bad) and all events, a threshold
metric slices of time that are good. An alert policy says whether there are pages and tickets;
when they fire is said by our burn pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.dialects.dialect import Dialect, Foreign, Translation
from truegreen_definitions.dialects.openslo_alerts import alerts_of
from truegreen_definitions.dialects.openslo_fields import KINDS, fields_untold
from truegreen_definitions.dialects.openslo_index import Index
from truegreen_definitions.dialects.openslo_indicator import Asked, indicator_of
from truegreen_definitions.dialects.openslo_window import window_of, zone_of
from truegreen_definitions.dialects.trees import (
    document,
    items_of,
    named,
    owner_of,
    owners_in,
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
NOT_CARRIED = "dialect/not-carried"
_WHOLE = {
    "DataSource": "there is one Prometheus, and the Policy says which",
    "AlertNotificationTarget": "alerts go to the page and the ticket of the owner's Team",
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
        problems += _told(one.root)
    for home, service, slos in index.services():
        root, owner = _service(index, home, service, slos, problems)
        made.append(root)
        if owner.text not in teams:
            teams.add(owner.text)
            made.append(Foreign(root.path, team(owner)))
    problems += _unused(index)
    return Translation(documents=tuple(made), problems=tuple(dict.fromkeys(problems)))


OPENSLO = Dialect(name="OpenSLO", recognises=_recognises, translate=_translate)


def _told(root: Node) -> Iterator[Problem]:
    """Yield what does not carry over of an object: all of it, or single fields."""
    kind = text_at(root, "kind")
    if kind is None or kind.text not in KINDS:
        place = kind.place if kind else root.place
        found = f"{kind.text!r} is no kind" if kind else "there is no kind"
        hint = f"kinds of openslo/v1: {', '.join(KINDS)}"
        yield Problem("dialect/not-whole", f"{found} of OpenSLO", place, hint)
    elif kind.text in _WHOLE:
        message = f"the {kind.text} {_name(root)!r} does not carry over"
        yield Problem(NOT_CARRIED, message, kind.place, _WHOLE[kind.text], Severity.INFO)
    else:
        yield from fields_untold(root, kind.text)


def _unused(index: Index) -> Iterator[Problem]:
    for kind, root in index.never_found():
        message = f"the {kind} {_name(root)!r} does not carry over"
        hint = "no SLO of these files leads to it"
        yield Problem(NOT_CARRIED, message, root.place, hint, Severity.INFO)


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
    owner = _owner(service, slos, name, problems)
    title = text_at(service, "metadata", "displayName") if declared else None
    described = text_at(service, "spec", "description") if declared else None
    zone = zone_of(slos, problems)
    shown = title.text if title else name.text
    spec: dict[str, Part] = {
        "owner": owner,
        **({"zone": zone} if zone else {}),
        "steps": [{"name": "serve", "title": shown}],
        "slas": [one for slo in slos for one in _agreements(index, slo, problems)],
    }
    metadata: dict[str, Part] = {
        "name": named(name, problems),
        "title": shown,
        **({"description": described} if described else {}),
    }
    root = document("Service", metadata, spec, service.place)
    return Foreign(home, root), owner


def _owner(
    service: Node, slos: tuple[Node, ...], name: ScalarNode, problems: list[Problem]
) -> ScalarNode:
    """Return the team that the service's labels name, else those of the first SLO with labels."""
    labelled = [found for one in (service, *slos) if (found := find(one, ("metadata", "labels")))]
    owner = owner_of(labelled[0] if labelled else None, name.place, problems)
    for labels in labelled[1:]:
        for other in owners_in(labels):
            if other.text != owner.text:
                message = f"the service belongs to `{owner.text}`, and so do its agreements"
                hint = "move the SLO to a service of its own, or name the team at a step"
                problems.append(Problem(NOT_CARRIED, message, other.place, hint, Severity.INFO))
    return owner


def _agreements(index: Index, slo: Node, problems: list[Problem]) -> Iterator[Node]:
    spec = find(slo, ("spec",)) or slo
    objectives = items_of(spec, "objectives")
    for number, objective in enumerate(objectives, start=1):
        suffix = f"-{number}" if len(objectives) > 1 else ""
        yield _agreement(index, slo, objective, suffix, problems)


def _agreement(
    index: Index, slo: Node, objective: Node, suffix: str, problems: list[Problem]
) -> Node:
    name = text_at(slo, "metadata", "name")
    said = (text_at(slo, "metadata", "displayName"), text_at(objective, "displayName"))
    title = ": ".join(dict.fromkeys(one.text for one in said if one))
    description = text_at(slo, "spec", "description")
    own_indicator = find(objective, ("indicator",)) or find(objective, ("indicatorRef",))
    window = window_of(slo, problems)
    holder = objective if own_indicator else find(slo, ("spec",)) or slo
    asked = Asked(holder, objective, text_at(slo, "spec", "budgetingMethod"))
    parts: dict[str, Part] = {
        **({"name": _numbered(named(name, problems), suffix)} if name else {}),
        **({"title": title} if title else {}),
        **({"description": description} if description else {}),
        "indicator": indicator_of(index, asked, problems),
        **_target(objective, problems),
        **({"window": window} if window else {}),
        "alerts": alerts_of(index, slo, problems),
    }
    return tree(parts, objective.place)


def _numbered(name: ScalarNode, suffix: str) -> ScalarNode:
    return ScalarNode(f"{name.text}{suffix}", plain=True, place=name.place)


def _target(objective: Node, problems: list[Problem]) -> dict[str, Part]:
    percent, share = text_at(objective, "targetPercent"), text_at(objective, "target")
    if percent is None:
        return {"objective": share} if share else {}
    if share is not None:
        message, hint = "`target` does not carry over", "`targetPercent` is the objective"
        problems.append(Problem(NOT_CARRIED, message, share.place, hint, Severity.INFO))
    return {"objective": ScalarNode(f"{percent.text}%", plain=True, place=percent.place)}
