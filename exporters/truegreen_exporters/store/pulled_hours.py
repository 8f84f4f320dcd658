"""Tables of hours that sources have pulled from Prometheus: which there are, and how they are read.

An hour is of the span in which it begins. It is told in slices of the grid; a table without a
column `slices` holds whole hours.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import PrometheusRead
from truegreen_definitions.units import HOUR_SECONDS
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.intake.mapping import quoted
from truegreen_exporters.store.opening import StoreError
from truegreen_exporters.store.revisions import known_then

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Plan

__all__ = ["HourTable", "PulledHours", "unknown_hours", "within"]

SLICES = HOUR_SECONDS // GRID_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class HourTable:
    """A table of hours.

    Attributes:
        name: Of the plan's table.
        sliced: Whether it says how much of an hour is known.
    """

    name: str
    sliced: bool

    @property
    def slices(self) -> str:
        """SQL of how many slices of an hour are known."""
        return f"least(coalesce(slices, {SLICES}), {SLICES})" if self.sliced else str(SLICES)

    def rows(self, known_at: datetime | None) -> str:
        """Return SQL of its rows as they were known at a moment; None: as they are."""
        if known_at is None:
            return quoted(self.name)
        return f"({known_then(self.name, microseconds(known_at))})"


class PulledHours:
    """Reads the tables that sources of one kind fill.

    Args:
        connection: To the record store.
        plan: Says which tables these are.
        of: What the sources read.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        plan: Plan,
        of: Literal["agreements", "overruns"],
    ) -> None:
        self._connection = connection
        named = {
            source.table
            for source in plan.sources
            if isinstance(source.read, PrometheusRead) and source.read.of == of
        }
        self.tables = tuple(
            HourTable(name=one.name, sliced=any(column.name == "slices" for column in one.columns))
            for one in plan.tables
            if one.name in named
        )

    def fetched(self, query: str, what: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query.

        Raises:
            StoreError: They cannot be read; `what` names them.
        """
        try:
            self._connection.execute("SET TimeZone = 'UTC'")
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"{what} cannot be read: {error}") from error

    def rows(
        self, columns: tuple[str, ...], condition: str, what: str
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the hours of all tables that fit.

        Raises:
            StoreError: They cannot be read; `what` names them.
        """
        asked = ", ".join(f"{column}::VARCHAR" for column in columns)
        query = " UNION ALL ".join(
            f"SELECT {asked} FROM {quoted(table.name)} WHERE {condition}"  # noqa: S608  quoted
            for table in self.tables
        )
        return query, columns, self.fetched(query, what) if query else []


def within(span: tuple[datetime, datetime]) -> str:
    """Return the SQL condition for the hours that begin in a span: start included, end not."""
    start, end = (one.isoformat() for one in span)
    return f"hour >= '{start}' AND hour < '{end}'"


def unknown_hours(span: tuple[datetime, datetime], slices: int) -> int:
    """Return the hours that are missing of a span in which so many slices are known, rounded up."""
    first, after = (math.ceil(one.timestamp() / HOUR_SECONDS) for one in span)
    missing = (after - first) * SLICES - slices
    return max(-(-missing // SLICES), 0)
