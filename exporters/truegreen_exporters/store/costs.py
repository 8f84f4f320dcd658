"""Cost lines of the store, added up: exact sums of DECIMAL columns, every line in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from truegreen_definitions.plan.costs import COSTS, has_costs
from truegreen_exporters.intake.mapping import quoted
from truegreen_exporters.store.opening import StoreError

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.plan import Plan

__all__ = ["CostLines", "CostSum"]

_APART = ("service", "business_unit", "component")
_PLACES = "DECIMAL(38,12)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostSum:
    """What lines come to that agree in all that they are told apart by.

    Attributes:
        service: Empty where no line said whose it is; so are the two below.
        component: Cloud, licence, labour and the like.
    """

    service: str
    business_unit: str
    component: str
    currency: str
    amount: Decimal


class CostLines:
    """Adds up cost lines.

    Args:
        connection: To the record store.
        plan: Says whether there are any, and in which columns.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
        self._connection = connection
        self.known = has_costs(plan)
        columns = {
            column.name for one in plan.tables if one.name == COSTS for column in one.columns
        }
        self._apart = [
            f"coalesce({quoted(name)}, '')" if name in columns else "''" for name in _APART
        ]

    def query(self, span: tuple[int, int]) -> str:
        """Return the query of the sums of lines whose charge period begins in a span.

        Args:
            span: Start, included, and end, not, in microseconds since 1970.
        """
        at = "epoch_us(charge_period_start)"
        places = ", ".join(str(place) for place in range(1, len(_APART) + 2))
        return (
            f"SELECT {', '.join(self._apart)}, billing_currency, "  # noqa: S608  quoted names, numbers
            f"sum(CAST(effective_cost AS {_PLACES})) FROM {quoted(COSTS)} "
            f"WHERE {at} >= {span[0]} AND {at} < {span[1]} AND effective_cost IS NOT NULL "
            f"AND billing_currency IS NOT NULL GROUP BY {places} ORDER BY {places}"
        )

    def between(self, span: tuple[int, int]) -> tuple[CostSum, ...]:
        """Return the sums of a span, in order.

        Raises:
            StoreError: The lines cannot be read.
        """
        if not self.known:
            return ()
        try:
            rows = self._connection.execute(self.query(span)).fetchall()
        except duckdb.Error as error:
            raise StoreError(f"cost lines cannot be added up: {error}") from error
        return tuple(
            CostSum(
                service=service,
                business_unit=unit,
                component=part,
                currency=currency,
                amount=amount,
            )
            for service, unit, part, currency, amount in rows
        )
