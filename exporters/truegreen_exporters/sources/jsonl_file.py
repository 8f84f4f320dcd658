"""JSON Lines: one object a line, UTF-8; `json_rows` says what becomes of its values.

Lines are handed to the store as they are, because its database parses them in a tenth of the
time (`store.json_staging`). A page whose bytes are no plain text is parsed here, line by line.
"""

from __future__ import annotations

from typing import BinaryIO

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.json_rows import document_of, text_of
from truegreen_exporters.sources.lines import UTF8_MARK, LineError, LineReader, decoded
from truegreen_exporters.sources.rows import JsonLines, Position, Reject, Rows

__all__ = ["parse_jsonl", "read_jsonl", "row_of"]

PAGE_BYTES = 1 << 24


def read_jsonl(
    file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int
) -> Rows | JsonLines:
    """Return lines behind a position, or rows where the bytes are odd; see `rows.Reader`."""
    LineReader(file)  # refuses a file of another encoding
    file.seek(start.offset)
    data = file.read(PAGE_BYTES)
    size = data.rfind(b"\n") + 1
    if size and b"\0" not in data and not data.startswith(UTF8_MARK):
        try:
            text = data[: size - 1].decode()
        except UnicodeDecodeError:
            pass
        else:
            count = text.count("\n") + 1
            end = Position(start.offset + size, start.line + count)
            return JsonLines(text=text, lines=range(start.line + 1, end.line + 1), end=end)
    return parse_jsonl(file, start, wanted, limit)


def parse_jsonl(file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int) -> Rows:
    """Return rows behind a position, each line parsed by itself."""
    lines = LineReader(file)
    lines.seek(start)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    while len(rows) + len(rejects) < limit and (line := lines.take()):
        found = row_of(line, lines.number, wanted)
        if isinstance(found, Reject):
            rejects.append(found)
        elif found is not None:
            rows.append(found)
            numbers.append(lines.number)
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=numbers, rejects=rejects, end=lines.position)


def row_of(line: bytes, number: int, wanted: tuple[str, ...]) -> list[str | None] | Reject | None:
    """Return the wanted values of a line, or why it is refused; None for an empty one.

    Args:
        line: With its line feed, or without.
        number: Of the line, from 1.
        wanted: Columns.
    """
    if line.isspace() or not line:
        return None
    try:
        found = _object(decoded(line, first=number == 1))
        return [text_of(found.get(name)) for name in wanted]
    except LineError as error:
        return Reject.of(number, error.reason, error.detail, line)


def _object(text: str) -> dict[str, object]:
    try:
        found = document_of(text)
    except ValueError as error:
        raise LineError(RejectReasonValue.SYNTAX, f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise LineError(RejectReasonValue.SYNTAX, f"a JSON {type(found).__name__}, not an object")
    return found
