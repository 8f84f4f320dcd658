"""JSON Lines: one object a line, UTF-8; `json_rows` says what becomes of its values."""

from __future__ import annotations

from typing import BinaryIO

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.json_rows import document_of, text_of
from truegreen_exporters.sources.lines import LineError, LineReader
from truegreen_exporters.sources.rows import Position, Reject, Rows

__all__ = ["read_jsonl"]


def read_jsonl(file: BinaryIO, start: Position, wanted: tuple[str, ...], limit: int) -> Rows:
    """Return rows behind a position; see `rows.Reader`."""
    lines = LineReader(file)
    lines.seek(start)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    while len(rows) + len(rejects) < limit and (line := lines.take()):
        if line.isspace():
            continue
        try:
            found = _object(lines.text(line))
            rows.append([text_of(found.get(name)) for name in wanted])
            numbers.append(lines.number)
        except LineError as error:
            rejects.append(Reject.of(lines.number, error.reason, error.detail, line))
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=numbers, rejects=rejects, end=lines.position)


def _object(text: str) -> dict[str, object]:
    try:
        found = document_of(text)
    except ValueError as error:
        raise LineError(RejectReasonValue.SYNTAX, f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise LineError(RejectReasonValue.SYNTAX, f"a JSON {type(found).__name__}, not an object")
    return found
