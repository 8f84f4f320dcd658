"""Records: declared tables, and the sources that fill them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations
from truegreen_definitions.plan.reads import Read  # noqa: TC001  as above

__all__ = ["Column", "EngineName", "Source", "Table"]

EngineName: TypeAlias = Literal["duckdb", "postgresql", "redshift", "materialize", "risingwave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table and its type: text, integer, decimal, boolean, date or timestamp."""

    name: str
    type: Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A normalised set of records.

    Attributes:
        key: Columns that identify a row; every one is in `columns`.
        keep_seconds: How long its rows are kept after the newest of their times; None for ever.
        keep_revisions_seconds: How long what a correction replaced is kept; None for ever.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    origin: Origin
    keep_seconds: int | None = None
    keep_revisions_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a table's rows come from and how its columns map.

    Attributes:
        read: How the rows are read, and where.
        zone: IANA zone of timestamps that carry none.
        columns: (column, SQL expression over the source's own columns), one per mapped column.
        revision: SQL expressions over the source's own columns; the greatest tuple wins, and
            of equal ones the later read.
        service: SQL expression over the source's own columns that names the service, NULL for
            none; empty when the table's rows belong to no service.
        engine: What counts the rows: `duckdb` after they were read into the store, any other
            where they stand. No test has run on a server of those behind `postgresql`.
    """

    name: str
    table: str
    read: Read
    zone: str
    columns: tuple[tuple[str, str], ...]
    revision: tuple[str, ...]
    service: str
    origin: Origin
    engine: EngineName = "duckdb"

    @property
    def in_place(self) -> bool:
        """Whether its rows stay in their own database."""
        return self.engine != "duckdb"

    @property
    def untested(self) -> bool:
        """Whether they are counted by a server that no test has run on."""
        return self.engine not in {"duckdb", "postgresql"}
