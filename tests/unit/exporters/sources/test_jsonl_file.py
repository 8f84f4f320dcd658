"""JSON lines are read as text, value by value."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.jsonl_file import parse_jsonl
from truegreen_exporters.sources.rows import START, Rows, SourceError


def read(data: bytes, *wanted: str, limit: int = 5000) -> Rows:
    """Read from the start."""
    return parse_jsonl(io.BytesIO(data), START, wanted, limit)


@pytest.mark.parametrize(
    ("json_text", "text"),
    [
        ('"x"', "x"),
        ("84.20", "84.20"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", "true"),
        ("false", "false"),
        ("null", None),
        ('{"a": [1, 0.5]}', '{"a": [1, 0.5]}'),
        ("[]", "[]"),
    ],
)
def test_every_value_becomes_text(json_text: str, text: str | None) -> None:
    """Numbers keep their digits, truth is a word, nested values stay JSON, null is missing."""
    rows = read(b'{"v": ' + json_text.encode() + b"}\n", "v", "absent")
    assert rows.values == ((text,), (None,))


@given(st.lists(st.dictionaries(st.sampled_from("ab"), st.text(max_size=5)), max_size=8))
def test_texts_come_back(objects: list[dict[str, str]]) -> None:
    """Any texts without NUL come back; a missing key is a missing value."""
    clean = [{k: v.replace("\0", "") for k, v in o.items()} for o in objects]
    data = "".join(json.dumps(o) + "\n" for o in clean).encode()
    rows = read(data, "a", "b")
    want = [(o.get("a"), o.get("b")) for o in clean]
    assert list(zip(*rows.values, strict=True)) == want
    assert rows.end.offset == len(data)


def test_a_bad_line_is_refused_alone() -> None:
    """What is no object, no JSON or no text costs one line each, and blank lines nothing."""
    lines = [b"[1]", b'{"v": ', b"\xff", b'{"v": "\\u0000"}', b'{"v": "\\ud800"}', b'{"v": NaN}']
    lines += [b"[" * 100_000, b'{"v": ' + b"1" * 5000 + b"}", b"", b'{"v": "ok"}']
    rows = read(b"\n".join(lines) + b"\n", "v")
    assert rows.values == (("ok",),)
    assert list(rows.lines) == [10]
    assert [(r.line, r.reason) for r in rows.rejects] == [
        (1, RejectReasonValue.SYNTAX),
        (2, RejectReasonValue.SYNTAX),
        (3, RejectReasonValue.ENCODING),
        (4, RejectReasonValue.NUL),
        (5, RejectReasonValue.ENCODING),
        (6, RejectReasonValue.SYNTAX),
        (7, RejectReasonValue.SYNTAX),
        (8, RejectReasonValue.SYNTAX),
    ]


def test_batches_follow_each_other() -> None:
    """A limit ends a batch, the next one goes on behind it, and a torn line waits."""
    data = b'{"v": 1}\n{"v": 2}\n{"v": 3}'
    first = read(data, "v", limit=1)
    second = parse_jsonl(io.BytesIO(data), first.end, ("v",), 5)
    assert (first.values, second.values) == ((("1",),), (("2",),))
    assert second.end.offset == 18


def test_another_encoding_is_a_fault() -> None:
    """A UTF-16 file is named as such."""
    with pytest.raises(SourceError, match="UTF-16"):
        read('{"v": 1}\n'.encode("utf-16"), "v")
