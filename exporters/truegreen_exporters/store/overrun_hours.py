"""The hours of overruns that Prometheus knows, as a source has pulled them into a table.

Seconds are told to a billionth, and sums of them are Decimal: what a period's hours add up to is
the same in every order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import OverrunValue
from truegreen_definitions.plan import PrometheusRead
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.store.revisions import known_then
from truegreen_exporters.store.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from truegreen_definitions.names import OriginValue
    from truegreen_definitions.plan import Plan

__all__ = ["OverrunHours", "OverrunSums"]

HOUR_SECONDS = 3600
SLICES = HOUR_SECONDS // GRID_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrunSums:
    """What the hours of a span add up to.

    Attributes:
        amounts: Seconds, or numbers of runs, by (part, step, method).
        unknown_hours: Hours of the span of which the number of runs is not known or not whole, at
            the step of which least is known.
    """

    amounts: Mapping[tuple[str, str, str], Decimal]
    unknown_hours: int

    def of(self, part: OverrunValue, step: str = "", method: str = "") -> Decimal:
        """Return an amount; 0 where none was told."""
        return self.amounts.get((str(part), step, method), Decimal(0))


class OverrunHours:
    """Adds up hours of overruns.

    Args:
        connection: To the record store.
        plan: Says which tables hold them.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
        self._connection = connection
        named = {
            source.table
            for source in plan.sources
            if isinstance(source.read, PrometheusRead) and source.read.of == "overruns"
        }
        self._tables = [
            (table.name, any(column.name == "slices" for column in table.columns))
            for table in plan.tables
            if table.name in named
        ]

    @property
    def pulled(self) -> bool:
        """Whether a source pulls any."""
        return bool(self._tables)

    def between(
        self,
        service: str,
        origin: OriginValue,
        span: tuple[datetime, datetime],
        known_at: datetime | None = None,
    ) -> OverrunSums | None:
        """Return what a span of time adds up to; None where no hour is known.

        Args:
            service: Whose overruns.
            origin: By what they are told.
            span: Start, included, and end, not.
            known_at: Add up the hours as they were known at this moment; None: as they are.

        Raises:
            StoreError: The hours cannot be read.
        """
        amounts: dict[tuple[str, str, str], Decimal] = {}
        known: dict[tuple[str, str, str], int] = {}
        for table, sliced in self._tables:
            slices = f"least(coalesce(slices, {SLICES}), {SLICES})" if sliced else str(SLICES)
            rows = quoted(table)
            if known_at is not None:
                rows = f"({known_then(table, microseconds(known_at))})"
            asked = f"SELECT id, sum(amount), sum({slices}) FROM {rows} WHERE {_within(service, origin, span)} GROUP BY id"  # noqa: S608, E501  quoted
            for name, amount, whole in self._fetched(service, asked):
                _, _, part, step, method = name.split("/")
                key = (part, step, method)
                amounts[key] = amounts.get(key, Decimal(0)) + amount
                known[key] = known.get(key, 0) + int(whole)
        runs = [whole for (part, _, _), whole in known.items() if part == OverrunValue.RUNS]
        if not runs:
            return None
        first, after = (math.ceil(one.timestamp() / HOUR_SECONDS) for one in span)
        missing = (after - first) * SLICES - min(runs)
        return OverrunSums(amounts=amounts, unknown_hours=max(-(-missing // SLICES), 0))

    def rows(
        self, service: str, origin: OriginValue, span: tuple[datetime, datetime]
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the hours of a span.

        Raises:
            StoreError: The hours cannot be read.
        """
        columns = ("id", "hour", "amount")
        asked = ", ".join(f"{column}::VARCHAR" for column in columns)
        query = " UNION ALL ".join(
            f"SELECT {asked} FROM {quoted(table)} WHERE {_within(service, origin, span)}"  # noqa: S608  quoted
            for table, _ in self._tables
        )
        if not query:
            return "", columns, []
        return query, columns, self._fetched(service, query)

    def _fetched(self, service: str, query: str) -> list[tuple[Any, ...]]:
        try:
            self._connection.execute("SET TimeZone = 'UTC'")
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"the overruns of {service} cannot be read: {error}") from error


def _within(service: str, origin: OriginValue, span: tuple[datetime, datetime]) -> str:
    start, end = (one.isoformat() for one in span)
    return (
        f"starts_with(id, {literal(f'{service}/{origin}/')}) "
        f"AND hour >= '{start}' AND hour < '{end}'"
    )
