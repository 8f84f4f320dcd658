"""Queries of other tools as counts: a rate over a window is an increase divided by its length.

Good over total is the same for both, as long as a query is a sum of rates, each times a number:
then it is exactly the increase, but for the length. Anything else is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.promql import WINDOW, increase, plain_counter
from truegreen_definitions.expressions.promql_degree import is_sum_of_counts
from truegreen_definitions.problems import Problem, Severity
from truegreen_definitions.yaml_tree.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["count_of", "rest_of"]

_RATE = re.compile(r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')|\brate(?=\s*\()')
_FIXED = re.compile(r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')|\[[0-9a-z]+\]')
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_WRAPPED = re.compile(r"(?:sum)?\((.*)\)")
_TOTAL_OF = re.compile(
    r"sum\s*\(\s*([a-zA-Z_:][\w:]*(?:\{(?:[^{}\"]|\"(?:\\.|[^\"\\])*\")*\})?)\s*\)"
)


def count_of(query: ScalarNode, problems: list[Problem], *, ranges: bool = False) -> ScalarNode:
    """Return a query as one that counts over `$window`, at its place.

    Args:
        query: With `$window` where its range varies.
        problems: Told when it is not one.
        ranges: Whether fixed ranges stand for the window, and a bare sum for a counter's increase.
    """
    text = _outside_strings(_RATE, query.text.strip(), lambda: "increase")
    if ranges:
        counted = _outside_strings(_FIXED, text, lambda: f"[{WINDOW}]")
        summed = _TOTAL_OF.fullmatch(counted)
        counted = summed[1] if summed else counted
        if counted != text:
            message = f"counted as {counted}"
            hint = "ranges become the window that is asked for, and increases are taken before sums"
            problems.append(Problem("dialect/counted", message, query.place, hint, Severity.INFO))
        text = counted
    if WINDOW in text and not is_sum_of_counts(text):
        message = "this is no sum of rates, so it cannot be counted"
        hint = "add rates of counters, or multiply them by numbers; ratios are taken last"
        problems.append(Problem("dialect/not-a-count", message, query.place, hint))
    return ScalarNode(text, plain=query.plain, place=query.place)


def rest_of(total: ScalarNode, bad: ScalarNode) -> ScalarNode | None:
    """Return what bad is the total less of, which is what is good; None where it is not so.

    While nothing good has happened there may be no series of it, and then no difference either:
    the good events themselves are the safer half.
    """
    try:
        whole, part = increase(total.text), increase(bad.text)
    except ExpressionError:
        return None  # told where the indicator is compiled
    part = _bare(part)
    found = part.removeprefix(f"{whole} - ")
    if found == part or plain_counter(found) is None:
        return None
    return ScalarNode(found, plain=True, place=bad.place)


def _bare(text: str) -> str:
    """Return an expression without what is around the whole of it: parentheses, or a sum."""
    found = _WRAPPED.fullmatch(text)
    return _bare(found[1]) if found and _is_balanced(found[1]) else text


def _is_balanced(text: str) -> bool:
    depth = 0
    for char in _STRING.sub("", text):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _outside_strings(pattern: re.Pattern[str], text: str, new: Callable[[], str]) -> str:
    return pattern.sub(lambda found: found[1] or new(), text)
