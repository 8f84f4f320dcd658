"""Mapping: how the rows of a well-known tool become rows of a table, for Sources to `use:`.

Example:
    apiVersion: truegreen/v1
    kind: Mapping
    metadata: {name: our-help-desk}
    spec:
      table: tickets
      revision: [updated]
      columns:
        ticket_id: number
        opened_at: cast(opened as timestamptz)
        resolved_at: cast(resolved as timestamptz)
        reopen_count: cast(reopened as integer)
      manual: Rows of our help desk's nightly export.
"""

from collections.abc import Mapping as Map
from typing import Literal

from pydantic import Field

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import ColumnName, Name, Text

__all__ = ["Mapping", "MappingSpec"]


class MappingSpec(Model):
    """What a mapping is made of.

    Attributes:
        table: Table that the rows go to; a Source may name another one.
        revision: SQL over the tool's own columns; of two rows with one key the greater wins.
        columns: Column of the table to SQL over the tool's own columns. One that the Source's
            table lacks is left out.
        manual: Which rows of the tool it reads and how to get them, for people.
    """

    table: Name
    revision: tuple[Text, ...] = ()
    columns: Map[ColumnName, Text] = Field(min_length=1)
    manual: Text = ""


class Mapping(Header):
    """How the rows of a tool become rows of a table, for Sources to `use:` by name."""

    kind: Literal["Mapping"]
    spec: MappingSpec
