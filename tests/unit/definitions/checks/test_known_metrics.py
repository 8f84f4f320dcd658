"""What an inventory lacks, also where the inventory or a pattern is odd."""

from __future__ import annotations

import pytest
from companies import files, promising

from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.inventory import parse_inventory

SERIES = """\
shop_requests_total{code="200",synthetic="false"} 1
shop_seconds_bucket{le="0.1"} 1
shop_seconds_bucket{le="NaN"} 1
shop_seconds_bucket{le="soon"} 1
shop_seconds_bucket{le="+Inf"} 1
shop_seconds_count 1
"""


def _said(good: str, total: str = "shop_requests_total") -> list[tuple[str, str]]:
    shop = promising(f"kind: promql\ngood: '{good}'\ntotal: {total}")
    inventory = parse_inventory(SERIES, "series")
    found = compile_files(files(shop=shop), read_library(), inventory=inventory)
    named = [one for one in found.problems if one.id.startswith("inventory/")]
    return [(one.id, one.hint) for one in named]


@pytest.mark.parametrize(
    "good",
    [
        'shop_requests_total{code!~"5.."}',
        'shop_requests_total{status!="500"}',  # no such label: nothing is left out
        'shop_requests_total{status=~"|500"}',  # the empty value matches as well
        'shop_requests_total{codex=~"\\\\pN00"}',  # RE2, which we cannot read
        'shop_seconds_bucket{le=~"0.10?"}',
    ],
)
def test_what_may_match_is_not_told(good: str) -> None:
    """A selector that can match a series of the inventory is left alone."""
    assert _said(good) == []


def test_bounds_that_are_no_numbers_are_left_out() -> None:
    """The nearest bound is found among those that are numbers."""
    assert _said('shop_seconds_bucket{le="0.2"}', "shop_seconds_count") == [
        ("inventory/no-such-bucket", "the nearest bound is 0.1; it has `0.1`, `+Inf`")
    ]


def test_labels_that_must_be_there_are_told() -> None:
    """A label that the metric does not have matches nothing when it is asked for."""
    assert _said('shop_requests_total{status=~"2.."}') == [
        ("inventory/unknown-label", "it has `code`, `synthetic`")
    ]
