"""What is asked of an engine about single rows, where counts of them are not enough."""

from __future__ import annotations

from dataclasses import dataclass

from truegreen_exporters.engines.sql_terms import holds
from truegreen_exporters.intake.mapping import SERVICE, literal, quoted

__all__ = ["RowQuestion", "row_sql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowQuestion:
    """Which rows of a service, and what of them.

    Attributes:
        zone: Of times without a zone, in the SQL.
        columns: SQL of what is wanted of each row.
        where: SQL that a row meets; empty for every row.
    """

    service: str
    zone: str
    table: str
    columns: tuple[str, ...]
    where: str = ""


def row_sql(question: RowQuestion, relation: str) -> str:
    """Return the query of the rows, in the order of their columns."""
    kept = f" AND {holds(question.where)}" if question.where else ""
    return (
        f"SELECT {', '.join(question.columns)} FROM {relation} "  # noqa: S608  expressions are ours or the compiler's
        f"WHERE {quoted(SERVICE)} = {literal(question.service)}{kept} ORDER BY ALL"
    )
