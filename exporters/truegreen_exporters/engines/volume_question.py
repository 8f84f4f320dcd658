"""What is asked of an engine about the transactions of a channel, and what it answers: buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_exporters.engines.sql_terms import holds, time_of
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["Bucket", "VolumeQuestion", "volume_sql"]

Bucket = tuple[int, int, "Decimal"]
"""(start in Unix seconds, transactions, their amount)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeQuestion:
    """Which rows are the transactions of a channel; the SQL was checked by the compiler.

    Attributes:
        service: Whose rows.
        zone: Of times without a zone, in the SQL.
        at: SQL of the time of a transaction.
        where: SQL that a row meets; empty for every row.
        amount: SQL of the money that it moves; empty where rows do not say it.
        step: Length of a bucket, in seconds.
    """

    service: str
    zone: str
    table: str
    at: str
    where: str = ""
    amount: str = ""
    step: int = 60


def volume_sql(question: VolumeQuestion, relation: str, span: tuple[int, int]) -> str:
    """Return the query of (bucket, transactions, amount) of a span in Unix seconds, in order.

    A row without an amount is a transaction that moves no money.
    """
    money = f"coalesce(({question.amount}), 0)" if question.amount else "0"
    kept = holds(question.where) if question.where else "true"
    return (
        f"SELECT _t // {question.step * 1_000_000} * {question.step}, count(*), "  # noqa: S608  expressions were checked by the compiler
        "CAST(sum(_money) AS DECIMAL(38, 6)) "
        f"FROM (SELECT {time_of(question.at)} AS _t, "
        f"CAST({money} AS DECIMAL(38, 6)) AS _money FROM {relation} "
        f"WHERE {quoted(SERVICE)} = {literal(question.service)} AND {kept}) "
        f"WHERE _t >= {span[0] * 1_000_000} AND _t < {span[1] * 1_000_000} GROUP BY 1 ORDER BY 1"
    )
