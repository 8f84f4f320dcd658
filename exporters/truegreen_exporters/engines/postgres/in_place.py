"""A source's rows where they stand: a table's columns made of them by PostgreSQL itself.

Of rows with one key the greatest revision is the row, where the source says what a revision is;
else every row is one, as a table with a primary key has them. Rows whose expressions fail, and
rows without a key, are left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.sql_guarded import NATIVE, NUMBER, Guards
from truegreen_definitions.names import RejectReasonValue
from truegreen_definitions.plan import SqlRead
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted
from truegreen_exporters.sources.sql_connection import relation_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.expressions.sql_guarded import Guarded
    from truegreen_exporters.intake.mapping import Mapping

__all__ = ["InPlace"]

_TEXT = 'CAST({} AS TEXT) COLLATE "C"'  # compared byte by byte, as elsewhere


@dataclass(frozen=True)
class InPlace:
    """The rows of one source as a table.

    Attributes:
        mapping: The source, its table, and the expressions.
        types: Of the source's own columns, in the order of `mapping.wanted`, as PostgreSQL numbers
            them.
    """

    mapping: Mapping
    types: tuple[int, ...]

    @staticmethod
    def asking(mapping: Mapping) -> str:
        """Return the query whose columns have the types."""
        return f"SELECT {_listed(mapping.wanted)} FROM {_from(mapping)} LIMIT 0"  # noqa: S608  quoted; the SELECT was checked by the compiler

    @cached_property
    def _guards(self) -> Guards:
        names = (name.lower() for name in self.mapping.wanted)
        kinds = (NATIVE.get(number, "other") for number in self.types)
        return Guards(dict(zip(names, kinds, strict=True)), self.mapping.source.zone)

    @cached_property
    def _values(self) -> dict[str, Guarded]:
        kinds = self.mapping.types
        texts = self.mapping.values
        return {name: self._guards.guarded(texts[name], kinds[name]) for name in texts}

    @cached_property
    def _revision(self) -> tuple[Guarded, ...]:
        return tuple(map(self._guards.guarded, self.mapping.source.revision))

    @property
    def relation(self) -> str:
        """The query of the table's rows, and `_source` and `_revision` beside them."""
        columns = [self._column(name) for name in self.mapping.types]
        columns += [f"CAST({literal(self.mapping.source.name)} AS TEXT) AS _source"]
        columns += ["CAST('' AS TEXT) AS _revision"]
        query = f"{', '.join(columns)} FROM {_from(self.mapping)} WHERE {self._sound}"
        if not self.mapping.source.revision:
            return f"SELECT {query}"
        key = ", ".join(self._values[name].value for name in self.mapping.table.key)
        order = ", ".join(one for part in self._revision for one in _latest_first(part))
        return f"SELECT DISTINCT ON ({key}) {query} ORDER BY {key}, {order}"

    @property
    def books(self) -> str:
        """The query of (rows, of no service, with a key that others have) of what stands there."""
        key = ", ".join(map(quoted, self.mapping.table.key))
        unmatched = f"count(*) FILTER (WHERE {quoted(SERVICE)} IS NULL)"
        return (
            f"SELECT count(*), {unmatched}, count(*) - count(DISTINCT ({key})) "  # noqa: S608  quoted
            f"FROM ({self.relation}) AS _rows"
        )

    @property
    def refused(self) -> str:
        """The query of (what fails, how many rows) of the rows that are left out."""
        return (
            f"SELECT _why, count(*) FROM (SELECT {self._why} AS _why FROM {_from(self.mapping)}) "  # noqa: S608  as above
            "AS _rows WHERE _why IS NOT NULL GROUP BY 1 ORDER BY 1"
        )

    def refused_rows(self, limit: int) -> str:
        """Return the query of (what fails, the row as text) of some rows that are left out."""
        return (
            f"SELECT _why, _row FROM (SELECT {self._why} AS _why, "  # noqa: S608  as above
            f"concat_ws(',', {_listed(self.mapping.wanted)}) AS _row FROM {_from(self.mapping)}) "
            f"AS _rows WHERE _why IS NOT NULL LIMIT {limit}"
        )

    def reason(self, why: str) -> tuple[RejectReasonValue, str]:
        """Return why a row is left out, and the words for it."""
        if why == "":
            return (
                RejectReasonValue.KEY,
                f"no value for the key {', '.join(self.mapping.table.key)}",
            )
        text = self.mapping.values.get(why, ", ".join(self.mapping.source.revision))
        return RejectReasonValue.VALUE, f"{why}: {text} fails"

    def _column(self, name: str) -> str:
        kind = self.mapping.types[name]
        value = (
            self._values[name].value if name in self._values else f"CAST(NULL AS {_NAMES[kind]})"
        )
        if kind == "VARCHAR":
            value = _TEXT.format(value)
        return f"{value} AS {quoted(name)}"

    @property
    def _sound(self) -> str:
        fails = [f"({one.fails})" for one in (*self._values.values(), *self._revision) if one.fails]
        key = [f"{self._values[name].value} IS NOT NULL" for name in self.mapping.table.key]
        return " AND ".join([*(f"{one} IS NOT TRUE" for one in fails), *key])

    @property
    def _why(self) -> str:
        tests = [
            f"WHEN {one.fails} THEN {literal(name)}"
            for name, one in self._values.items()
            if one.fails
        ]
        tests += [f"WHEN {one.fails} THEN 'revision'" for one in self._revision if one.fails]
        missing = " OR ".join(
            f"{self._values[name].value} IS NULL" for name in self.mapping.table.key
        )
        return f"CASE {' '.join(tests)} WHEN {missing} THEN '' END"


_NAMES = {
    "VARCHAR": "TEXT",
    "BIGINT": "BIGINT",
    "DECIMAL(38,12)": "DECIMAL(38,12)",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMPTZ": "TIMESTAMPTZ",
}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(quoted, names))


def _from(mapping: Mapping) -> str:
    read = mapping.source.read
    if not isinstance(read, SqlRead):
        raise TypeError(read)
    return f"{relation_of(read)} AS source_rows"


def _latest_first(revision: Guarded) -> tuple[str, ...]:
    """Return the order in which the greatest comes first: texts behind numbers, as elsewhere."""
    if not revision.textual:
        return (f"{revision.value} DESC NULLS LAST",)
    text = f"CAST({revision.value} AS TEXT)"
    is_number = f"{text} ~ {literal(NUMBER)}"
    return (
        f"CASE WHEN {revision.value} IS NULL THEN 0 WHEN {is_number} THEN 1 ELSE 2 END DESC",
        f"CASE WHEN {is_number} THEN CAST({text} AS NUMERIC) END DESC NULLS LAST",
        f'{text} COLLATE "C" DESC NULLS LAST',
    )
