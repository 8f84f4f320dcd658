"""Rules about queries: they parse, ask for what is emitted, and fit the panel that shows them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import promql_parser as pp

from truegreen_dashboards.lint.fault import Finding, Rule
from truegreen_dashboards.lint.labels import UnsoundError, filled, result_labels
from truegreen_dashboards.panels import BarChart, Heatmap, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import Target

__all__ = ["RULES"]

_OURS = re.compile(r"\$\{?([A-Za-z_]\w*)")
_BUILT_IN = frozenset({"datasource", "__range", "__rate_interval", "__url_time_range"})
_IN_LEGEND = re.compile(r"\{\{(\w+)\}\}")
_LE = "le"
_COUNTING = frozenset({"rate", "irate", "increase", "resets"})
_PER_TIME = frozenset({"rate", "irate"})
# Lengths that no query has, so that they say which variable stood there.
_MARKS = {"__rate_interval": "7001ms", "__range": "7003ms"}
_FITTING = {timedelta(milliseconds=7001), timedelta(milliseconds=7003)}


def _declared(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    known = _BUILT_IN | {one.name for one in board.variables}
    for panel in board.panels:
        for target in panel.asked:
            for name in sorted(set(_OURS.findall(target.expr)) - known):
                yield Finding(panel.key, f"target {target.ref} asks ${name}, which is no variable")


def _contract(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for where, what, expr in _every(board):
        try:
            result_labels(expr)
        except ValueError as error:
            yield Finding(where, f"{what} does not parse: {error}")
        except UnsoundError as error:
            yield Finding(where, f"{what}: {error}")


def _counters(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for where, what, expr in _every(board):
        for metric, function in _reads(expr):
            counts = metric.endswith(("_total", "_bucket", "_count", "_sum"))
            if counts and function not in _COUNTING:
                yield Finding(where, f"{what} shows counter {metric} without its rate or increase")
            if not counts and function in _COUNTING:
                yield Finding(where, f"{what} takes {function}() of {metric}, which is no counter")


def _intervals(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        for target in panel.asked:
            for call in _calls(_marked(board, target)):
                ranges = [one.range for one in call.args if isinstance(one, pp.MatrixSelector)]
                if call.func.name in _PER_TIME and not set(ranges) <= _FITTING:
                    said = f"target {target.ref}: {call.func.name}() over a fixed range"
                    yield Finding(panel.key, f"{said}; write $__rate_interval or $__range")


def _shown(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        for target in panel.targets:
            found = _labels(board, target)
            if found is None:
                continue
            wanted = set(_IN_LEGEND.findall(target.legend))
            wanted |= {panel.link.label} if panel.link and panel.link.label else set()
            wanted |= {_LE} if isinstance(panel, Heatmap) else set()
            for label in sorted(wanted - found):
                yield Finding(panel.key, f"target {target.ref} has no label {label!r} to show")
        yield from _tabular(board, panel)


def _tabular(board: Board, panel: Panel) -> Iterator[Finding]:
    found = {target.ref: _labels(board, target) for target in panel.targets}
    if isinstance(panel, BarChart):
        wrong = [ref for ref, labels in found.items() if labels not in (None, {panel.category})]
        for ref in wrong:
            yield Finding(panel.key, f"target {ref} has other labels than {panel.category!r}")
        if panel.sort_by not in {"", *found}:
            yield Finding(panel.key, f"sorted by {panel.sort_by!r}, which is no target")
    if isinstance(panel, Table):
        labels = {one for one in found.values() if one is not None}
        if len(labels) > 1:
            yield Finding(panel.key, "its targets have different labels, so their rows do not meet")
        known = {*found, *next(iter(labels), frozenset())}
        for column in panel.columns:
            if column.link and column.link.label not in {"", *known}:
                yield Finding(panel.key, f"column {column.title!r} links by {column.link.label!r}")
            if column.source not in known:
                said = f"column {column.title!r} shows {column.source!r}"
                yield Finding(panel.key, f"{said}, which is no target and no label")
        if panel.sort_by not in {column.title for column in panel.columns}:
            yield Finding(panel.key, f"sorted by {panel.sort_by!r}, which is no column")


def _labels(board: Board, target: Target) -> frozenset[str] | None:
    """Return the labels of a target's series; None where another rule finds the query unsound."""
    try:
        return result_labels(_filled(board, target.expr)) or frozenset()
    except (ValueError, UnsoundError):
        return None


def _every(board: Board) -> Iterator[tuple[str, str, str]]:
    """Yield (key of the panel, what it is, query with its variables filled in)."""
    for panel in board.panels:
        for target in panel.asked:
            yield panel.key, f"target {target.ref}", _filled(board, target.expr)
    for annotation in board.annotations:
        yield "", f"annotation {annotation.name!r}", _filled(board, annotation.expr)


def _filled(board: Board, expr: str) -> str:
    return filled(expr, **{one.name: one.default or "x" for one in board.variables})


def _marked(board: Board, target: Target) -> str:
    return _filled(board, filled(target.expr, **_MARKS))


def _reads(expr: str) -> list[tuple[str, str]]:
    """Return (metric, the function that takes a range of it, or empty) of every selector."""
    found: list[tuple[str, str]] = []
    function, ranged = "", False

    def visit(node: pp.Expr) -> bool:
        nonlocal function, ranged
        if isinstance(node, pp.Call):
            function = node.func.name
        elif isinstance(node, pp.VectorSelector):
            found.append((str(node.name), function if ranged else ""))
        ranged = isinstance(node, pp.MatrixSelector)  # its selector is what comes next
        return True

    _walk(expr, visit)
    return found


def _calls(expr: str) -> list[pp.Call]:
    found: list[pp.Call] = []

    def visit(node: pp.Expr) -> bool:
        if isinstance(node, pp.Call):
            found.append(node)
        return True

    _walk(expr, visit)
    return found


def _walk(expr: str, visit: Callable[[pp.Expr], bool]) -> None:
    try:
        pp.walk(pp.parse(expr), visit)
    except ValueError:
        return  # `query/contract` says that it does not parse


RULES = (
    Rule("query/variable", "only variables that the board declares", _declared),
    Rule("query/contract", "PromQL over metrics and labels that are emitted", _contract),
    Rule("query/counter", "counters only through their rate or increase", _counters),
    Rule("query/interval", "rates over $__rate_interval or $__range", _intervals),
    Rule("query/shown", "labels and columns that the result has", _shown),
)
