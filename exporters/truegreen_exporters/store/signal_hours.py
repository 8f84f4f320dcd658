"""The hours of what Prometheus counts, as a source has pulled them into a table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import duckdb

from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.plan import PrometheusRead
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.store.revisions import known_then
from truegreen_exporters.store.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Plan

__all__ = ["HourSums", "SignalHours"]

HOUR_SECONDS = 3600
SLICES = HOUR_SECONDS // GRID_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class HourSums:
    """What the hours of a span add up to, in whole events.

    Attributes:
        unknown_hours: Hours of the span that are not known or not whole; an hour of which only
            some slices are known counts by those that are missing, all together rounded up.
    """

    good: int
    total: int
    unknown_hours: int


class SignalHours:
    """Adds up hours.

    Args:
        connection: To the record store.
        plan: Says which tables hold hours.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
        self._connection = connection
        named = {
            source.table
            for source in plan.sources
            if isinstance(source.read, PrometheusRead) and source.read.of == "agreements"
        }
        self._tables = [
            (table.name, any(column.name == "slices" for column in table.columns))
            for table in plan.tables
            if table.name in named
        ]

    def between(
        self,
        agreement: str,
        spans: Sequence[tuple[datetime, datetime]],
        known_at: datetime | None = None,
    ) -> tuple[HourSums | None, ...]:
        """Return what spans of time add up to; None where no hour is known.

        Args:
            agreement: Its id.
            spans: Start, included, and end, not.
            known_at: Add up the hours as they were known at this moment; None: as they are.

        An hour is of the span in which it begins. A count that Prometheus has extrapolated is
        rounded once, after the sum. A table without a column `slices` holds whole hours.

        Raises:
            StoreError: The hours cannot be read.
        """
        return tuple(self._sums(agreement, start, end, known_at) for start, end in spans)

    def known(self) -> int:
        """Return how many hours there are, of all agreements together.

        Raises:
            StoreError: The hours cannot be read.
        """
        found = 0
        for table, _ in self._tables:
            query = f"SELECT count(*) FROM {quoted(table)}"  # noqa: S608  quoted
            try:
                found += sum(count for (count,) in self._connection.execute(query).fetchall())
            except duckdb.Error as error:
                raise StoreError(f"the hours in {table} cannot be counted: {error}") from error
        return found

    def rows(
        self, agreement: str, span: tuple[datetime, datetime]
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the hours of a span.

        Raises:
            StoreError: The hours cannot be read.
        """
        columns = ("hour", "good", "total")
        asked = ", ".join(f"{column}::VARCHAR" for column in columns)
        query = " UNION ALL ".join(
            f"SELECT {asked} FROM {quoted(table)} WHERE id = {literal(agreement)} "  # noqa: S608  quoted
            f"AND hour >= '{span[0].isoformat()}' AND hour < '{span[1].isoformat()}'"
            for table, _ in self._tables
        )
        if not query:
            return "", columns, []
        try:
            self._connection.execute("SET TimeZone = 'UTC'")
            return query, columns, self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"the hours of {agreement} cannot be read: {error}") from error

    def _sums(
        self, agreement: str, start: datetime, end: datetime, known_at: datetime | None
    ) -> HourSums | None:
        good, total, hours, slices = Decimal(0), Decimal(0), 0, 0
        for table, sliced in self._tables:
            known = f"least(coalesce(slices, {SLICES}), {SLICES})" if sliced else str(SLICES)
            rows = quoted(table)
            if known_at is not None:
                rows = f"({known_then(table, microseconds(known_at))})"
            query = (
                f"SELECT sum(good), sum(total), count(*), sum({known}) FROM {rows} "  # noqa: S608  quoted
                "WHERE id = ? AND hour >= ?::TIMESTAMPTZ AND hour < ?::TIMESTAMPTZ"
            )
            try:
                found = self._connection.execute(query, [agreement, start, end]).fetchone()
            except duckdb.Error as error:
                raise StoreError(f"the hours of {agreement} cannot be read: {error}") from error
            if found is not None and found[2]:
                good, total, hours = good + found[0], total + found[1], hours + found[2]
                slices += int(found[3])
        if not hours:
            return None
        whole = int(total.quantize(Decimal(1), ROUND_HALF_EVEN))
        first, after = (math.ceil(one.timestamp() / HOUR_SECONDS) for one in (start, end))
        return HourSums(
            good=min(int(good.quantize(Decimal(1), ROUND_HALF_EVEN)), whole),
            total=whole,
            unknown_hours=max(-(((first - after) * SLICES + slices) // SLICES), 0),
        )
