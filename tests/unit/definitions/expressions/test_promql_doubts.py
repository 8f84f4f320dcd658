"""What is doubtful in PromQL that the compiler accepts."""

from __future__ import annotations

import pytest

from truegreen_definitions.expressions.promql import increase
from truegreen_definitions.expressions.promql_doubts import (
    aggregated,
    not_counters,
    unbounded_labels,
)


def test_names_that_are_no_counters_are_named() -> None:
    """A metric whose name is not a counter's is named once, whatever it stands in."""
    text = increase(
        "sum(increase(queue[$window])) + sum(increase(a_total[$window])) + increase(b[$window])"
    )
    assert not_counters(text) == ("b", "queue")


def test_sums_of_recording_rules_are_named() -> None:
    """A colon in a name says that a recording rule made the series."""
    text = increase("sum(increase(job:shop_requests:sum[$window])) + increase(a_total[$window])")
    assert aggregated(text) == ("job:shop_requests:sum",)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ('shop_requests_total{order_id=~".+"}', ("order_id",)),
        ("sum by (user_id, code) (increase(shop_requests_total[$window]))", ("user_id",)),
        ("sum(sum by (sessionid) (increase(shop_requests_total[$window])))", ()),
        ('shop_requests_total{code="500",grid="a",valid="yes",path="/pay"}', ()),
        ('shop_requests_total{clientIP="x",trace_id="y"}', ("trace_id",)),
    ],
)
def test_unbounded_labels_are_named(written: str, found: tuple[str, ...]) -> None:
    """A label is unbounded by the last word of its name, in a matcher or in a grouping."""
    assert unbounded_labels(increase(written)) == found
