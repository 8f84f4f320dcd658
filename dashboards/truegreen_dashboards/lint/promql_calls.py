"""What a query reads and calls, from its tree; a query that does not parse has neither."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import promql_parser as pp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MARKS", "fixed_rates", "uncounted"]

_COUNTING = frozenset({"rate", "irate", "increase", "resets"})
_PER_TIME = frozenset({"rate", "irate"})
# Lengths that no query has, so that they say which variable stood there.
MARKS = {"__rate_interval": "7001ms", "__range": "7003ms"}
"""Fill them in for the ranges of the time picker before asking for `fixed_rates`."""
_FITTING = {timedelta(milliseconds=7001), timedelta(milliseconds=7003)}


def fixed_rates(expr: str) -> list[str]:
    """Return the functions that a query takes over a fixed range, its variables being `MARKS`."""
    return [
        call.func.name
        for call in _calls(expr)
        if call.func.name in _PER_TIME
        and not {one.range for one in call.args if isinstance(one, pp.MatrixSelector)} <= _FITTING
    ]


def uncounted(expr: str) -> list[str]:
    """Return what is wrong with counters of a query, and with what is taken for one."""
    found = []
    for metric, function in _reads(expr):
        counts = metric.endswith(("_total", "_bucket", "_count", "_sum"))
        if counts and function not in _COUNTING:
            found.append(f"shows counter {metric} without its rate or increase")
        if not counts and function in _COUNTING:
            found.append(f"takes {function}() of {metric}, which is no counter")
    return found


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
