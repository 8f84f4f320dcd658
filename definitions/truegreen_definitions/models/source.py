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
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.reads import Read
from truegreen_definitions.models.shapes import either
from truegreen_definitions.models.values import ColumnName, Name, Text, bad_value

__all__ = [
    "MatchedService",
    "Predicate",
    "ServiceColumn",
    "Source",
    "SourceSpec",
    "UntestedEngine",
]


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


class UntestedEngine(Model):
    """A relative of PostgreSQL that no test has ever run on, asked at one's own risk.

    Attributes:
        dialect: What the rows' own server speaks; sqlglot writes the queries for it.
        untested: `accepted`: nobody has compared its numbers with those of a tested engine.
    """

    dialect: Literal["redshift", "materialize", "risingwave"]
    untested: Literal["accepted"]


def _engine_form(data: object) -> str:
    return "#untested" if isinstance(data, dict | UntestedEngine) else "#tested"


def _known(value: object) -> object:
    if value in get_args(UntestedEngine.model_fields["dialect"].annotation):
        message = f"no test has ever run on {value}"
        hint = f"write {{dialect: {value}, untested: accepted}} to ask it all the same"
        bad_value(message, hint)
    return value


def _service_form(data: object) -> str:
    if not isinstance(data, dict):
        return "#constant"
    return "#column" if "column" in data or isinstance(data.get("match"), dict) else "#match"


class SourceSpec(Model):
    """What a source is made of.

    Attributes:
        use: A Mapping, of your own or of the library, that says table, columns and revision of
            such rows; what the source says itself comes first, column by column.
        table: Table that the rows go to.
        read: How the rows are read, and where.
        engine: Where the rows are counted: `duckdb` reads them into the exporter's own store;
            `postgresql` leaves them in the database of `read: {sql: …}` and asks it to count;
            further ones, on which no test has run, are to be accepted as such.
        revision: SQL over the source's own columns; of two rows with one key the greater wins.
        service: How a row finds its service: always the same one, by a column, or by predicates.
        columns: Column of the table to SQL over the source's own columns.
    """

    model_config = ConfigDict(json_schema_extra=either(("use",), ("table", "columns")))

    use: Name = ""
    table: Name = ""
    read: Read
    engine: Annotated[
        Annotated[Literal["duckdb", "postgresql"], BeforeValidator(_known), Tag("#tested")]
        | Annotated[UntestedEngine, Tag("#untested")],
        Discriminator(_engine_form),
    ] = "duckdb"
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
    columns: Mapping[ColumnName, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _of_something(self) -> "SourceSpec":
        if not self.use and not (self.table and self.columns):
            hint = "write table and columns, or the Mapping that says them: use"
            bad_value("the source has no table, or no columns", hint)
        return self


class Source(Header):
    """Where a table's rows come from, and how its columns map."""

    kind: Literal["Source"]
    spec: SourceSpec
