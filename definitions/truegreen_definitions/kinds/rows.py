"""The rows an indicator counts: which table, and which of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.suggestions import definition_to_add, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.kinds.asked import Asked
    from truegreen_definitions.models.table import ColumnType

__all__ = ["Rows", "rows_of"]

SERVICE_COLUMN = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of a table that may count.

    Attributes:
        columns: Column to type.
        where: SQL that leaves out synthetic rows; empty when nothing tells them.
    """

    table: str
    columns: Mapping[str, ColumnType]
    where: str


def rows_of(asked: Asked, table: str, *fields: str) -> Rows | None:
    """Return the rows of a table that an agreement counts; None with the reason reported.

    Args:
        asked: The agreement.
        table: Name of the table as written, parameters included.
        fields: Path of that name inside the indicator.
    """
    name = asked.read(table, *fields)
    found = asked.catalog.tables.get(name)
    if not name or (found is None and asked.catalog.may_exist("Table", name)):
        return None
    if found is None:
        tables = asked.catalog.tables
        hint = suggestion(name, tables) if tables else definition_to_add(name, ("Table",))
        asked.report("reference/unknown", f"there is no Table `{name}`", *fields, hint=hint)
        return None
    columns = found.model.spec.columns
    if SERVICE_COLUMN not in columns:
        asked.report(
            "records/no-service-column",
            f"Table `{name}` has no column `service`, so no row can be of this service",
            *fields,
            hint="declare `service: text` in the table; the source says how rows find theirs",
        )
        return None
    return Rows(table=name, columns=columns, where=_not_synthetic(asked, name, columns))


def _not_synthetic(asked: Asked, table: str, columns: Mapping[str, ColumnType]) -> str:
    """Return the condition of the Policy; a column it lacks is reported with the Policy."""
    declared = asked.policy.synthetic
    column = declared.columns.get(table, "") if declared else ""
    # A row that does not say whether it is synthetic is a customer's.
    return f"NOT COALESCE({column}, FALSE)" if column in columns else ""
