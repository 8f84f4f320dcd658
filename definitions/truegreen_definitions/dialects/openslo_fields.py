"""Fields of OpenSLO's objects that are read, kind by kind; all others are told.

Source: OpenSLO v1 specification, "Object types".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.dialects.untold import untold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.untold import Fields
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Node

__all__ = ["KINDS", "fields_untold"]

KINDS = (
    "Service",
    "SLO",
    "SLI",
    "AlertPolicy",
    "AlertCondition",
    "AlertNotificationTarget",
    "DataSource",
)

_OWNED: Fields = {"name": None, "displayName": None, "labels": {"owner": None, "team": None}}
_REFERRED: Fields = {"name": None}
_METRIC: Fields = {"metricSource": {"type": None, "spec": {"query": None, "promql": None}}}
_RATIO: Fields = {"counter": None, "good": _METRIC, "bad": _METRIC, "total": _METRIC}
_SLI: Fields = {
    "metadata": _REFERRED,
    "spec": {"ratioMetric": _RATIO, "thresholdMetric": _METRIC},
}
_CONDITION: Fields = {
    "kind": None,
    "metadata": _REFERRED,
    "conditionRef": None,
    "spec": {"severity": None},
}
_POLICY: Fields = {
    "kind": None,
    "metadata": _REFERRED,
    "alertPolicyRef": None,
    "spec": {
        "alertWhenNoData": None,
        "alertWhenResolved": None,
        "alertWhenBreaching": None,
        "conditions": _CONDITION,
    },
}
_SLO: Fields = {
    "metadata": _OWNED,
    "spec": {
        "description": None,
        "service": None,
        "indicator": _SLI,
        "indicatorRef": None,
        "timeWindow": {
            "duration": None,
            "isRolling": None,
            "calendar": {"startTime": None, "timeZone": None},
        },
        "budgetingMethod": None,
        "objectives": {
            "displayName": None,
            "target": None,
            "targetPercent": None,
            "indicator": _SLI,
            "indicatorRef": None,
            "op": None,
            "value": None,
            "timeSliceWindow": None,
            "timeSliceTarget": None,
        },
        "alertPolicies": _POLICY,
    },
}
_BY_KIND: dict[str, Fields] = {
    "Service": {"metadata": _OWNED, "spec": {"description": None}},
    "SLO": _SLO,
    "SLI": _SLI,
    "AlertPolicy": _POLICY,
    "AlertCondition": _CONDITION,
}
_WHY = {
    "annotations": "annotations of ours say summary, budget, board and definition",
    "labels": "our labels are service, agreement, kind and owner; others come by a join",
    "labels.*": "our labels are service, agreement, kind and owner; others come by a join",
    "compositeWeight": "every objective is an agreement of its own",
    "description": "describe the service or its SLO: those are carried over",
    "condition": "the Policy's burn pairs say when alerts fire: a long window and a short one",
    "metricSourceRef": "there is one Prometheus, and the Policy says which",
    "notificationTargets": "alerts go to the page and the ticket of the owner's Team",
    "raw": "a ratio cannot be added up: give good (or bad) and total",
    "rawType": "a ratio cannot be added up: give good (or bad) and total",
}


def fields_untold(root: Node, kind: str) -> Iterator[Problem]:
    """Yield what does not carry over of an object; nothing of a kind that does not as a whole."""
    if kind in _BY_KIND:
        yield from untold(root, {"apiVersion": None, "kind": None, **_BY_KIND[kind]}, _WHY)
