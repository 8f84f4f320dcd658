"""A source's definition as SQL: from texts as they were read to the columns of its table.

Expressions come from the plan, where the compiler has checked them. A time without a zone is
read in the source's zone, because the statements run with that as the session's zone.

Revisions are compared as text, so each is written so that text order is its own order: numbers
and times padded to one width, other texts as they are, behind all numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from truegreen_definitions.plan import Source, Table

__all__ = [
    "COLUMN_TYPES",
    "SERVICE",
    "Mapping",
    "columns_used",
    "literal",
    "quoted",
    "revision_key",
]

COLUMN_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(38,12)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}
SERVICE = "service"
_NUMBER = "DECIMAL(38,9)"
_SHIFT = f"CAST('1{'0' * 28}' AS {_NUMBER})"  # makes every number up to it positive
_WIDTH = 39
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_SEPARATOR = "chr(31)"  # sorts before every printable character, so a shorter tuple comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How rows of one source become rows of its table.

    Attributes:
        source: Where they come from.
        table: Where they go.
        wanted: The source's own columns that any expression uses, by first use.
        values: Expression of each column that is mapped, `service` among them.
        types: DuckDB type of each column of the table, `service` among them.
    """

    source: Source
    table: Table
    wanted: tuple[str, ...]
    values: dict[str, str]
    types: dict[str, str]

    @classmethod
    def of(cls, source: Source, table: Table) -> Mapping:
        """Return the mapping of a source.

        Raises:
            TerminalError: An expression is no SQL.
        """
        values = dict(source.columns)
        if source.service:
            values[SERVICE] = source.service
        types = {column.name: COLUMN_TYPES[column.type] for column in table.columns}
        types.setdefault(SERVICE, "VARCHAR")
        used: dict[str, str] = {}
        for text in (*values.values(), *source.revision):
            for name in columns_used(text):
                used.setdefault(name.lower(), name)
        return cls(
            source=source, table=table, wanted=tuple(used.values()), values=values, types=types
        )

    def cast(self, column: str) -> str:
        """Return the expression of a mapped column, as the column's type."""
        return f"CAST(({self.values[column]}) AS {self.types[column]})"

    def select(self, revision: str) -> str:
        """Return the query that maps `incoming`, which adds `_row` to the wanted columns."""
        columns = [
            f"{self.cast(name) if name in self.values else 'NULL'} AS {quoted(name)}"
            for name in self.types
        ]
        listed = ", ".join([*columns, f"{revision} AS _revision", "_row"])
        return f"SELECT {listed} FROM incoming"  # noqa: S608  expressions were checked by the compiler

    def failures(self) -> str:
        """Return the query that finds rows of `incoming` whose expressions fail, and where.

        TRY alone cannot tell a failure from a missing value; around a struct it can.
        """
        tests = [
            f"WHEN TRY({{'v': {self.cast(name)}}}) IS NULL THEN {literal(name)}"
            for name in self.values
        ]
        tests += [
            f"WHEN TRY({{'v': ({text})}}) IS NULL THEN 'revision'" for text in self.source.revision
        ]
        found = f"SELECT _row, CASE {' '.join(tests)} END AS failed FROM incoming"  # noqa: S608  as above
        return f"SELECT _row, failed FROM ({found}) WHERE failed IS NOT NULL ORDER BY _row"  # noqa: S608  as above


def revision_key(parts: list[tuple[str, str]]) -> str:
    """Return SQL for the text by which revisions are compared.

    Args:
        parts: (expression, DuckDB type of its value), in order of importance.
    """
    keys = [f"coalesce({_sortable(text, kind)}, '')" for text, kind in parts]
    return f"concat_ws({_SEPARATOR}, {', '.join(keys)})" if keys else "''"


def columns_used(expression: str) -> tuple[str, ...]:
    """Return the names of the columns an expression uses, in order.

    Raises:
        TerminalError: It cannot be parsed.
    """
    try:
        parsed = sqlglot.parse_one(expression, read="duckdb")
    except SqlglotError as error:
        raise TerminalError(
            f"plan.json holds an expression that is no SQL: {expression}"
        ) from error
    return tuple(column.parts[0].name for column in parsed.find_all(exp.Column, bfs=False))


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    escaped = text.replace("'", "''")
    return f"'{escaped}'"


def _sortable(text: str, kind: str) -> str:
    if kind == "VARCHAR":
        number = f"TRY_CAST(({text}) AS {_NUMBER})"
        return f"CASE WHEN {number} IS NULL THEN 't' || ({text}) ELSE {_padded(number)} END"
    if kind.startswith(("TIMESTAMP", "DATE")):
        return _padded_whole(f"epoch_us(CAST(({text}) AS TIMESTAMPTZ))")
    return (_padded_whole if kind in _WHOLE else _padded)(f"({text})")


def _padded(number: str) -> str:
    shifted = f"CAST(CAST({number} AS {_NUMBER}) + {_SHIFT} AS VARCHAR)"
    return f"'n' || lpad({shifted}, {_WIDTH}, '0')"


def _padded_whole(number: str) -> str:
    """Return the same text for a whole number, in a fifth of the time where it is none below 0."""
    digits = f"lpad(CAST({number} AS VARCHAR), 28, '0')"
    return (
        f"CASE WHEN {number} >= 0 THEN 'n1' || {digits} || '.000000000' ELSE {_padded(number)} END"
    )
