"""The process of a service as rows tell of it: cases that go through its steps."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    ColumnName,
    Name,
    PositiveDuration,
    Text,
    bad_value,
)

__all__ = ["CustomerWait", "Process", "StepTimes", "Visits"]


class StepTimes(Model):
    """Columns with the times of one step, in a row that is a whole case.

    Attributes:
        queued: When the case was handed to the step.
        accepted: When the step took it on: until then waiting is the step's before it.
        start: When work on it began.
        end: When it was done.
    """

    queued: ColumnName | None = None
    accepted: ColumnName | None = None
    start: Annotated[ColumnName, Field(alias="from")]
    end: Annotated[ColumnName, Field(alias="to")]


class Visits(Model):
    """Columns of a table with a row for each visit of a case to a step.

    Attributes:
        step: The step that is visited.
        queued: When the case was handed to the step.
        accepted: When the step took it on: until then waiting is the step's before it.
        start: When work on it began.
        end: When it was done.
        customer: SQL that holds for rows in which the customer is waited for: nobody's time.
    """

    step: ColumnName = "step"
    queued: ColumnName | None = None
    accepted: ColumnName | None = None
    start: Annotated[ColumnName, Field(alias="from")] = "started_at"
    end: Annotated[ColumnName, Field(alias="to")] = "ended_at"
    customer: Text = ""


class CustomerWait(Model):
    """Columns between which the customer is waited for: nobody's time.

    Attributes:
        start: When the customer was asked.
        end: When the customer answered.
    """

    start: Annotated[ColumnName, Field(alias="from")]
    end: Annotated[ColumnName, Field(alias="to")]


class Process(Model):
    """Where cases and their steps are found, and how long the whole may take.

    Attributes:
        table: Table of the cases, or of their visits.
        case: Column that names the case.
        where: SQL that a row must meet to count at all; every row where none is given.
        steps: By step its times, where a row is a whole case.
        visits: Columns of a visit, where every visit is a row of its own.
        customer: Where a row is a whole case: times in which the customer is waited for.
        within: How long a case may take from end to end; the sum of what its steps tolerate
            where nothing is said.
    """

    model_config = ConfigDict(json_schema_extra=one_of("steps", "visits"))

    table: Name
    case: ColumnName
    where: Text = ""
    steps: dict[Name, StepTimes] = Field(default_factory=dict)
    visits: Visits | None = None
    customer: tuple[CustomerWait, ...] = ()
    within: PositiveDuration | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Process":
        if bool(self.steps) == (self.visits is not None):
            bad_value(
                "times of steps are given in one way",
                "write `steps` where a row is a case, or `visits` where a row is a visit",
            )
        if self.customer and self.visits is not None:
            bad_value("`customer` goes with `steps`", "of visits write visits: {customer: SQL}")
        return self

    def columns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every column of a time or a step that is named, with its path in the process."""
        for name, times in self.steps.items():
            yield from _named(times, ("steps", name))
        for index, wait in enumerate(self.customer):
            yield from _named(wait, ("customer", index))
        if self.visits is not None:
            yield ("visits", "step"), self.visits.step
            yield from _named(self.visits, ("visits",))


def _named(
    times: StepTimes | Visits | CustomerWait, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the columns of times, those that are given by name before those that may be missing."""
    for field, written in (("start", "from"), ("end", "to"), ("queued",) * 2, ("accepted",) * 2):
        column = getattr(times, field, None)
        if column is not None:
            yield (*path, written), column
