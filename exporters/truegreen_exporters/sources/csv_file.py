"""CSV files (RFC 4180): a header, commas, quotes that may span lines, UTF-8 with or without BOM.

Spreadsheets of many countries write semicolons, because their numbers have commas, and others tabs
or bars. The separator is the one between whose fields the header has every column that is wanted.

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

SEPARATORS = (",", ";", "\t", "|")


def read_csv(file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int) -> Rows:
    """Return rows behind a position; see `rows.Reader`."""
    lines, header, separator = _opened(file, wanted)
    if header is None:
        return Rows(values=tuple(() for _ in wanted), lines=(), end=start)
    columns = picks(header, wanted)
    if start > lines.position:
        lines.seek(start)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, found in _records(lines, len(header), separator):
        if isinstance(found, Reject):
            rejects.append(found)
        else:
            numbers.append(number)
            rows.append([found[i] or None for i in columns])
        if len(rows) + len(rejects) >= limit:
            break
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=numbers, rejects=rejects, end=lines.position)


def _opened(file: BinaryIO, wanted: tuple[str, ...]) -> tuple[LineReader, list[str] | None, str]:
    """Return a file behind its header, the header, and the separator that has the wanted columns.

    Where none has all of them it is the one of most columns, for that is what people see there.

    Raises:
        SourceError: The header cannot be read with commas, nor found with another separator.
    """
    found: list[tuple[list[str], str]] = []
    fault: SourceError | None = None
    for separator in SEPARATORS:
        lines = LineReader(file)
        try:
            header = _header(lines, separator)
        except SourceError as error:
            fault = error if separator == SEPARATORS[0] else fault
            continue
        if header is None or {*wanted} <= {*header}:
            return lines, header, separator
        found.append((header, separator))
    if fault is not None:
        raise fault
    header, separator = max(found, key=lambda one: len(one[0]))
    return LineReader(file), header, separator


def _records(
    lines: LineReader, width: int, separator: str
) -> Iterator[tuple[int, list[str] | Reject]]:
    """Yield (first line, row or reject); stop before a row that is not complete yet."""
    reader = csv.reader(lines.texts(), strict=True, delimiter=separator)
    while True:
        offset, number = lines.offset, lines.number
        try:
            record = next(reader, None)
        except (csv.Error, LineError) as error:
            lines.seek(Position(offset, number))
            if lines.exhausted and isinstance(error, csv.Error):
                return
            yield number + 1, _refused(lines, error)
            reader = csv.reader(lines.texts(), strict=True, delimiter=separator)
            continue
        if record is None:
            return
        if len(record) == width:
            yield number + 1, record
        elif record:
            detail = f"{len(record)} fields, the header has {width}"
            yield (
                number + 1,
                Reject.of(number + 1, RejectReasonValue.FIELDS, detail, separator.join(record)),
            )


def _refused(lines: LineReader, error: csv.Error | LineError) -> Reject:
    """Take the first line of a broken row and return why it is refused."""
    line = lines.take()
    if isinstance(error, LineError):
        return Reject.of(lines.number, error.reason, error.detail, line)
    return Reject.of(lines.number, RejectReasonValue.SYNTAX, str(error), line)


def _header(lines: LineReader, separator: str) -> list[str] | None:
    try:
        header = next(csv.reader(lines.texts(), strict=True, delimiter=separator), None)
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
