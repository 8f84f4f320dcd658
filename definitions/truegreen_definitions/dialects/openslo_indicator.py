"""SLIs of OpenSLO: a ratio metric as good (or bad) and total, a threshold metric as slices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from truegreen_definitions.dialects.counts import count_of
from truegreen_definitions.dialects.trees import text_at
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import Node, ScalarNode, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.dialects.openslo_index import Index
    from truegreen_definitions.dialects.trees import Part

__all__ = ["Asked", "indicator_of"]

_OF_COUNTERS = re.compile(r"\b(?:rate|increase)\s*\(")
_NONE: dict[str, Part] = {"kind": "promql", "good": "unknown_total", "total": "unknown_total"}
_OPERATORS = {"lte": "<=", "lt": "<", "gte": ">=", "gt": ">"}
_OF_SLICES = ("timeSliceWindow", "timeSliceTarget")


class Asked(NamedTuple):
    """What an indicator is asked for by an SLO.

    Attributes:
        holder: Holds the indicator or its name: the SLO's spec, or the objective.
        objective: The objective.
        budgeting: The budgeting method, if it is said.
    """

    holder: Node
    objective: Node
    budgeting: ScalarNode | None


def indicator_of(index: Index, asked: Asked, problems: list[Problem]) -> dict[str, Part]:
    """Return the indicator that an SLO or an objective has, written there or referred to."""
    reference = text_at(asked.holder, "indicatorRef")
    sli = index.find("SLI", reference) if reference else find(asked.holder, ("indicator",))
    if sli is None:
        place = reference.place if reference else asked.holder.place
        found = f"there is no SLI {reference.text!r}" if reference else "there is no indicator"
        problems.append(Problem("dialect/not-whole", found, place, "write indicator or its name"))
        return _NONE
    threshold = find(sli, ("spec", "thresholdMetric"))
    if threshold is not None:
        return _slices(threshold, asked, problems)
    return _events(sli, asked, problems)


def _events(sli: Node, asked: Asked, problems: list[Problem]) -> dict[str, Part]:
    """Return good (or bad) and total of a ratio metric."""
    ratio = find(sli, ("spec", "ratioMetric"))
    if ratio is None:
        return _refused(sli, problems)
    parts = {part: _query(ratio, part) for part in ("good", "bad", "total")}
    good, bad, total = parts["good"], parts["bad"], parts["total"]
    if total is None or (good is None and bad is None):
        return _refused(ratio, problems)
    for part, query in parts.items():
        problems += _other_source(ratio, part)
        problems += _no_counter(ratio, query)
    problems += _other_budgeting(asked, "events", "Occurrences")
    problems += _unused(asked.objective, ("op", "value", *_OF_SLICES), "events are counted")
    if good is not None and bad is not None:
        problems += _unused(ratio, ("bad",), "what is not good is bad")
    side = "good" if good is not None else "bad"
    queries = {side: good or bad, "total": total}
    return {
        "kind": "promql",
        **{
            part: count_of(query, problems, ranges=True)
            for part, query in queries.items()
            if query is not None
        },
    }


def _slices(threshold: Node, asked: Asked, problems: list[Problem]) -> dict[str, Part]:
    """Return slices of time in which a metric is on the good side of the objective's value."""
    query = _query_of(threshold)
    operator, value = (text_at(asked.objective, field) for field in ("op", "value"))
    sign = _OPERATORS.get(operator.text) if operator else None
    if query is None or value is None or sign is None:
        place = (operator or asked.objective).place
        hint = f"write a query, value, and op: one of {', '.join(_OPERATORS)}"
        message = "there is no threshold to hold the metric against"
        problems.append(Problem("dialect/not-whole", message, place, hint))
        return _NONE
    problems += _other_source(threshold, "")
    problems += _other_budgeting(asked, "slices of time", "Timeslices", "Occurrences")
    problems += _unused(asked.objective, _OF_SLICES[1:], "a slice is judged at its end")
    holds = ScalarNode(f"({query.text}) {sign} {value.text}", plain=False, place=query.place)
    window = text_at(asked.objective, "timeSliceWindow")
    return {"kind": "gauge", "good_when": holds, **({"slice": _length(window)} if window else {})}


def _length(window: ScalarNode) -> ScalarNode:
    """Return the length of a slice; one without a unit is in minutes."""
    text = f"{window.text}m" if window.text.isdecimal() else window.text
    return ScalarNode(text, plain=True, place=window.place)


def _refused(node: Node, problems: list[Problem]) -> dict[str, Part]:
    message = "there are no events to count"
    hint = "write a ratioMetric with good (or bad) and total, or a thresholdMetric"
    problems.append(Problem("dialect/not-a-count", message, node.place, hint))
    return _NONE


def _other_budgeting(asked: Asked, what: str, *methods: str) -> Iterator[Problem]:
    """Yield that a budget is counted in another way than it is asked for."""
    said = asked.budgeting
    if said is not None and said.text not in methods:
        message = f"the budget is counted in {what}, not by {said.text}"
        hint = "define it in our own language where the difference matters"
        yield Problem("dialect/other-meaning", message, said.place, hint, Severity.WARNING)


def _unused(node: Node, fields: tuple[str, ...], why: str) -> Iterator[Problem]:
    """Yield fields that mean something for another sort of metric than this one."""
    for field in fields:
        said = find(node, (field,))
        if said is not None:
            message = f"`{field}` does not carry over"
            yield Problem("dialect/not-carried", message, said.place, why, Severity.INFO)


def _no_counter(ratio: Node, query: ScalarNode | None) -> tuple[Problem, ...]:
    """Return a problem where a query gives events per sample: an increase is not their sum.

    A rate is no counter either, but what it is taken of is one.
    """
    counter = text_at(ratio, "counter")
    if counter is None or counter.text.lower() != "false" or query is None:
        return ()
    if _OF_COUNTERS.search(query.text):
        return ()
    message = "`counter: false` gives events per sample, and only counters can be counted"
    hint = "export them as counters that only grow, and write counter: true"
    return (Problem("dialect/not-a-count", message, query.place, hint),)


def _query(ratio: Node, part: str) -> ScalarNode | None:
    found = find(ratio, (part,))
    return _query_of(found) if found else None


def _query_of(metric: Node) -> ScalarNode | None:
    """Return the query of a metric source."""
    path = ("metricSource", "spec")
    return text_at(metric, *path, "query") or text_at(metric, *path, "promql")


def _other_source(metric: Node, part: str) -> tuple[Problem, ...]:
    kind = text_at(metric, *((part,) if part else ()), "metricSource", "type")
    if kind is None or kind.text.lower() == "prometheus":
        return ()
    message = f"the metric source {kind.text!r} is read as Prometheus"
    hint = "queries must be PromQL"
    return (Problem("dialect/other-meaning", message, kind.place, hint, Severity.WARNING),)
