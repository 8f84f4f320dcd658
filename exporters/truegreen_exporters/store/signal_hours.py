"""The hours of what Prometheus counts, as a source has pulled them into a table."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

import duckdb

from truegreen_definitions.plan import PrometheusRead
from truegreen_exporters.mapping import quoted
from truegreen_exporters.store.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from truegreen_definitions.plan import Plan

__all__ = ["SignalHours"]


class SignalHours:
    """Adds up hours.

    Args:
        connection: To the record store.
        plan: Says which tables hold hours.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
        self._connection = connection
        sources = [one for one in plan.sources if isinstance(one.read, PrometheusRead)]
        self._tables = sorted({source.table for source in sources})

    def between(
        self, agreement: str, spans: Sequence[tuple[datetime, datetime]]
    ) -> tuple[tuple[int, int] | None, ...]:
        """Return good and total of spans of time, in whole events; None where no hour is known.

        An hour is of the span in which it begins. A count that Prometheus has extrapolated is
        rounded once, after the sum.

        Raises:
            StoreError: The hours cannot be read.
        """
        return tuple(self._sum(agreement, start, end) for start, end in spans)

    def _sum(self, agreement: str, start: datetime, end: datetime) -> tuple[int, int] | None:
        good, total, hours = Decimal(0), Decimal(0), 0
        for table in self._tables:
            query = (
                f"SELECT sum(good), sum(total), count(*) FROM {quoted(table)} "  # noqa: S608  quoted
                "WHERE id = ? AND hour >= ?::TIMESTAMPTZ AND hour < ?::TIMESTAMPTZ"
            )
            try:
                found = self._connection.execute(query, [agreement, start, end]).fetchone()
            except duckdb.Error as error:
                raise StoreError(f"the hours of {agreement} cannot be read: {error}") from error
            if found is not None and found[2]:
                good, total, hours = good + found[0], total + found[1], hours + found[2]
        if not hours:
            return None
        whole = int(total.quantize(Decimal(1), ROUND_HALF_EVEN))
        return min(int(good.quantize(Decimal(1), ROUND_HALF_EVEN)), whole), whole
