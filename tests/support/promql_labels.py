"""Which labels a query's result has, worked out from its tree and the metric contract.

Says what no parser says: that a selector asks a label its metric lacks, that an aggregation or
a join names a label that is not there, that two sides can never match.
"""

from __future__ import annotations

import re

import promql_parser as pp

from truegreen_definitions import names

__all__ = ["Unsound", "filled", "result_labels", "selectors"]

# Prometheus's own series of firing alerts; its labels are those of our rules.
_ALERTS = frozenset(
    {"alertname", "alertstate", names.SERVICE, names.AGREEMENT, names.KIND, names.OWNER}
    | set(names.AlertLabel)
)


class Unsound(Exception):  # noqa: N818  it is a verdict on a query
    """A query that cannot mean what it says."""


def filled(expr: str, **variables: str) -> str:
    """Return a query with the board's variables and Grafana's ranges filled in."""
    for name, value in (("__rate_interval", "1m"), ("__range", "1h"), *variables.items()):
        expr = re.sub(rf"\${name}\b", value, expr)
    return expr


def selectors(expr: str) -> list[pp.VectorSelector]:
    """Return every vector selector of a query."""
    found: list[pp.VectorSelector] = []

    def visit(node: object) -> bool:
        if isinstance(node, pp.VectorSelector):
            found.append(node)
        if isinstance(node, pp.MatrixSelector):
            found.append(node.vector_selector)
        return True

    pp.walk(pp.parse(expr), visit, lambda _: True)
    return found


def result_labels(expr: str) -> frozenset[str] | None:
    """Return the labels of a query's result; None for a scalar.

    Raises:
        Unsound: The query names something that is not there.
    """
    return _labels(pp.parse(expr))


def _labels(node: object) -> frozenset[str] | None:
    match node:
        case pp.VectorSelector():
            return _selected(node)
        case pp.MatrixSelector():
            return _selected(node.vector_selector)
        case pp.ParenExpr() | pp.UnaryExpr() | pp.SubqueryExpr():
            return _labels(node.expr)
        case pp.NumberLiteral() | pp.StringLiteral():
            return None
        case pp.Call():
            return _called(node)
        case pp.AggregateExpr():
            return _aggregated(node)
        case pp.BinaryExpr():
            return _joined(node)
    raise AssertionError(f"no rule for {type(node).__name__}")


def _selected(node: pp.VectorSelector) -> frozenset[str]:
    name, suffix = node.name, ""
    if name not in names.ALL_BY_NAME and name != "ALERTS":
        name, suffix = re.fullmatch(r"(.*?)(_bucket|_sum|_count)?", name).groups(default="")
        if names.ALL_BY_NAME.get(name) is None or names.ALL_BY_NAME[name].type != "histogram":
            raise Unsound(f"{node.name} is in no contract")
    elif name != "ALERTS" and names.ALL_BY_NAME[name].type == "histogram":
        raise Unsound(f"{name} is a histogram: it has no series of this name")
    labels = _ALERTS if name == "ALERTS" else frozenset(names.ALL_BY_NAME[name].labels)
    labels |= {"le"} if suffix == "_bucket" else set()
    asked = {matcher.name for matcher in node.matchers.matchers}
    if not asked <= labels:
        raise Unsound(f"{node.name} has no label {sorted(asked - labels)}")
    return labels


def _called(node: pp.Call) -> frozenset[str] | None:
    found = [_labels(argument) for argument in node.args]
    if node.func.name == "label_replace":
        target, _, source, _ = (argument.val for argument in node.args[1:])
        if source and source not in found[0]:
            raise Unsound(f"label_replace reads {source}, which is not in {sorted(found[0])}")
        return found[0] | {target}
    if node.func.name == "histogram_quantile":
        if "le" not in found[1]:
            raise Unsound("histogram_quantile without le")
        return found[1] - {"le"}
    return next((labels for labels in found if labels is not None), frozenset())


def _aggregated(node: pp.AggregateExpr) -> frozenset[str]:
    inner = _labels(node.expr)
    if node.modifier is None:
        return frozenset()
    named = frozenset(node.modifier.labels)
    if not named <= inner:
        raise Unsound(f"aggregated by {sorted(named - inner)}, which is not in {sorted(inner)}")
    return named if node.modifier.type == pp.AggModifierType.By else inner - named


def _joined(node: pp.BinaryExpr) -> frozenset[str] | None:
    left, right = _labels(node.lhs), _labels(node.rhs)
    if left is None or right is None:
        return right if left is None else left
    matching = node.modifier.matching if node.modifier else None
    setwise = str(node.op) in {"and", "or", "unless"}
    if matching is None:
        if left != right:
            raise Unsound(f"{sorted(left)} and {sorted(right)} can never match")
        return left
    on = frozenset(matching.labels)
    if not on <= left & right:
        raise Unsound(f"joined on {sorted(on - (left & right))}, which one side lacks")
    if setwise:
        return left
    many = node.modifier.card
    if many == pp.VectorMatchCardinality.OneToOne:
        if on not in (left, right):
            raise Unsound(f"one to one on {sorted(on)}, but both sides have more labels")
        return on
    brought = frozenset(node.modifier.group_labels or ())
    if many != pp.VectorMatchCardinality.ManyToOne or not brought <= right:
        raise Unsound(f"group_left brings {sorted(brought)} of {sorted(right)}")
    return left | brought
