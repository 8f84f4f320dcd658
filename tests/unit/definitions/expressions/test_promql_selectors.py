"""Selectors of an expression, read from its tree."""

from __future__ import annotations

import pytest

from truegreen_definitions.expressions.promql import Matcher
from truegreen_definitions.expressions.promql_selectors import selectors_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("up", (("up", ()),)),
        ('sum by (up) (rate(hits{code=~"5.."}[5m]))', (("hits", (Matcher("code", "=~", "5.."),)),)),
        ('a{x="}b{"} / on (c) d offset 1h', (("a", (Matcher("x", "=", "}b{"),)), ("d", ()))),
        ('max_over_time((e > 1)[1h:5m]) and vector(1) # f{g="h"}', (("e", ()),)),
        ("no promql (", ()),
    ],
)
def test_a_selector_is_what_the_tree_says(
    text: str, found: tuple[tuple[str, tuple[Matcher, ...]], ...]
) -> None:
    """Words, strings, comments and labels of a grouping are no selectors."""
    assert selectors_in(text) == found
