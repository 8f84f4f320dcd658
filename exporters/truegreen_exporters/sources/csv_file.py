"""CSV files (RFC 4180): a header, commas, quotes that may span lines, UTF-8 with or without BOM.

An empty field is no value (NULL), as databases read it: an answer that was not given is not an
answer of nothing. A row that cannot be read is refused alone; after one that breaks the quoting,
reading goes on at the next line.
"""

from __future__ import annotations

import csv
from difflib import get_close_matches
from typing import TYPE_CHECKING, BinaryIO

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.lines import LineError, LineReader
from truegreen_exporters.sources.rows import Position, Reject, Rows, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["picks", "read_csv"]

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_csv(file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int) -> Rows:
    """Return rows behind a position; see `rows.Reader`."""
    lines = LineReader(file)
    header = _header(lines)
    if header is None:
        return Rows(values=tuple(() for _ in wanted), lines=(), end=start)
    if not set(header) <= {*wanted}:
        _refuse_other_separators(header)
    columns = picks(header, wanted)
    if start > lines.position:
        lines.seek(start)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, found in _records(lines, len(header)):
        if isinstance(found, Reject):
            rejects.append(found)
        else:
            numbers.append(number)
            rows.append([found[i] or None for i in columns])
        if len(rows) + len(rejects) >= limit:
            break
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=numbers, rejects=rejects, end=lines.position)


def _records(lines: LineReader, width: int) -> Iterator[tuple[int, list[str] | Reject]]:
    """Yield (first line, row or reject); stop before a row that is not complete yet."""
    reader = csv.reader(lines.texts(), strict=True)
    while True:
        offset, number = lines.offset, lines.number
        try:
            record = next(reader, None)
        except (csv.Error, LineError) as error:
            lines.seek(Position(offset, number))
            if lines.exhausted and isinstance(error, csv.Error):
                return
            yield number + 1, _refused(lines, error)
            reader = csv.reader(lines.texts(), strict=True)
            continue
        if record is None:
            return
        if len(record) == width:
            yield number + 1, record
        elif record:
            detail = f"{len(record)} fields, the header has {width}"
            yield (
                number + 1,
                Reject.of(number + 1, RejectReasonValue.FIELDS, detail, ",".join(record)),
            )


def _refused(lines: LineReader, error: csv.Error | LineError) -> Reject:
    """Take the first line of a broken row and return why it is refused."""
    line = lines.take()
    if isinstance(error, LineError):
        return Reject.of(lines.number, error.reason, error.detail, line)
    return Reject.of(lines.number, RejectReasonValue.SYNTAX, str(error), line)


def _header(lines: LineReader) -> list[str] | None:
    try:
        header = next(csv.reader(lines.texts(), strict=True), None)
    except (csv.Error, LineError) as error:
        if lines.exhausted and isinstance(error, csv.Error):
            return None
        raise SourceError(f"the header cannot be read: {error}") from error
    if header is None:
        return None
    names = [name.strip() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(f"the header names a column twice: {', '.join(twice)}")
    return names


def _refuse_other_separators(header: list[str]) -> None:
    """Say what is wrong with a header that has one column, in which others can be seen."""
    for sign, name in _OTHER_SEPARATORS.items():
        if len(header) == 1 and sign in header[0]:
            columns = ", ".join(header[0].split(sign))
            raise SourceError(
                f"its columns are separated by {name}, not by commas ({columns}): export it as "
                "CSV with commas, numbers such as 4,5 in double quotes"
            )


def picks(header: list[str], wanted: tuple[str, ...]) -> list[int]:
    """Return where each wanted column stands.

    Raises:
        SourceError: One is not there; the message says what is.
    """
    missing = [name for name in wanted if name not in header]
    if missing:
        near = get_close_matches(missing[0], header, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(header)}"
        raise SourceError(f"the header has no column {', '.join(map(repr, missing))}: {hint}")
    return [header.index(name) for name in wanted]
