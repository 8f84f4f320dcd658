"""Source: where a table's rows come from, and how its columns map.

Example:
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: ticket-export}
    spec:
      table: tickets
      read: {csv: 'tickets*.csv', zone: Europe/Berlin}
      revision: ["strptime(updated, '%d/%m/%Y %H:%M:%S')"]
      service: {column: application, match: {webshop: order-to-cash, benefits: open-enrolment}}
      columns:
        ticket_id: number
        priority: priority
        opened_at: "strptime(opened, '%d/%m/%Y %H:%M:%S')"
        resolved_at: "strptime(resolved, '%d/%m/%Y %H:%M:%S')"
        reopen_count: cast(reopen_count as integer)
        made_sla: cast(made_sla as boolean)
"""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import ColumnName, Name, Text, Zone, bad_value

__all__ = ["Format", "MatchedService", "Predicate", "Read", "ServiceColumn", "Source"]
__all__ += ["SourceSpec"]

Format: TypeAlias = Literal["csv", "jsonl", "parquet", "sql", "http", "webhook", "prometheus"]
FORMATS: tuple[Format, ...] = (
    *("csv", "jsonl", "parquet"),
    *("sql", "http", "webhook", "prometheus"),
)


class Read(Model):
    """How the rows are read: exactly one format, with its glob, query or address.

    Attributes:
        csv: Glob of CSV files with a header, below the data folder.
        jsonl: Glob of files with one JSON object a line, below the data folder.
        parquet: Glob of Parquet files.
        sql: A query.
        http: Address of an API.
        webhook: Path that rows are posted to.
        prometheus: Address of a Prometheus server.
        zone: Time zone of times that say none.
    """

    model_config = ConfigDict(json_schema_extra=one_of(*FORMATS))

    csv: Text | None = None
    jsonl: Text | None = None
    parquet: Text | None = None
    sql: Text | None = None
    http: Text | None = None
    webhook: Text | None = None
    prometheus: Text | None = None
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _one_format(self) -> "Read":
        if sum(getattr(self, name) is not None for name in FORMATS) != 1:
            bad_value("a source is read in one way", f"write exactly one of {', '.join(FORMATS)}")
        return self

    @property
    def format(self) -> Format:
        """The format that is set."""
        return next(name for name in FORMATS if getattr(self, name) is not None)

    @property
    def location(self) -> str:
        """The glob, query or address of that format."""
        return cast("str", getattr(self, self.format))  # one format is set, see above


class Predicate(Model):
    """Rows that meet `when` (SQL over the source's columns) belong to `service`.

    Attributes:
        when: SQL over the source's own columns.
        service: Service that the row belongs to.
    """

    when: Text
    service: Name


class ServiceColumn(Model):
    """The column that names the service, by the words used there.

    Attributes:
        column: Column of the source.
        match: Word in that column to the Service it means.
    """

    column: Text
    match: Mapping[Text, Name] = Field(min_length=1)


class MatchedService(Model):
    """Predicates that find the service; the first that holds wins.

    Attributes:
        match: Predicates, in order.
    """

    match: tuple[Predicate, ...] = Field(min_length=1)


def _service_form(data: object) -> str:
    if not isinstance(data, dict):
        return "#constant"
    return "#column" if "column" in data or isinstance(data.get("match"), dict) else "#match"


class SourceSpec(Model):
    """What a source is made of.

    Attributes:
        table: Table that the rows go to.
        read: Where the rows are.
        revision: SQL over the source's own columns; of two rows with one key the greater wins.
        service: How a row finds its service: always the same one, by a column, or by predicates.
        columns: Column of the table to SQL over the source's own columns.
    """

    table: Name
    read: Read
    revision: tuple[Text, ...] = ()
    service: (
        Annotated[
            Annotated[Name, Tag("#constant")]
            | Annotated[ServiceColumn, Tag("#column")]
            | Annotated[MatchedService, Tag("#match")],
            Discriminator(_service_form),
        ]
        | None
    ) = None
    columns: Mapping[ColumnName, Text] = Field(min_length=1)


class Source(Header):
    """Where a table's rows come from, and how its columns map."""

    kind: Literal["Source"]
    spec: SourceSpec
