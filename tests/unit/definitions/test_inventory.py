"""Inventories: the three forms, and what is none."""

from __future__ import annotations

import json

import inventories
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.inventory import parse_inventory


def test_exposition_tells_metrics_labels_and_bounds() -> None:
    """Names, labels and bounds are read from an exposition, whatever its values hold."""
    found = inventories.SHOP
    assert found.labels["shop_requests_total"] == {"code", "path", "synthetic"}
    assert found.labels["shop_seconds_count"] == frozenset()
    assert found.bounds == {"shop_seconds_bucket": {"0.1", "0.5", "+Inf"}}


def test_series_of_the_api_tell_the_same() -> None:
    """The answer of /api/v1/series is as good as an exposition."""
    series = [
        {"__name__": "shop_requests_total", "code": "200", "path": "/", "synthetic": "no"},
        *({"__name__": "shop_seconds_bucket", "le": le} for le in ("0.1", "0.5", "+Inf")),
        {"__name__": "shop_seconds_sum"},
        {"__name__": "shop_seconds_count"},
    ]
    answer = json.dumps({"status": "success", "data": series})
    assert parse_inventory(answer, "series.json") == inventories.SHOP


@pytest.mark.parametrize("text", ['{"data": ["a_total", "b_total"]}', "a_total\n\nb_total\n"])
def test_names_alone_tell_no_labels(text: str) -> None:
    """Of a list of names nothing is known but that they are there."""
    assert parse_inventory(text, "names").labels == {"a_total": None, "b_total": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "x names no metric"),
        ("{", "x is no JSON"),
        ('{"data": 3}', "x has no list"),
        ('{"data": [3]}', "x holds 3, neither a name nor a series"),
        ("a_total 1\nüber 3\n", "x:2: 'über 3' is no series"),
        ("a b c d e\n", "x:1: 'a b c d e' is no series"),
    ],
)
def test_what_is_no_inventory_is_refused(text: str, said: str) -> None:
    """The message names the file, the line where there is one, and what was found."""
    with pytest.raises(TerminalError) as raised:
        parse_inventory(text, "x")
    assert str(raised.value).startswith(said)
