"""Extraction finds values in every part of an answer, and says where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from truegreen_definitions.plan import Extraction
from truegreen_synthetics.extraction import compile_extraction
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.jsonpath import MissingValueError

ANSWER = Response(
    201,
    {"location": "/orders/W-7?x=1"},
    b'{"id": "W-7"} and <b>total 12.50</b>',
    ("session=abc; Path=/", "basket=1; HttpOnly", "basket=2"),
)


def found(**where: Any) -> object:
    """Return what is found at a place of the answer."""
    return compile_extraction(Extraction(**{"name": "x", "path": "", **where}))(ANSWER)


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ({"source": "header", "path": "location"}, "/orders/W-7?x=1"),
        ({"source": "header", "path": "location", "regex": r"/orders/([^?]+)"}, "W-7"),
        ({"source": "cookie", "path": "session"}, "abc"),
        ({"source": "cookie", "path": "basket"}, "2"),
        ({"source": "text", "regex": r"total [0-9.]+"}, "total 12.50"),
        ({"source": "text", "regex": r"total ([0-9.]+)"}, "12.50"),
    ],
)
def test_a_value_is_found_where_it_stands(where: dict[str, Any], value: str) -> None:
    """Headers, cookies (the last one of a name) and text give their value or its first group."""
    assert found(**where) == value


def test_a_json_value_keeps_its_type() -> None:
    """A number of a document stays one."""
    take = compile_extraction(Extraction(name="n", path="$.n"))
    assert take(Response(200, {}, b'{"n": 3}')) == 3


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"source": "header", "path": "etag"}, "there is no header etag"),
        ({"source": "cookie", "path": "user"}, "no cookie user is set"),
        ({"source": "text", "regex": "bill"}, "nothing matches 'bill'"),
    ],
)
def test_a_missing_value_is_told(where: dict[str, Any], words: str) -> None:
    """What is not there raises, with the place in words."""
    with pytest.raises(MissingValueError, match=words):
        found(**where)


def test_a_pattern_that_cannot_be_read_never_reaches_a_run() -> None:
    """Compiling refuses it."""
    with pytest.raises(ValueError, match="is no regular expression"):
        found(source="text", regex="(")
