"""Queries of other tools as counts: what may be counted, and what is told instead."""

from __future__ import annotations

import pytest

from truegreen_definitions.dialects.counts import count_of, rest_of
from truegreen_definitions.expressions.promql_degree import is_sum_of_counts
from truegreen_definitions.problems import Place, Problem
from truegreen_definitions.yaml_tree.nodes import ScalarNode

PLACE = Place("a.yaml", 3, 7)


def query(text: str) -> ScalarNode:
    """Return a query as it stands in a file."""
    return ScalarNode(text, plain=False, place=PLACE)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("sum(rate(a_total[$window]))", "sum(increase(a_total[$window]))"),
        ("2 * sum(rate(a_total[$window])) / 3", "2 * sum(increase(a_total[$window])) / 3"),
        (
            'sum(rate(a_total{x="rate(b)"}[$window]))',
            'sum(increase(a_total{x="rate(b)"}[$window]))',
        ),
        ("sum(increase(a_total[$window]))", "sum(increase(a_total[$window]))"),
    ],
)
def test_a_sum_of_rates_is_counted(text: str, counted: str) -> None:
    """Rates become increases, outside strings, at the place of the query."""
    problems: list[Problem] = []
    found = count_of(query(text), problems)
    assert (found.text, found.place, problems) == (counted, PLACE, [])


@pytest.mark.parametrize(
    "text",
    [
        "sum(rate(a_total[$window])) + 1",
        "sum(rate(a_total[$window])) / sum(rate(b_total[$window]))",
        "sum(rate(a_total[$window])) * sum(rate(b_total[$window]))",
        "avg(rate(a_total[$window]))",
        "sum(avg_over_time(up[$window]))",
    ],
)
def test_anything_else_is_told(text: str) -> None:
    """A ratio, a product, an average or a rate and a number have no events to count."""
    problems: list[Problem] = []
    count_of(query(text), problems)
    assert [(one.id, one.place) for one in problems] == [("dialect/not-a-count", PLACE)]
    assert not is_sum_of_counts(text)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("sum(rate(a_total[5m]))", "sum(increase(a_total[$window]))"),
        ('sum(a_total{x="[5m]"})', 'a_total{x="[5m]"}'),
        ("a_total", "a_total"),
    ],
)
def test_fixed_ranges_become_the_window(text: str, counted: str) -> None:
    """Where a dialect has no word for the window, its range is one, and that is told."""
    problems: list[Problem] = []
    assert count_of(query(text), problems, ranges=True).text == counted
    assert [one.id for one in problems] == ([] if text == counted else ["dialect/counted"])


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("(sum(increase(a[$window])) - sum(increase(b[$window])))", "sum(increase(b[$window]))"),
        ("sum(increase(a[$window])) - sum(increase(b[$window]))", "sum(increase(b[$window]))"),
        ("sum(increase(c[$window])) - sum(increase(b[$window]))", None),
        ("sum(increase(b[$window]))", None),
        ("sum(increase(", None),
    ],
)
def test_the_rest_of_the_total_is_good(bad: str, good: str | None) -> None:
    """Where bad is the total less something, that is good; else nothing is said."""
    found = rest_of(query("sum(increase(a[$window]))"), query(bad))
    assert (found.text if found else None) == good
