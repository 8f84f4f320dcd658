"""Agreement: a promise with an objective over a window; one shape for SLA and XLA."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from truegreen_definitions.models.alerting import AgreementAlerts
from truegreen_definitions.models.base import Model
from truegreen_definitions.models.dependency import Dependencies
from truegreen_definitions.models.indicator import IndicatorSpec, Parameters
from truegreen_definitions.models.shapes import SCALARS, one_of
from truegreen_definitions.models.values import (
    Name,
    Ratio,
    Text,
    WindowText,
    bad_value,
    text_of,
    whole_number,
)
from truegreen_definitions.units import parse_duration, parse_window

__all__ = [
    "Agreement",
    "Exclusion",
    "MeasureObjective",
    "Measured",
    "Quantity",
    "Scope",
    "Watched",
]


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


_Quantity: TypeAlias = Annotated[
    Quantity, PlainValidator(_quantity), WithJsonSchema(SCALARS["Quantity"])
]


class MeasureObjective(Model):
    """The objective of a measure: a value that is not a share of good.

    Attributes:
        at_most: The value may reach this and not pass it.
        at_least: The value must reach this.
    """

    model_config = ConfigDict(json_schema_extra=one_of("at_most", "at_least"))

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

    model_config = ConfigDict(json_schema_extra=one_of("where", "matcher"))

    where: Text = ""
    matcher: Text = ""

    @model_validator(mode="after")
    def _one_way(self) -> "Scope":
        if bool(self.where) == bool(self.matcher):
            bad_value("a scope is given in one way", "write either where or matcher")
        return self


class Exclusion(Model):
    """Events that do not count, with the reason; they are counted apart, never silent.

    Attributes:
        calendar: Calendar in whose time events do not count.
        where: SQL over the table's columns: rows it holds for do not count.
        reason: Why that was agreed.
    """

    model_config = ConfigDict(json_schema_extra=one_of("calendar", "where"))

    calendar: Name | None = None
    where: Text = ""
    reason: Text

    @model_validator(mode="after")
    def _one_way(self) -> "Exclusion":
        if (self.calendar is not None) == bool(self.where):
            bad_value("an exclusion is given in one way", "write either calendar or where")
        return self


def _objective_form(data: object) -> str:
    return "#measure" if isinstance(data, dict) else "#ratio"


_HOW: dict[str, Any] = one_of("indicator", "use") | {"dependencies": {"with": ["use"]}}


class Measured(Model):
    """Something that is measured, promised or not.

    Attributes:
        name: Unique in its service; `SERVICE/NAME` is its id everywhere.
        title: What people call it; the name where none is given.
        description: A sentence for people.
        indicator: How it is measured, written here; or else `use`.
        use: Name of an Indicator that measures it, of your own or of the library.
        parameters: Values of the parameters of the indicator that `use` names.
        scope: The part of the events that it covers; all of them where none is given.
        exclusions: Events that were agreed not to count.
    """

    name: Name
    title: Text = ""
    description: Text = ""
    indicator: IndicatorSpec | None = None
    use: Name | None = None
    parameters: Annotated[Parameters, Field(alias="with")] = Field(default_factory=dict)
    scope: Scope | None = None
    exclusions: tuple[Exclusion, ...] = ()

    @model_validator(mode="after")
    def _one_indicator(self) -> Self:
        if (self.indicator is None) == (self.use is None):
            what = "an agreement" if isinstance(self, Agreement) else "a measure"
            bad_value(f"{what} has one indicator", "write either indicator or use")
        if self.parameters and self.use is None:
            bad_value("`with` has nothing to go with", "it gives parameters to `use`")
        return self


class Watched(Measured):
    """A measure that nobody promised anything about: it is counted and shown, and raises no alert.

    Attributes:
        name: Unique in its service; `SERVICE/NAME` is its id everywhere.
        title: What people call it; the name where none is given.
        description: A sentence for people.
        indicator: How it is measured, written here; or else `use`.
        use: Name of an Indicator that measures it, of your own or of the library.
        parameters: Values of the parameters of the indicator that `use` names.
        scope: The part of the events that it covers; all of them where none is given.
        exclusions: Events that were agreed not to count.
        window: The span of time that is looked at first.
    """

    model_config = ConfigDict(json_schema_extra=_HOW)

    window: WindowText = parse_window("30d")


class Agreement(Measured):
    """A promise: an indicator, an objective and the window it is judged over.

    Attributes:
        name: Unique in its service; `SERVICE/NAME` is its id everywhere.
        title: What people call it; the name where none is given.
        description: A sentence for people.
        indicator: How it is measured, written here; or else `use`.
        use: Name of an Indicator that measures it, of your own or of the library.
        parameters: Values of the parameters of the indicator that `use` names.
        scope: The part of the events that it covers; all of them where none is given.
        exclusions: Events that were agreed not to count.
        objective: A ratio such as `99.9%`, or one bound of a measure.
        window: The span of time it is judged over.
        events_per_day: How many events are expected, so that `check` can say whether the window
            holds enough of them to decide.
        depends_on: Promises that all have to be kept for an event of this one to be good: of other
            agreements (`SERVICE/NAME`), and of vendors.
        alerts: Which alerts it raises; both where nothing is said.
        contract: Contract that it belongs to.
    """

    model_config = ConfigDict(json_schema_extra=_HOW)

    objective: Annotated[
        Annotated[Ratio, Tag("#ratio")] | Annotated[MeasureObjective, Tag("#measure")],
        Discriminator(_objective_form),
    ]
    window: WindowText
    events_per_day: Annotated[int, whole_number(1)] | None = None
    depends_on: Dependencies = ()
    alerts: AgreementAlerts | None = None
    contract: Name | None = None

    @model_validator(mode="after")
    def _depends_on_shares(self) -> "Agreement":
        if self.depends_on and isinstance(self.objective, MeasureObjective):
            bad_value("a bound depends on no share", "take `depends_on` out, or promise a share")
        return self
