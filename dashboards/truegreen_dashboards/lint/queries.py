"""Rules about queries: they parse, ask for what is emitted, and fit the panel that shows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_dashboards.lint.fault import Finding, Rule
from truegreen_dashboards.lint.labels import UnsoundError, filled, result_labels
from truegreen_dashboards.lint.promql_calls import MARKS, fixed_rates, uncounted
from truegreen_dashboards.panels import BarChart, Heatmap, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.panels import Panel
    from truegreen_dashboards.targets import Target

__all__ = ["RULES"]

_OURS = re.compile(r"\$\{?([A-Za-z_]\w*)")
_BUILT_IN = frozenset({"datasource", "__range", "__rate_interval", "__url_time_range"})
_IN_LEGEND = re.compile(r"\{\{(\w+)\}\}")
_LE = "le"


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
        for said in uncounted(expr):
            yield Finding(where, f"{what} {said}")


def _intervals(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    for panel in board.panels:
        for target in panel.asked:
            for function in fixed_rates(_filled(board, filled(target.expr, **MARKS))):
                said = f"target {target.ref}: {function}() over a fixed range"
                yield Finding(panel.key, f"{said}; write $__rate_interval or $__range")


def _chosen(board: Board, _: tuple[Board, ...]) -> Iterator[Finding]:
    names = {one.name for one in board.variables}
    for row in board.rows if names else ():
        asked = [(panel.key, target) for panel in row.panels for target in panel.asked]
        free = [
            (key, target.ref) for key, target in asked if not names & {*_OURS.findall(target.expr)}
        ]
        if row.whole and not free:
            yield Finding("", f"row {row.key!r} says why it asks about all, and it does not")
        for key, ref in () if row.whole else free:
            said = f"target {ref} asks about all: ask by ${' or $'.join(sorted(names))}"
            yield Finding(key, f"{said}, or say why (`whole` of its row)")


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


RULES = (
    Rule("query/variable", "only variables that the board declares", _declared),
    Rule("query/chosen", "queries about what the board lets choose, or why not", _chosen),
    Rule("query/contract", "PromQL over metrics and labels that are emitted", _contract),
    Rule("query/counter", "counters only through their rate or increase", _counters),
    Rule("query/interval", "rates over $__rate_interval or $__range", _intervals),
    Rule("query/shown", "labels and columns that the result has", _shown),
)
