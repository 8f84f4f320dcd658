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

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import either
from truegreen_definitions.models.values import ColumnName, Name, PositiveDuration, bad_value

__all__ = ["ColumnType", "Keep", "Table", "TableSpec"]

ColumnType: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "timestamp"]


class Keep(Model):
    """How long the exporter keeps what it has read; what is not said is kept for ever.

    A row is as old as the newest of its dates and times. Numbers of closed periods stay whatever
    becomes of the rows they were counted from.

    Attributes:
        rows: Rows older than this go, `lateness` of the Policy later. No window is counted that
            reaches further back, `all` among them, and a row is compared with kept rows alone.
        revisions: What a correction replaced goes this long after it. Until then can be asked
            what was known then.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["rows"]}, {"required": ["revisions"]}]}
    )

    rows: PositiveDuration | None = None
    revisions: PositiveDuration | None = None

    @model_validator(mode="after")
    def _of_something(self) -> "Keep":
        if self.rows is None and self.revisions is None:
            bad_value("nothing is kept for a time", "write rows, revisions or both, such as 800d")
        return self


class TableSpec(Model):
    """What a table is made of.

    Attributes:
        use: A table of the library whose columns it has too, and whose key unless it says its own.
        key: Columns that identify a row.
        columns: Column to type. A column `service` says which service a row belongs to.
        keep: How long its rows stay in the exporter's state file; for ever unless said.
    """

    model_config = ConfigDict(json_schema_extra=either(("use",), ("key", "columns")))

    use: Name = ""
    key: tuple[ColumnName, ...] = ()
    columns: Mapping[ColumnName, ColumnType] = Field(default_factory=dict)
    keep: Keep | None = None

    @model_validator(mode="after")
    def _of_something(self) -> "TableSpec":
        if not self.use and not (self.key and self.columns):
            hint = "write key and columns, or the table of the library it extends: use"
            bad_value("the table has no key, or no columns", hint)
        return self


class Table(Header):
    """A normalised set of records with declared columns, that sources fill and indicators read."""

    kind: Literal["Table"]
    spec: TableSpec
