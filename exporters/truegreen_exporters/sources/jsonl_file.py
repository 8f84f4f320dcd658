"""JSON Lines: one object a line, UTF-8.

Every value becomes text: strings as they are, numbers as written, `true` and `false`, objects
and arrays as JSON text for DuckDB's JSON functions; null and a missing key are missing values.
An expression casts what it needs, so a column means the same in every batch.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import BinaryIO, NoReturn

from truegreen_definitions.names import RejectReasonValue
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
            rows.append([_text(found.get(name)) for name in wanted])
            numbers.append(lines.number)
        except LineError as error:
            rejects.append(Reject.of(lines.number, error.reason, error.detail, line))
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=numbers, rejects=rejects, end=lines.position)


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise LineError(RejectReasonValue.SYNTAX, f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise LineError(RejectReasonValue.SYNTAX, f"a JSON {type(found).__name__}, not an object")
    return found


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, default=float)
    text = str(value)
    if "\0" in text:
        raise LineError(RejectReasonValue.NUL, "a value holds a NUL")
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise LineError(RejectReasonValue.ENCODING, "a value holds half of a surrogate pair")
    return text


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
