"""Which labels a query's result has, worked out from its tree and the metric contract.

Says what no parser says: that a selector asks a label its metric lacks, that an aggregation or
a join names a label that is not there, that two sides can never match.
"""

from __future__ import annotations

import re

import promql_parser as pp

from truegreen_definitions import names

__all__ = ["UnsoundError", "filled", "result_labels"]

_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
# Prometheus's own series of its alerts; their labels are those of our rules.
_OF_ALERTS = frozenset(
    {"alertname", "alertstate", names.SERVICE, names.AGREEMENT, names.KIND, names.OWNER}
    | set(names.AlertLabel)
)
_PART = re.compile(r"(?P<name>.*?)(?P<part>_bucket|_sum|_count)?")
_LE = "le"
_SCALARS = frozenset({"pi", "scalar", "time"})
_SETS = frozenset({"and", "or", "unless"})


class UnsoundError(Exception):
    """A query that cannot mean what it says."""


def filled(expr: str, **variables: str) -> str:
    """Return a query with a board's variables and the ranges of the time picker filled in."""
    usual = {"__rate_interval": "1m", "__range": "1h"}
    for name, value in (usual | variables).items():
        expr = re.sub(rf"\$(?:{name}\b|{{{name}(?::\w+)?}})", value, expr)
    return expr


def result_labels(expr: str) -> frozenset[str] | None:
    """Return the labels of a query's result; None for a scalar.

    Raises:
        ValueError: It does not parse.
        UnsoundError: It names something that is not there.
    """
    return _labels(pp.parse(expr))


def _labels(node: pp.Expr) -> frozenset[str] | None:
    match node:
        case pp.VectorSelector():
            return _selected(node)
        case pp.MatrixSelector():
            return _selected(node.vector_selector)
        case pp.ParenExpr() | pp.UnaryExpr() | pp.SubqueryExpr():
            return _labels(node.expr)
        case pp.Call():
            return _called(node)
        case pp.AggregateExpr():
            return _aggregated(node)
        case pp.BinaryExpr():
            return _joined(node)
    return None  # a number or a string


def _selected(node: pp.VectorSelector) -> frozenset[str]:
    labels = _emitted(node.name or "")
    if unknown := {matcher.name for matcher in node.matchers.matchers} - labels:
        raise UnsoundError(f"{node.name} has no label {sorted(unknown)}")
    return labels


def _emitted(name: str) -> frozenset[str]:
    """Return the labels of the series of a name."""
    if name in _ALERTS:
        return _OF_ALERTS
    metric = names.ALL_BY_NAME.get(name)
    if metric is not None and metric.type != "histogram":
        return frozenset(metric.labels)
    if metric is not None:
        raise UnsoundError(f"{name} is a histogram: it has no series of this name")
    found = _PART.fullmatch(name)
    metric = names.ALL_BY_NAME.get(found["name"]) if found else None
    if found is None or metric is None or metric.type != "histogram":
        raise UnsoundError(f"{name} is in no contract: nothing emits it")
    return frozenset(metric.labels) | ({_LE} if found["part"] == "_bucket" else set())


def _called(node: pp.Call) -> frozenset[str] | None:
    if node.func.name in _SCALARS:
        return None
    found = [_labels(argument) for argument in node.args]
    if node.func.name == "label_replace":
        target, _, source, _ = (str(getattr(one, "val", "")) for one in node.args[1:])
        of = found[0] or frozenset()
        if source and source not in of:
            raise UnsoundError(f"label_replace reads {source}, which is not in {sorted(of)}")
        return of | {target}
    if node.func.name == "histogram_quantile":
        of = found[1] or frozenset()
        if _LE not in of:
            raise UnsoundError("histogram_quantile without le")
        return of - {_LE}
    return next((labels for labels in found if labels is not None), frozenset())


def _aggregated(node: pp.AggregateExpr) -> frozenset[str]:
    inner = _labels(node.expr) or frozenset()
    if node.modifier is None:
        return inner if str(node.op) in {"topk", "bottomk"} else frozenset()
    named = frozenset(node.modifier.labels)
    if not named <= inner:
        said = f"aggregated by {sorted(named - inner)}, which is not in {sorted(inner)}"
        raise UnsoundError(said)
    return named if node.modifier.type == pp.AggModifierType.By else inner - named


def _joined(node: pp.BinaryExpr) -> frozenset[str] | None:
    left, right = _labels(node.lhs), _labels(node.rhs)
    if left is None or right is None:
        return right if left is None else left
    matching = node.modifier.matching if node.modifier else None
    if node.modifier is None or matching is None:
        if left != right:
            raise UnsoundError(f"{sorted(left)} and {sorted(right)} can never match")
        return left
    on = frozenset(matching.labels)
    if not on <= left & right:
        raise UnsoundError(f"joined on {sorted(on - (left & right))}, which one side lacks")
    if str(node.op) in _SETS:
        return left
    if node.modifier.card == pp.VectorMatchCardinality.OneToOne:
        if on not in (left, right):
            raise UnsoundError(f"one to one on {sorted(on)}, but both sides have more labels")
        return on
    brought = frozenset(node.modifier.group_labels or ())
    if node.modifier.card != pp.VectorMatchCardinality.ManyToOne or not brought <= right:
        raise UnsoundError(f"group_left brings {sorted(brought)} of {sorted(right)}")
    return left | brought
