"""Calendar: business hours, critical periods, holidays and maintenance.

Example:
    apiVersion: truegreen/v1
    kind: Calendar
    metadata: {name: month-end-close}
    spec:
      zone: Europe/Berlin
      rrule: FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1
      times: '06:00-22:00'
      holidays: DE-BY
"""

import datetime as dt
import re
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from truegreen_definitions.calendars.activity import period_in_utc
from truegreen_definitions.calendars.holidays import is_known, known_parts
from truegreen_definitions.calendars.rule import rule_fault
from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Date, Text, Times, Zone, bad_value, text_of
from truegreen_definitions.suggestions import suggestion

__all__ = ["Calendar", "CalendarPeriod", "CalendarSpec"]


_RULE = "FREQ=(?:YEARLY|MONTHLY|WEEKLY|DAILY)(?:;[A-Z]+=[A-Z0-9,+-]+)*"
_REGION = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"
_WALL_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d"


def _region(text: str) -> str:
    if not re.fullmatch(_REGION, text):
        bad_value(f"{text!r} is no region", "write its ISO 3166 code, such as DE or DE-BY")
    if not is_known(text):
        country = text.partition("-")[0]
        parts = [f"{country}-{part}" for part in known_parts().get(country, ())]
        allowed = parts or sorted(known_parts())
        bad_value(f"the holidays of {text!r} are not known", suggestion(text, allowed))
    return text


def _wall_time(value: object) -> dt.datetime:
    text = text_of(value)
    try:
        if not re.fullmatch(_WALL_TIME, text):
            raise ValueError(text)  # noqa: TRY301  fromisoformat takes more forms than we do
        return dt.datetime.fromisoformat(text)
    except ValueError:
        bad_value(f"{text!r} is no time", "write it as '2026-11-28 22:00', in the calendar's zone")


def _one_or_more(value: object) -> object:
    if value == []:
        bad_value("it is empty", "write a span such as '08:00-18:00', or take the line out")
    return value if isinstance(value, list) else [value]


Rule: TypeAlias = Annotated[
    Text,
    WithJsonSchema(
        pattern(
            "Recurrence rule",
            "Which days, as in RFC 5545.",
            _RULE,
            *("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1"),
        )
    ),
]
Region: TypeAlias = Annotated[
    Text,
    AfterValidator(_region),
    WithJsonSchema(pattern("Region", "Its ISO 3166 code.", _REGION, "DE", "DE-BY")),
]
WallTime: TypeAlias = Annotated[
    dt.datetime,
    PlainValidator(_wall_time),
    WithJsonSchema(
        pattern("Wall-clock time", "In the calendar's zone.", _WALL_TIME, "2026-11-28 22:00")
    ),
]
_Times: TypeAlias = Annotated[
    tuple[Times, ...],
    BeforeValidator(_one_or_more, json_schema_input_type=Times | tuple[Times, ...]),
]


class CalendarPeriod(Model):
    """One stretch of time in the calendar's zone.

    Attributes:
        start: Its begin.
        end: Its end, no longer part of it.
        reason: Why, for people.
    """

    start: Annotated[WallTime, Field(alias="from")]
    end: Annotated[WallTime, Field(alias="to")]
    reason: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "CalendarPeriod":
        if self.start >= self.end:
            bad_value("the period ends before it begins", "write from before to")
        return self


class CalendarSpec(Model):
    """When a calendar is active.

    Attributes:
        zone: Time zone of its days and times.
        rrule: Days, as a recurrence rule (RFC 5545); every day when not given.
        since: The first day.
        times: Span of those days, or several; the whole day when not given.
        holidays: Region (ISO 3166) whose public holidays are left out.
        days: Further days, with the same times.
        skipped: Days that are left out (`except:`).
        periods: Further stretches of time. With only these or `days`, nothing recurs.
    """

    zone: Zone
    rrule: Rule | None = None
    since: Date | None = None
    times: _Times | None = None
    holidays: Region | None = None
    days: tuple[Date, ...] = ()
    skipped: Annotated[tuple[Date, ...], Field(alias="except")] = ()
    periods: tuple[CalendarPeriod, ...] = ()

    @model_validator(mode="after")
    def _sound_rule(self) -> "CalendarSpec":
        fault = rule_fault(self.rrule, self.since) if self.rrule else ""
        if fault:
            hint = "write it as in RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1"
            bad_value(f"the recurrence rule {self.rrule!r} {fault}", hint)
        return self

    @model_validator(mode="after")
    def _periods_come(self) -> "CalendarSpec":
        for one in self.periods:
            start, end = period_in_utc(one.start, one.end, self.zone)
            if start >= end:
                bad_value(
                    f"the period from {one.start:%Y-%m-%d %H:%M} to {one.end:%H:%M} never comes: "
                    f"the clocks of {self.zone} go forward then",
                    "write times that the wall clock shows",
                )
        return self

    @property
    def recurs(self) -> bool:
        """Whether days recur: unless there is nothing but `days` and `periods`."""
        recurring = self.rrule or self.holidays or self.skipped
        return bool(recurring or not (self.days or self.periods))


class Calendar(Header):
    """Business hours, a critical period, holidays or a maintenance window."""

    kind: Literal["Calendar"]
    spec: CalendarSpec
