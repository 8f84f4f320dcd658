"""Lines of JSON into `incoming`, parsed by the database, each value just as Python would write it.

DuckDB reads a line in a fraction of a microsecond, but not always as `json_rows` does: it takes
NaN, infinities and commas at the end of a list, writes 84.20 as 84.2, and objects without blanks.
So a line is taken from it only where both are known to agree; a number with a fraction is cut out
of the line as it stands there. Every other line, and so every line that is refused, is read by
Python, which says what it is or why it is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.sources.jsonl_file import row_of
from truegreen_exporters.sources.lines import MAX_LINE_BYTES
from truegreen_exporters.sources.rows import Reject

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from truegreen_exporters.sources.rows import JsonLines

__all__ = ["load_json_lines"]

# What the database takes for JSON and is none, a NUL, or a number of more digits than any has.
_ODD = r"[\[:,][ \t]*-?[nNiI][aAnN][nNfF]|,[ \t\r]*[\]}]|\\u0000|[0-9]{40}"
# Numbers that may be written otherwise than they were, and what stands inside of something.
_TYPED = r"[:,\[][ \t]*(?:-?[0-9]+[.eE]|[{\[])"
# Python writes a number as small as these with an exponent.
_SMALL = r"^-?0\.000000"


def load_json_lines(
    connection: DuckDBPyConnection, wanted: tuple[str, ...], lines: JsonLines
) -> list[Reject]:
    """Make `incoming` of lines: the wanted values as texts, and `_row`; return what is refused."""
    made = _count(
        connection,
        f"CREATE OR REPLACE TEMP TABLE incoming AS {_plain(wanted)}",
        {"text": lines.text},
    )
    if _count(connection, "SELECT count(*) FROM incoming WHERE _line IS NULL") == made:
        return []
    connection.execute(f"CREATE OR REPLACE TEMP TABLE careful AS {_careful(wanted)}")
    connection.execute("DELETE FROM incoming WHERE _line IS NOT NULL")
    connection.execute("INSERT INTO incoming FROM careful WHERE _line IS NULL")
    query = "SELECT _row, _line FROM careful WHERE _line IS NOT NULL ORDER BY _row"
    rows, places, rejects = [], [], []
    for place, line in connection.execute(query).fetchall():
        found = row_of(f"{line}\n".encode(), lines.lines[place], wanted)
        if isinstance(found, Reject):
            rejects.append(found)
        elif found is not None:
            rows.append(found)
            places.append(place)
    _insert(connection, wanted, rows, places)
    return rejects


def _count(
    connection: DuckDBPyConnection, statement: str, values: dict[str, str] | None = None
) -> int:
    found = connection.execute(statement, values).fetchone()
    return int(found[0]) if found else 0


def _insert(
    connection: DuckDBPyConnection,
    wanted: tuple[str, ...],
    rows: list[list[str | None]],
    places: list[int],
) -> None:
    if not rows:
        return
    columns = ", ".join([*(["unnest(?::VARCHAR[])"] * len(wanted)), "unnest(?::BIGINT[])", "NULL"])
    values = [*map(list, zip(*rows, strict=True)), places]
    connection.execute(f"INSERT INTO incoming SELECT {columns}", values)


def _plain(wanted: tuple[str, ...]) -> str:
    """Return the query of the wanted values, `_row`, and `_line` where more care is needed."""
    values = [f"_values[{n}] AS {quoted(name)}" for n, name in enumerate(wanted, start=1)]
    listed = ", ".join([*values, "_row", "CASE WHEN NOT _plain THEN _line END AS _line"])
    return (
        f"SELECT {listed} FROM (SELECT *, "  # noqa: S608  quoted
        f"CASE WHEN _plain THEN json_extract_string(_line, {_paths(wanted)}) END AS _values FROM ("
        f"SELECT *, {_sound(f'{_ODD}|{_TYPED}')} AS _plain FROM ("
        "SELECT unnest(_all) AS _line, unnest(range(len(_all))) AS _row FROM ("
        "SELECT string_split($text, chr(10)) AS _all))))"
    )


def _careful(wanted: tuple[str, ...]) -> str:
    """Return the query of the same for these lines; `_line` where Python has to read it."""
    paths = _paths(wanted)
    values, unlike = [], ["list_has_any(_types, ['OBJECT', 'ARRAY'])"]
    for n, name in enumerate(wanted, start=1):
        is_double = f"_types[{n}] = 'DOUBLE'"
        values.append(
            f"CASE WHEN {is_double} THEN {_as_written(name)} ELSE _values[{n}] END "
            f"AS {quoted(name)}"
        )
        unlike.append(f"({is_double} AND NOT {_is_that(name)})")
    read = f"NOT _plain OR coalesce({' OR '.join(unlike)}, false)"
    listed = ", ".join([*values, "_row", f"CASE WHEN {read} THEN _line END AS _line"])
    return (
        f"SELECT {listed} FROM (SELECT _line, _row, _plain, "  # noqa: S608  quoted
        f"CASE WHEN _plain THEN json_extract_string(_line, {paths}) END AS _values, "
        f"CASE WHEN _plain THEN json_type(_line, {paths}) END AS _types FROM ("
        f"SELECT _line, _row, {_sound(_ODD)} AS _plain FROM incoming WHERE _line IS NOT NULL))"
    )


def _sound(odd: str) -> str:
    """Return the condition that a line is an object in which nothing is odd."""
    return (
        f"(starts_with(_line, '{{') AND strlen(_line) < {MAX_LINE_BYTES} "
        f"AND json_valid(_line) AND NOT regexp_matches(_line, {literal(odd)}))"
    )


def _paths(wanted: tuple[str, ...]) -> str:
    return f"[{', '.join(literal(_pointer(name)) for name in wanted)}]::VARCHAR[]"


def _pointer(name: str) -> str:
    """Return a key of an object as a JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _as_written(name: str) -> str:
    """Return SQL for the number with a fraction that stands behind a key; empty for another."""
    number = rf'"{re.escape(name)}"[ \t]*:[ \t]*(-?[0-9]+\.[0-9]+)[ \t]*[,}}]'
    return f"regexp_extract(_line, {literal(number)}, 1)"


def _is_that(name: str) -> str:
    """Return the condition that this number is the key's, and as Python writes it."""
    once = f"len(string_split(_line, {literal(chr(34) + name + chr(34))})) = 2"
    written = _as_written(name)
    return f"({once} AND {written} <> '' AND NOT regexp_matches({written}, {literal(_SMALL)}))"
