"""Rows that a journey takes turns with: the same row for the same slot, also after a restart."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.plan import DataRows

__all__ = ["Rows", "read_rows"]

MOST_ROWS = 100_000


class Rows:
    """Values of variables, row by row.

    Args:
        rows: At least one.
    """

    def __init__(self, rows: tuple[Mapping[str, str], ...]) -> None:
        self._rows = rows

    def of(self, turn: int) -> Mapping[str, str]:
        """Return the row of a turn; after the last one comes the first."""
        return self._rows[turn % len(self._rows)]


def read_rows(data: DataRows | None, read: Callable[[str], str]) -> Rows:
    """Return the rows of a journey; one empty row where it has none.

    Args:
        data: Of the plan.
        read: Returns the text of a file in the data folder; raises OSError, UnicodeDecodeError.

    Raises:
        TerminalError: The file cannot be read, lacks a column or has no row.
    """
    if data is None:
        return Rows(({},))
    if not data.csv:
        return Rows(tuple(dict(zip(data.columns, row, strict=True)) for row in data.rows))
    try:
        text = read(data.csv)
    except OSError as error:
        raise TerminalError(f"rows {data.csv}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise TerminalError(f"rows {data.csv}: it is no UTF-8 text") from error
    return Rows(_parsed(data, text.removeprefix("\ufeff")))


def _parsed(data: DataRows, text: str) -> tuple[Mapping[str, str], ...]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    found: list[Mapping[str, str]] = []
    try:
        heading = reader.fieldnames or ()
        missing = [name for name in data.columns if name not in heading]
        if missing:
            has = ", ".join(heading) or "none"
            raise TerminalError(f"rows {data.csv}: there is no column {missing[0]!r}: it has {has}")
        for row in reader:
            if None in row.values() or None in row:
                message = f"line {reader.line_num} has not as many fields as the heading"
                raise TerminalError(f"rows {data.csv}: {message}")
            found.append({name: row[name] for name in data.columns})
            if len(found) > MOST_ROWS:
                raise TerminalError(f"rows {data.csv}: more than {MOST_ROWS:,} rows")
    except csv.Error as error:
        raise TerminalError(f"rows {data.csv}: line {reader.line_num}: {error}") from error
    if not found:
        raise TerminalError(f"rows {data.csv}: there is no row")
    return tuple(found)
