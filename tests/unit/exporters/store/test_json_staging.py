"""Lines of JSON, parsed by the database and by Python."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from truegreen_exporters.sources.jsonl_file import parse_jsonl, read_jsonl
from truegreen_exporters.sources.lines import MAX_LINE_BYTES
from truegreen_exporters.sources.rows import START, JsonLines, Reject, Rows
from truegreen_exporters.store.json_staging import load_json_lines

WANTED = ("a", "B b", "ä", 'q"', "s\\", "x/y~", "0", "$.*")
CONNECTION = duckdb.connect()

_NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(r"-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?", fullmatch=True),
    st.sampled_from(["-0", "-0.0", "0.0000000", "1.0000000", "0.000001", "1e5", "84.20", "5."]),
)
_LEAVES = st.one_of(
    _NUMBERS,
    st.sampled_from(["NaN", "-Infinity", "inf", "true", "false", "null", "nul", "01", ".5", "''"]),
    st.text(max_size=8).map(json.dumps),
    st.text(max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(
        ['"\\ud800"', '"\\u0000"', '"\\u0061"', '"84.20"', '"[1]"', '"a\tb"', '"', "["]
    ),
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda of: f"[{', '.join(of)}]"),
        st.tuples(st.sampled_from(WANTED), inner).map(
            lambda of: f"{{{json.dumps(of[0])}:{of[1]}}}"
        ),
    ),
    max_leaves=4,
)
_KEYS = st.one_of(st.sampled_from(WANTED).map(json.dumps), st.just('"\\u0061"'), st.just('"z"'))
_PAIRS = st.tuples(_KEYS, st.sampled_from([":", " : ", ":\t"]), _VALUES).map("".join)
_OBJECTS = st.tuples(
    st.lists(_PAIRS, max_size=5),
    st.sampled_from([",", ", ", ",,"]),
    st.sampled_from(["", ",", " "]),
).map(lambda of: "{" + of[1].join(of[0]) + of[2] + "}")
_LINES = st.one_of(
    _OBJECTS, _OBJECTS, _OBJECTS, _VALUES, st.sampled_from(["", "  ", "\r", "{} x", "\x0b", " {}"])
)


def loaded(data: bytes) -> tuple[list[tuple[object, ...]], list[Reject]]:
    """Return (line, values) of each row, and what is refused, as the database reads them."""
    lines = read_jsonl(io.BytesIO(data), START, WANTED, 100)
    assert isinstance(lines, JsonLines)
    rejects = load_json_lines(CONNECTION, WANTED, lines)
    rows = CONNECTION.execute("SELECT * EXCLUDE (_line) FROM incoming ORDER BY _row").fetchall()
    return [(lines.lines[row], *values) for *values, row in rows], rejects


def parsed(data: bytes) -> tuple[list[tuple[object, ...]], list[Reject]]:
    """Return the same as Python reads them."""
    rows = parse_jsonl(io.BytesIO(data), START, WANTED, 1_000)
    return list(zip(rows.lines, *rows.values, strict=True)), list(rows.rejects)


@settings(max_examples=12, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=60))
@example(['{"a": 84.20, "B b": "84.20"}', '{"a": 1, "a": 2}', '{"z": NaN}', '{"a": 1,}'])
@example(['{"a": {"b": [1.50]}}', '{"z": {"a": 2.50}}', '{"z": {"a": 1}, "a": 0.00000012}'])
@example(['{"a": 0.00417291331}', '{"B b": 0.00417291331, "z": {"B b": 1.0}}'])
def test_the_database_reads_lines_just_as_python_does(lines: list[str]) -> None:
    """Values, line numbers and every reason to refuse are those of the parser in Python."""
    data = "".join(f"{line}\n" for line in lines).replace("\0", "").encode()
    assert loaded(data) == parsed(data)


def test_a_number_keeps_every_digit_that_was_written() -> None:
    """A fraction of more digits than a float holds comes out as it went in."""
    written = "1234567890123456789.12345678901234567890"
    (row,), rejects = loaded(f'{{"a": {written}, "z": "n"}}\n'.encode())
    assert (row[1], rejects) == (written, [])
    assert Decimal(str(row[1])) == Decimal(written)


def test_a_line_too_long_is_refused_alone() -> None:
    """One byte above the limit is refused with its reason, and its neighbour is taken."""
    fits = b'{"a":"' + b"x" * (MAX_LINE_BYTES - 9) + b'"}\n'
    assert len(fits) == MAX_LINE_BYTES
    data = fits + fits[:-3] + b'x"}\n{"a":1}\n'
    rows, rejects = loaded(data)
    assert (rows, rejects) == parsed(data)
    assert ([row[0] for row in rows], [one.line for one in rejects]) == ([1, 3], [2])


@pytest.mark.parametrize("odd", [b"\0", b"\xff", b"\xed\xa0\x80"])
def test_bytes_that_are_no_text_are_parsed_line_by_line(odd: bytes) -> None:
    """A page that cannot be decoded as a whole loses only the lines that cannot be."""
    data = b'{"a":1}\n{"a":"' + odd + b'"}\n{"a":3}\n'
    rows = read_jsonl(io.BytesIO(data), START, ("a",), 100)
    assert isinstance(rows, Rows)
    assert rows.values == (("1", "3"),)
    assert [one.line for one in rows.rejects] == [2]


def test_a_torn_last_line_waits() -> None:
    """The page ends behind the last line feed, and says how many lines it has."""
    lines = read_jsonl(io.BytesIO(b'{"a":1}\n{"a":2}\n{"a"'), START, ("a",), 100)
    assert isinstance(lines, JsonLines)
    assert (lines.end.offset, lines.end.line, list(lines.lines)) == (16, 2, [1, 2])
