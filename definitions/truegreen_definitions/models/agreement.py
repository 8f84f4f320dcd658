"""Agreement: a promise with an objective over a window; one shape for SLA and XLA."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, PlainValidator, Tag, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.indicator import IndicatorSpec, Parameters
from truegreen_definitions.models.values import (
    Boolean,
    Name,
    Ratio,
    Text,
    Url,
    WindowText,
    bad_value,
    text_of,
)
from truegreen_definitions.units import parse_duration

__all__ = ["Agreement", "Alerts", "Exclusion", "MeasureObjective", "Quantity", "Scope"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A bound of a measure: a number, in seconds where it was written as a duration."""

    value: Decimal
    unit: Literal["", "seconds"]


def _quantity(value: object) -> Quantity:
    text = text_of(value)
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return Quantity(value=Decimal(text), unit="")
    try:
        return Quantity(value=parse_duration(text), unit="seconds")
    except ValueError:
        bad_value(f"{text!r} is no bound", "write a number such as 40 or a duration such as 3d")


_Quantity: TypeAlias = Annotated[Quantity, PlainValidator(_quantity, json_schema_input_type=str)]


class MeasureObjective(Model):
    """The objective of a measure: a value that is not a share of good."""

    at_most: _Quantity | None = None
    at_least: _Quantity | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "MeasureObjective":
        if (self.at_most is None) == (self.at_least is None):
            bad_value("a measure has one bound", "write either at_most or at_least")
        return self


class Scope(Model):
    """The part of the events that the promise covers; exactly one of the two is set.

    Attributes:
        where: SQL over the table's columns.
        matcher: PromQL label matcher.
    """

    where: Text = ""
    matcher: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> "Scope":
        if bool(self.where) == bool(self.matcher):
            bad_value("a scope is given in one way", "write either where or matcher")
        return self


class Exclusion(Model):
    """Events that do not count, with the reason; they are counted apart, never silent."""

    calendar: Name | None = None
    where: Text = ""
    reason: Text

    @model_validator(mode="after")
    def _one_way(self) -> "Exclusion":
        if (self.calendar is not None) == bool(self.where):
            bad_value("an exclusion is given in one way", "write either calendar or where")
        return self


class Alerts(Model):
    """Which alerts the agreement raises, and what to do then."""

    page: Boolean = True
    ticket: Boolean = True
    runbook: Url | None = None


def _objective_form(data: object) -> str:
    return "#measure" if isinstance(data, dict) else "#ratio"


class Agreement(Model):
    """A promise.

    Attributes:
        indicator: How it is measured, inline; or else `use` names a library indicator.
        parameters: What `use` is called with (`with:`).
        objective: A ratio, or a bound for a measure.
        window: Over which it is judged.
        contract: The contract it belongs to.
    """

    name: Name
    title: Text = ""
    description: Text = ""
    indicator: IndicatorSpec | None = None
    use: Name | None = None
    parameters: Annotated[Parameters, Field(alias="with")] = Field(default_factory=dict)
    objective: Annotated[
        Annotated[Ratio, Tag("#ratio")] | Annotated[MeasureObjective, Tag("#measure")],
        Discriminator(_objective_form),
    ]
    window: WindowText
    scope: Scope | None = None
    exclusions: tuple[Exclusion, ...] = ()
    alerts: Alerts | None = None
    contract: Name | None = None

    @model_validator(mode="after")
    def _one_indicator(self) -> "Agreement":
        if (self.indicator is None) == (self.use is None):
            bad_value("an agreement has one indicator", "write either indicator or use")
        if self.parameters and self.use is None:
            bad_value("`with` has nothing to go with", "it gives parameters to `use`")
        return self
