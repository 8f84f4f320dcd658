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

from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    PlainValidator,
    Tag,
    model_validator,
)

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.rows import MeasureIndicator, RecordsIndicator
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Boolean,
    Duration,
    Factor,
    Name,
    Text,
    Variable,
    bad_value,
    text_of,
)

__all__ = [
    "CompositeIndicator",
    "GaugeIndicator",
    "Indicator",
    "IndicatorSpec",
    "JourneyIndicator",
    "LatencyIndicator",
    "MeasureIndicator",
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


_NO_SERIES: dict[str, JsonValue] = {"not": {"pattern": "_(bucket|count|sum)$"}}


def _histogram(text: str) -> str:
    """Refuse a series of a histogram where the histogram itself is named."""
    name, _, series = text.rpartition("_")
    if name and series in {"bucket", "count", "sum"}:
        bad_value(
            f"{text!r} is one series of a histogram, not the histogram",
            f"write {name}: `_bucket` and `_count` are added to it",
            instead=name,
        )
    return text


class MetricSource(Model):
    """A latency histogram of an application, in seconds.

    Attributes:
        metric: Name of the histogram, without `_bucket`.
        where: Label matchers of the requests that count at all.
        success: Label matchers of those that succeeded; every one where none are given.
        bounds: The histogram's bucket bounds, as far as they are known.
        native: Whether it is a native histogram, which has no bounds.
    """

    metric: Annotated[Text, AfterValidator(_histogram), Field(json_schema_extra=_NO_SERIES)]
    where: Text = ""
    success: Text = ""
    bounds: tuple[Duration, ...] = ()
    native: Boolean = False

    @model_validator(mode="after")
    def _no_bounds_of_a_native_one(self) -> "MetricSource":
        if self.native and self.bounds:
            bad_value("a native histogram has no bounds", "write either native or bounds")
        return self


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


class GaugeIndicator(Model):
    """Every slice of time counts one, and is good while a condition holds.

    Attributes:
        kind: Slices of time by a condition on gauges.
        good_when: A comparison in PromQL.
        slice: Length of a slice.
        manual: What it means, for people.
    """

    kind: Literal["gauge"]
    good_when: Text
    slice: Duration = Decimal(60)
    manual: Text = ""


class JourneyIndicator(Model):
    """Every run of a journey counts one, and is good when it came to its end.

    Attributes:
        kind: Success of a journey.
        journey: A journey of the service.
        manual: What it means, for people.
    """

    kind: Literal["journey"]
    journey: Text
    manual: Text = ""


class CompositeIndicator(Model):
    """Other agreements of the service together.

    Attributes:
        kind: A composite of agreements over signals.
        every: Agreements that are all to be met in a slice of five minutes for it to be good.
        weights: Agreements whose events are added, by how much one of them counts.
        manual: What it means, for people.
    """

    model_config = ConfigDict(json_schema_extra=one_of("every", "weights"))

    kind: Literal["composite"]
    every: tuple[Name, ...] = ()
    weights: dict[Name, Factor] = Field(default_factory=dict)
    manual: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> "CompositeIndicator":
        if bool(self.every) == bool(self.weights):
            bad_value("a composite is made in one way", "write either every or weights")
        return self


IndicatorSpec: TypeAlias = Annotated[
    PromqlIndicator
    | LatencyIndicator
    | GaugeIndicator
    | JourneyIndicator
    | CompositeIndicator
    | RecordsIndicator
    | MeasureIndicator,
    Field(discriminator="kind"),
]

Parameters: TypeAlias = dict[Variable, Text]
"""Values of an indicator's `${name}` parameters."""


class Indicator(Header):
    """A way to measure, that agreements `use:` by name."""

    kind: Literal["Indicator"]
    spec: IndicatorSpec
