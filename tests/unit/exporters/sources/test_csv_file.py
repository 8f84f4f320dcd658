"""CSV rows are read whole, or refused alone with a reason."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.csv_file import read_csv
from truegreen_exporters.sources.lines import MAX_LINE_BYTES
from truegreen_exporters.sources.rows import START, Rows, SourceError

WANTED = ("id", "text")


def read(data: bytes, wanted: tuple[str, ...] = WANTED, limit: int = 5000) -> Rows:
    """Read from the start."""
    return read_csv(io.BytesIO(data), START, wanted, limit)


def records(rows: Rows) -> list[tuple[str | None, ...]]:
    """Return rows in place of columns."""
    return list(zip(*rows.values, strict=True))


def test_columns_are_found_by_name_in_any_order() -> None:
    """Only wanted columns are returned, in the wanted order, with the line each row starts at."""
    rows = read(b"x,text,id\n1,a,A\n2,b,B\n")
    assert (records(rows), list(rows.lines)) == ([("A", "a"), ("B", "b")], [2, 3])
    assert (rows.end.offset, rows.end.line) == (22, 3)


def test_a_torn_last_line_waits() -> None:
    """A line without its line feed is not read, and is read once it has it."""
    data = b"id,text\nA,a\nB,be"
    first = read(data)
    assert records(first) == [("A", "a")]
    grown = io.BytesIO(data + b"tween\nC,c\n")
    assert records(read_csv(grown, first.end, WANTED, 10)) == [("B", "between"), ("C", "c")]


@pytest.mark.parametrize("cut", range(9, 32))
def test_a_row_that_is_cut_anywhere_is_read_once(cut: int) -> None:
    """A quoted line feed torn at any byte neither loses nor splits the row."""
    data = b'id,text\nA,"one\ntwo, ""x""\n"\nB,b\n'
    first = read(data[:cut])
    second = read_csv(io.BytesIO(data), first.end, WANTED, 10)
    assert records(first) + records(second) == [("A", 'one\ntwo, "x"\n'), ("B", "b")]
    assert not [*first.rejects, *second.rejects]


cell = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(cell, cell), max_size=12), st.integers(1, 5), st.booleans())
def test_what_a_writer_wrote_is_read_back(
    table: list[tuple[str, str]],
    limit: int,
    mark: bool,  # noqa: FBT001
) -> None:
    """Any cells come back in batches of any size, empty ones as no value, with a mark or not."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([WANTED, *table])
    data = (b"\xef\xbb\xbf" if mark else b"") + out.getvalue().encode()
    got, position = [], START
    while True:
        rows = read_csv(io.BytesIO(data), position, WANTED, limit)
        got += records(rows)
        assert not rows.rejects
        if rows.end == position or not rows.lines:
            break
        position = rows.end
    assert got == [tuple(text or None for text in row) for row in table]
    assert position.offset == len(data) or not table


def test_a_bad_row_is_refused_alone() -> None:
    """Bytes that are no text, NULs, missing fields and broken quotes cost one row each."""
    data = b'id,text\nA,\xff\nB,\0\nC\nD,d\n"E"x,e\nF,f\n\n'
    rows = read(data)
    assert records(rows) == [("D", "d"), ("F", "f")]
    assert [(r.line, r.reason) for r in rows.rejects] == [
        (2, RejectReasonValue.ENCODING),
        (3, RejectReasonValue.NUL),
        (4, RejectReasonValue.FIELDS),
        (6, RejectReasonValue.SYNTAX),
    ]
    assert rows.end.offset == len(data)


def test_an_endless_quote_costs_its_own_row() -> None:
    """A quote that never closes is given up at the field limit, and reading goes on after it."""
    tail = b"".join(b"%d,x\n" % i for i in range(40_000))
    rows = read(b'id,text\nA,"open\n' + tail, limit=100_000)
    assert [(r.line, r.reason) for r in rows.rejects] == [(2, RejectReasonValue.SYNTAX)]
    assert len(rows.lines) == 40_000


def test_a_huge_line_is_refused_without_being_held() -> None:
    """A line above the limit is skipped, and the next one is read."""
    data = b"id,text\nA," + b"x" * (2 * MAX_LINE_BYTES + 7) + b"\nB,b\n"
    rows = read(data)
    assert records(rows) == [("B", "b")]
    assert [(r.line, r.reason) for r in rows.rejects] == [(2, RejectReasonValue.LENGTH)]
    assert len(rows.rejects[0].excerpt) <= 200
    assert rows.end.offset == len(data)


@pytest.mark.parametrize("data", [b"", b"id,te", b"id,text\n", b'"id\n'])
def test_a_file_without_rows_is_no_fault(data: bytes) -> None:
    """An empty file, a torn header and a header alone give no rows."""
    assert records(read(data)) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"id,texts\nA,a\n", "the header has no column 'text': did you mean 'texts'"),
        (b"a,b\n1,2\n", "the header has no column 'id', 'text': it has a, b"),
        (b"id,id,text\n", "the header names a column twice: id"),
        (b"\xff\xfei\0d\0", "the file is UTF-16: export it as UTF-8"),
        (b"id,\xff\n", "the header cannot be read: byte 4 is not UTF-8"),
        (b"id,\0\n", "the header cannot be read: holds a NUL byte"),
    ],
)
def test_a_file_that_cannot_be_understood_is_a_clear_fault(data: bytes, message: str) -> None:
    """What concerns the whole file names what was found and what to do."""
    with pytest.raises(SourceError) as caught:
        read(data)
    assert message in str(caught.value)


@pytest.mark.parametrize("sign", [";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_what_spreadsheets_of_other_countries_write_is_read(
    sign: str, mark: bytes, quote: str
) -> None:
    """Semicolons, tabs and bars are known by the header; decimal commas and quotes stay whole."""
    rest = f'1{sign}4,5\n2{sign}"a{sign}b"\n3{sign}x{sign}y\n4{sign}z\n'
    data = mark + f"{quote}id{quote}{sign}{quote}text{quote}\n{rest}".encode()
    rows = read(data)
    assert records(rows) == [("1", "4,5"), ("2", f"a{sign}b"), ("4", "z")]
    assert [(one.line, one.detail) for one in rows.rejects] == [(4, "3 fields, the header has 2")]
    half = read(data, limit=1)
    assert records(read_csv(io.BytesIO(data), half.end, WANTED, 1)) == [("2", f"a{sign}b")]


def test_commas_go_before_other_separators() -> None:
    """A column that holds a semicolon in its name is one, where commas have all that is wanted."""
    assert records(read(b"id;x,text\na;b,c\n", ("id;x", "text"))) == [("a;b", "c")]
    with pytest.raises(SourceError, match="no column 'text': did you mean 'texts'"):
        read(b"id;texts;more\n")


def test_the_only_column_of_a_file_may_have_any_name() -> None:
    """One column without another separator in its name is a column; a near name is asked for."""
    assert records(read(b"id\n1\n", ("id",))) == [("1",)]
    with pytest.raises(SourceError, match=r"no column 'answered': did you mean 'answered_on'\?$"):
        read(b"answered_on,id\n", ("answered",))
