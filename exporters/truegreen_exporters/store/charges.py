"""The charges that invoices consist of, added up by period: exact sums of DECIMAL columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.engines.sql_terms import holds, in_zone
from truegreen_exporters.intake.mapping import literal, quoted
from truegreen_exporters.store.opening import StoreError
from truegreen_exporters.store.revisions import known_then

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from truegreen_definitions.plan import Contract, Invoices, Plan
    from truegreen_exporters.windows.periods import Period

__all__ = ["Charged", "Charges"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What was charged in a period.

    Attributes:
        amount: Sum of the charges, in the contract's currency; None without one.
        rows: How many there are.
        foreign: Charges in another currency, which are left out.
    """

    amount: Decimal | None
    rows: int
    foreign: int


class Charges:
    """Adds up charges.

    Args:
        connection: To the record store.
        plan: Says which tables there are; nobody fills others.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
        self._connection = connection
        self._tables = frozenset(table.name for table in plan.tables)

    def of(
        self, contract: Contract, period: Period, known_at: datetime | None = None
    ) -> Charged | None:
        """Return what a contract's invoice of a period comes to; None where none is declared.

        Args:
            contract: Says where its charges are.
            period: Of which they are.
            known_at: Add up the charges as they were known at this moment; None: as they are.

        Raises:
            StoreError: The charges cannot be read.
        """
        declared = contract.invoices
        if declared is None:
            return None
        if declared.table not in self._tables:
            return Charged(amount=None, rows=0, foreign=0)
        rows = quoted(declared.table)
        if known_at is not None:
            rows = f"({known_then(declared.table, microseconds(known_at))})"
        own, among = _own(contract, declared), _among(declared, period)
        query = (
            f"SELECT sum(CAST({quoted(declared.amount)} AS DECIMAL(38,12))) FILTER ({own}), "  # noqa: S608  expressions were checked by the compiler
            f"count(*) FILTER ({own}), count(*) FILTER (NOT {own}) FROM {rows} WHERE {among}"
        )
        (found,) = self._fetch(contract, query)
        amount, count, foreign = found
        return Charged(amount=amount, rows=count, foreign=foreign)

    def rows(
        self, contract: Contract, period: Period
    ) -> tuple[str, tuple[str, ...], list[tuple[str | None, ...]]]:
        """Return (query, columns, rows as text) of the charges of an invoice.

        Raises:
            StoreError: The charges cannot be read.
        """
        declared = contract.invoices
        if declared is None or declared.table not in self._tables:
            return "", (), []
        columns = (declared.at, declared.amount)
        asked = ", ".join(f"{quoted(column)}::VARCHAR" for column in columns)
        query = (
            f"SELECT {asked} FROM {quoted(declared.table)} "  # noqa: S608  as above
            f"WHERE {_among(declared, period)} AND {_own(contract, declared)}"
        )
        return query, columns, self._fetch(contract, query)

    def _fetch(self, contract: Contract, query: str) -> list[tuple[Any, ...]]:
        try:
            self._connection.execute(in_zone(contract.zone))
            return self._connection.execute(query).fetchall()
        except duckdb.Error as error:
            raise StoreError(
                f"the invoice of {contract.name} ({contract.origin}) cannot be read: "
                + str(error).partition("\n")[0]
            ) from error


def _own(contract: Contract, declared: Invoices) -> str:
    """Return the condition for charges in the contract's currency."""
    if not declared.currency:
        return "true"
    return f"coalesce({quoted(declared.currency)} = {literal(contract.currency)}, false)"


def _among(declared: Invoices, period: Period) -> str:
    """Return the condition for charges of the contract in a period."""
    at = f"CAST({quoted(declared.at)} AS TIMESTAMPTZ)"
    return (
        f"{at} >= '{period.start.isoformat()}'::TIMESTAMPTZ "
        f"AND {at} < '{period.end.isoformat()}'::TIMESTAMPTZ "
        f"AND {holds(declared.where or 'true')}"
    )
