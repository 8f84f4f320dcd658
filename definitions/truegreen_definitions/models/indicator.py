"""Indicator: how an agreement is measured, in the library or inline.

Example:
    apiVersion: truegreen/v1
    kind: Indicator
    metadata: {name: tickets-stay-closed, title: Tickets stay closed}
    spec:
      kind: records
      table: '${table:tickets}'
      at: resolved_at
      sampling: census
      total: resolved_at is not null
      good: reopen_count = 0
      mature_after: 3d
      manual: Share of resolved tickets that were not opened again within three days.
"""

from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, PlainValidator, Tag, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Duration,
    Text,
    Variable,
    bad_value,
    text_of,
    whole_number,
)

__all__ = [
    "Indicator",
    "IndicatorSpec",
    "LatencyIndicator",
    "MetricSource",
    "Parameters",
    "PromqlIndicator",
    "RecordsIndicator",
    "TableSource",
]


class PromqlIndicator(Model):
    """Good (or bad) and total as counters, or as PromQL with `increase(…[$window])`.

    Attributes:
        kind: Counters in Prometheus.
        good: Counter of good events, or PromQL that counts them.
        bad: Counter of bad events, in place of good ones.
        total: Counter of all events.
        manual: What it means, for people.
    """

    model_config = ConfigDict(json_schema_extra=one_of("good", "bad"))

    kind: Literal["promql"]
    good: Text = ""
    bad: Text = ""
    total: Text
    manual: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> "PromqlIndicator":
        if bool(self.good) == bool(self.bad):
            bad_value("good is given in one way", "write either good or bad, beside total")
        return self


class MetricSource(Model):
    """A latency histogram of an application.

    Attributes:
        metric: Name of the histogram, without `_bucket`.
    """

    metric: Text


class TableSource(Model):
    """A latency between two timestamps of a row.

    Attributes:
        table: Table of the rows.
        start: Column of the time the case begins.
        end: Column of the time it is done.
    """

    table: Text
    start: Annotated[Text, Field(alias="from")]
    end: Annotated[Text, Field(alias="to")]


def _journey(value: object) -> Literal["journey"]:
    if (text := text_of(value)) != "journey":
        hint = "write journey, {metric: NAME} or {table: NAME, from: COLUMN, to: COLUMN}"
        bad_value(f"{text!r} is no source of latency", hint)
    return "journey"


def _latency_source(data: object) -> str:
    if not isinstance(data, dict):
        return "#word"
    return "#metric" if "metric" in data else "#table"


class LatencyIndicator(Model):
    """Good is successful and at most the step's threshold.

    Attributes:
        kind: The latency of a step.
        step: A step of the service, with thresholds.
        source: Where it is measured: by a journey, by a histogram, or between two columns of a
            table.
        at: Which threshold counts.
        manual: What it means, for people.
    """

    kind: Literal["latency"]
    step: Text
    source: Annotated[
        Annotated[
            Literal["journey"],
            PlainValidator(_journey, json_schema_input_type=Literal["journey"]),
            Tag("#word"),
        ]
        | Annotated[MetricSource, Tag("#metric")]
        | Annotated[TableSource, Tag("#table")],
        Discriminator(_latency_source),
    ]
    at: Literal["satisfied", "tolerated"] = "satisfied"
    manual: Text = ""


class RecordsIndicator(Model):
    """Good and total as predicates over the rows of a table, by event time.

    Attributes:
        kind: Rows of a table.
        table: Name of a table, or a parameter with a default: `${table:surveys}`.
        at: SQL of the time that decides which window a row is in.
        sampling: Whether the rows are every case (`census`) or answers of some (`sample`).
        where: SQL that a row must meet to count at all; every row where none is given.
        total: SQL that a row must meet to be an event.
        good: SQL that a good event meets.
        mature_after: Younger rows are pending.
        min_sample: Below this total the state is `insufficient`.
        manual: What it means, for people.
    """

    kind: Literal["records"]
    table: Text
    at: Text
    sampling: Literal["census", "sample"]
    where: Text = ""
    total: Text
    good: Text
    mature_after: Duration = Decimal(0)
    min_sample: Annotated[int, whole_number(0)] = 0
    manual: Text = ""


IndicatorSpec: TypeAlias = Annotated[
    PromqlIndicator | LatencyIndicator | RecordsIndicator, Field(discriminator="kind")
]

Parameters: TypeAlias = dict[Variable, Text]
"""Values of an indicator's `${name}` parameters."""


class Indicator(Header):
    """A way to measure, that agreements `use:` by name."""

    kind: Literal["Indicator"]
    spec: IndicatorSpec
