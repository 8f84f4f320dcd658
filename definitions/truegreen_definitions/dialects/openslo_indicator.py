"""SLIs of OpenSLO: a ratio metric over Prometheus as good (or bad) and all events."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.dialects.counts import count_of
from truegreen_definitions.dialects.trees import not_carried, text_at
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import Node, find

if TYPE_CHECKING:
    from truegreen_definitions.dialects.openslo_index import Index
    from truegreen_definitions.dialects.trees import Part
    from truegreen_definitions.yaml_tree.nodes import ScalarNode

__all__ = ["indicator_of"]

_WHY = {
    "rawType": "a ratio cannot be added up: give good (or bad) and total",
    "raw": "a ratio cannot be added up: give good (or bad) and total",
}
_OF_COUNTERS = re.compile(r"\b(?:rate|increase)\s*\(")
_NONE: dict[str, Part] = {"kind": "promql", "good": "unknown_total", "total": "unknown_total"}


def indicator_of(index: Index, holder: Node, problems: list[Problem]) -> dict[str, Part]:
    """Return the indicator that an SLO or an objective has, written there or referred to."""
    reference = text_at(holder, "indicatorRef")
    sli = index.find("SLI", reference) if reference else find(holder, ("indicator",))
    if sli is None:
        place = reference.place if reference else holder.place
        found = f"there is no SLI {reference.text!r}" if reference else "there is no indicator"
        problems.append(Problem("dialect/not-whole", found, place, "write indicator or its name"))
        return _NONE
    ratio = find(sli, ("spec", "ratioMetric"))
    if ratio is None:
        return _refused(sli, problems)
    problems += not_carried(ratio, {"counter", "good", "bad", "total"}, _WHY)
    parts = {part: _query(ratio, part) for part in ("good", "bad", "total")}
    good, bad, total = parts["good"], parts["bad"], parts["total"]
    if total is None or (good is None and bad is None):
        return _refused(ratio, problems)
    for part, query in parts.items():
        problems += _other_source(ratio, part)
        problems += _no_counter(ratio, query)
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


def _refused(node: Node, problems: list[Problem]) -> dict[str, Part]:
    message = "there are no events to count"
    hint = "write a ratioMetric with good (or bad) and total"
    problems.append(Problem("dialect/not-a-count", message, node.place, hint))
    return _NONE


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
    return text_at(ratio, part, "metricSource", "spec", "query") or text_at(
        ratio, part, "metricSource", "spec", "promql"
    )


def _other_source(ratio: Node, part: str) -> tuple[Problem, ...]:
    kind = text_at(ratio, part, "metricSource", "type")
    if kind is None or kind.text.lower() == "prometheus":
        return ()
    message = f"the metric source {kind.text!r} is read as Prometheus"
    hint = "queries must be PromQL"
    return (Problem("dialect/other-meaning", message, kind.place, hint, Severity.WARNING),)
