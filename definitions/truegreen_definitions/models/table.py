"""Table: a normalised set of records with declared columns.

Example:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: tickets}
    spec:
      key: [ticket_id]
      columns:
        ticket_id: text
        service: text
        priority: text
        opened_at: timestamp
        resolved_at: timestamp
        reopen_count: integer
        made_sla: boolean
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import Field

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import ColumnName

__all__ = ["ColumnType", "Table", "TableSpec"]

ColumnType: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]


class TableSpec(Model):
    """What a table is made of.

    Attributes:
        key: Columns that identify a row.
        columns: Column to type. A column `service` says which service a row belongs to.
    """

    key: tuple[ColumnName, ...] = Field(min_length=1)
    columns: Mapping[ColumnName, ColumnType] = Field(min_length=1)


class Table(Header):
    """A normalised set of records with declared columns, that sources fill and indicators read."""

    kind: Literal["Table"]
    spec: TableSpec
