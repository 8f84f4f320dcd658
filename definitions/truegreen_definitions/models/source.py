"""Source: where a table's rows come from, and how its columns map."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import Discriminator, Field, Tag, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import ColumnName, Name, Text, Zone, bad_value

__all__ = ["Format", "MatchedService", "Predicate", "Read", "ServiceColumn", "Source"]
__all__ += ["SourceSpec"]

Format: TypeAlias = Literal["csv", "jsonl", "parquet", "sql", "http", "webhook", "prometheus"]
FORMATS: tuple[Format, ...] = (
    *("csv", "jsonl", "parquet"),
    *("sql", "http", "webhook", "prometheus"),
)


class Read(Model):
    """How the rows are read: exactly one format, with its glob, query or address."""

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
    """Rows that meet `when` (SQL over the source's columns) belong to `service`."""

    when: Text
    service: Name


class ServiceColumn(Model):
    """The column that names the service, by the words used there."""

    column: Text
    match: Mapping[Text, Name] = Field(min_length=1)


class MatchedService(Model):
    """Predicates that find the service; the first that holds wins."""

    match: tuple[Predicate, ...] = Field(min_length=1)


def _service_form(data: object) -> str:
    if not isinstance(data, dict):
        return "#constant"
    return "#column" if "column" in data or isinstance(data.get("match"), dict) else "#match"


class SourceSpec(Model):
    """What a source is made of.

    Attributes:
        revision: SQL over the source's own columns; the greatest row wins.
        service: A service, a column that names it, or predicates; None for no service.
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
    """Where rows come from."""

    kind: Literal["Source"]
    spec: SourceSpec
