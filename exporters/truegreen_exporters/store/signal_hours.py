"""The hours of what Prometheus counts, as a source has pulled them into a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.store.pulled_hours import PulledHours, unknown_hours, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from duckdb import DuckDBPyConnection

    from truegreen_definitions.plan import Plan

__all__ = ["HourSums", "SignalHours"]


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

    def __init__(self, connection: DuckDBPyConnection, plan: Plan) -> None:
        self._hours = PulledHours(connection, plan, "agreements")

    def between(
        self,
        agreement: str,
        spans: Sequence[tuple[datetime, datetime]],
        known_at: datetime | None = None,
    ) -> tuple[HourSums | None, ...]:
        """Return what spans of time add up to; None where no hour is known.

        A count that Prometheus has extrapolated is rounded once, after the sum.

        Args:
            agreement: Its id.
            spans: Start, included, and end, not.
            known_at: Add up the hours as they were known at this moment; None: as they are.

        Raises:
            StoreError: The hours cannot be read.
        """
        return tuple(self._sums(agreement, span, known_at) for span in spans)

    def known(self) -> int:
        """Return how many hours there are, of all agreements together.

        Raises:
            StoreError: The hours cannot be read.
        """
        return sum(
            count
            for table in self._hours.tables
            for (count,) in self._hours.fetched(
                f"SELECT count(*) FROM {table.rows(None)}",  # noqa: S608  quoted
                f"the hours in {table.name}",
            )
        )

    def rows(
        self, agreement: str, span: tuple[datetime, datetime]
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the hours of a span.

        Raises:
            StoreError: The hours cannot be read.
        """
        columns = ("hour", "good", "total")
        return self._hours.rows(columns, _of(agreement, span), _what(agreement))

    def _sums(
        self, agreement: str, span: tuple[datetime, datetime], known_at: datetime | None
    ) -> HourSums | None:
        good, total, hours, known = Decimal(0), Decimal(0), 0, 0
        for table in self._hours.tables:
            query = (
                f"SELECT sum(good), sum(total), count(*), sum({table.slices}) "  # noqa: S608  quoted
                f"FROM {table.rows(known_at)} WHERE {_of(agreement, span)} HAVING count(*) > 0"
            )
            for of_good, of_total, count, slices in self._hours.fetched(query, _what(agreement)):
                good, total = good + of_good, total + of_total
                hours, known = hours + count, known + int(slices)
        if not hours:
            return None
        whole = int(total.quantize(Decimal(1), ROUND_HALF_EVEN))
        return HourSums(
            good=min(int(good.quantize(Decimal(1), ROUND_HALF_EVEN)), whole),
            total=whole,
            unknown_hours=unknown_hours(span, known),
        )


def _of(agreement: str, span: tuple[datetime, datetime]) -> str:
    return f"id = {literal(agreement)} AND {within(span)}"


def _what(agreement: str) -> str:
    return f"the hours of {agreement}"
