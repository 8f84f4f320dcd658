"""The hours of overruns that Prometheus knows, as a source has pulled them into a table.

Seconds are told to a billionth, and sums of them are Decimal: what a period's hours add up to is
the same in every order.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.names import OverrunValue
from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.store.pulled_hours import PulledHours, unknown_hours, within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from truegreen_definitions.names import OriginValue
    from truegreen_definitions.plan import Plan

__all__ = ["OverrunHours", "OverrunSums"]


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

    def of(self, part: OverrunValue, method: str = "") -> Decimal:
        """Return an amount that is of no step; 0 where none was told."""
        return self.amounts.get((str(part), "", method), Decimal(0))


class OverrunHours:
    """Adds up hours of overruns.

    Args:
        connection: To the record store.
        plan: Says which tables hold them.
    """

    def __init__(self, connection: DuckDBPyConnection, plan: Plan) -> None:
        self._hours = PulledHours(connection, plan, "overruns")

    @property
    def pulled(self) -> bool:
        """Whether a source pulls any."""
        return bool(self._hours.tables)

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
        for table in self._hours.tables:
            query = (
                f"SELECT id, sum(amount), sum({table.slices}) FROM {table.rows(known_at)} "  # noqa: S608  quoted
                f"WHERE {_of(service, origin, span)} GROUP BY id"
            )
            for name, amount, slices in self._hours.fetched(query, _what(service)):
                _, _, part, step, method = name.split("/")
                key = (part, step, method)
                amounts[key] = amounts.get(key, Decimal(0)) + amount
                known[key] = known.get(key, 0) + int(slices)
        runs = [slices for (part, _, _), slices in known.items() if part == OverrunValue.RUNS]
        if not runs:
            return None
        return OverrunSums(amounts=amounts, unknown_hours=unknown_hours(span, min(runs)))

    def rows(
        self, service: str, origin: OriginValue, span: tuple[datetime, datetime]
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the hours of a span.

        Raises:
            StoreError: The hours cannot be read.
        """
        condition = _of(service, origin, span)
        return self._hours.rows(("id", "hour", "amount"), condition, _what(service))


def _of(service: str, origin: OriginValue, span: tuple[datetime, datetime]) -> str:
    return f"starts_with(id, {literal(f'{service}/{origin}/')}) AND {within(span)}"


def _what(service: str) -> str:
    return f"the overruns of {service}"
