"""A batch on its way into a table: texts as read, then values of the table's columns.

Both stand in temporary tables (`incoming`, `mapped`), outside the transaction that takes the
rows over, because a failing expression would abort it. A row whose expressions fail is refused
alone, never its batch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import duckdb

from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.engines.engine import Interrupted
from truegreen_exporters.intake.hints import hint
from truegreen_exporters.intake.mapping import Mapping, columns_used, quoted, revision_key
from truegreen_exporters.sources.rows import JsonLines, Reject, SourceError
from truegreen_exporters.store.json_staging import load_json_lines

if TYPE_CHECKING:
    from truegreen_exporters.sources.rows import Rows

__all__ = ["Staging"]

FOUND_CHARACTERS = 40


class Staging:
    """The temporary tables of one connection; `fill` leaves the rows in `mapped`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._revision_keys: dict[str, str] = {}

    def fill(self, mapping: Mapping, rows: Rows | JsonLines) -> list[Reject]:
        """Map a batch; return the rows that are refused.

        Raises:
            SourceError: The source's expressions do not fit its rows at all.
        """
        rejects = self._load(mapping.wanted, rows)
        query = mapping.select(self._revision_key(mapping))
        statement = f"CREATE OR REPLACE TEMP TABLE mapped AS {query}"
        try:
            self._connection.execute(statement)
        except duckdb.InterruptException as error:
            raise Interrupted(str(error)) from error
        except duckdb.Error:
            rejects += self._drop_failing(mapping, rows)
            try:
                self._connection.execute(statement)
            except duckdb.InterruptException as error:
                raise Interrupted(str(error)) from error
            except duckdb.Error as error:
                raise SourceError(f"its expressions fail: {error}") from error
        return [*rejects, *self._drop_keyless(mapping, rows)]

    def _load(self, wanted: tuple[str, ...], rows: Rows | JsonLines) -> list[Reject]:
        """Fill `incoming`; return what is refused already."""
        if isinstance(rows, JsonLines):
            return load_json_lines(self._connection, wanted, rows)
        columns = [f"unnest(?::VARCHAR[]) AS {quoted(name)}" for name in wanted]
        listed = ", ".join([*columns, "unnest(?::BIGINT[]) AS _row"])
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT {listed}",
            [*map(list, rows.values), list(range(len(rows.lines)))],
        )
        return list(rows.rejects)

    def _revision_key(self, mapping: Mapping) -> str:
        """Return SQL for the revision; the types of its expressions are asked for once."""
        name = mapping.source.name
        if name not in self._revision_keys:
            texts = mapping.source.revision
            listed = ", ".join(f"({text})" for text in texts) or "1"
            query = f"DESCRIBE SELECT {listed} FROM incoming"  # noqa: S608  checked by the compiler
            try:
                found = self._connection.execute(query).fetchall()
            except duckdb.InterruptException as error:
                raise Interrupted(str(error)) from error
            except duckdb.Error as error:
                raise SourceError(f"its revision cannot be computed: {error}") from error
            kinds = [str(row[1]) for row in found]
            self._revision_keys[name] = revision_key(list(zip(texts, kinds, strict=False)))
        return self._revision_keys[name]

    def _drop_failing(self, mapping: Mapping, rows: Rows | JsonLines) -> list[Reject]:
        try:
            failing = self._connection.execute(mapping.failures()).fetchall()
        except duckdb.InterruptException as error:
            raise Interrupted(str(error)) from error
        except duckdb.Error as error:
            raise SourceError(f"its expressions do not fit its columns: {error}") from error
        values = self._values(mapping, [row for row, _ in failing])
        self._drop("incoming", list(values))
        kinds = {column.name: column.type for column in mapping.table.columns}
        rejects = []
        for row, column in failing:
            text = mapping.values.get(column, ", ".join(mapping.source.revision))
            used = {name.lower() for name in columns_used(text)}
            found = [(name, one) for name, one in values[row].items() if name.lower() in used]
            one = _reject(
                rows, row, RejectReasonValue.VALUE, f"{column}: {text} fails", _line(values[row])
            )
            shown = ", ".join(map(_shown, dict(found).values()))
            rejects.append(replace(one, found=shown, hint=hint(kinds.get(column, ""), found)))
        return rejects

    def _drop_keyless(self, mapping: Mapping, rows: Rows | JsonLines) -> list[Reject]:
        missing = " OR ".join(f"{quoted(name)} IS NULL" for name in mapping.table.key)
        query = f"SELECT _row FROM mapped WHERE {missing} ORDER BY _row"  # noqa: S608  quoted
        keyless = [row for (row,) in self._connection.execute(query).fetchall()]
        self._drop("mapped", keyless)
        values = self._values(mapping, keyless)
        detail = f"no value for the key {', '.join(mapping.table.key)}"
        return [
            _reject(rows, row, RejectReasonValue.KEY, detail, _line(values[row])) for row in keyless
        ]

    def _values(self, mapping: Mapping, places: list[int]) -> dict[int, dict[str, str | None]]:
        """Return the values of rows of `incoming` by their columns."""
        if not places:
            return {}
        columns = ", ".join(["_row", *map(quoted, mapping.wanted)])
        query = f"SELECT {columns} FROM incoming WHERE _row IN (SELECT unnest(?::BIGINT[]))"  # noqa: S608  quoted
        found = self._connection.execute(query, [places]).fetchall()
        return {row: dict(zip(mapping.wanted, values, strict=True)) for row, *values in found}

    def _drop(self, table: str, places: list[int]) -> None:
        if places:
            statement = f"DELETE FROM {table} WHERE _row IN (SELECT unnest(?::BIGINT[]))"  # noqa: S608  ours
            self._connection.execute(statement, [places])


def _line(values: dict[str, str | None]) -> str:
    return ",".join(value or "" for value in values.values())


def _shown(value: str | None) -> str:
    """Return a value for people: quoted, and no longer than it takes to know it again."""
    if value is None:
        return "no value"
    short = value if len(value) <= FOUND_CHARACTERS else f"{value[:FOUND_CHARACTERS]}…"
    return repr(short)


def _reject(
    rows: Rows | JsonLines, place: int, reason: RejectReasonValue, detail: str, text: str
) -> Reject:
    return Reject.of(rows.lines[place], reason, detail, text)
