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

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, WithJsonSchema

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Text, Times, Zone, bad_value

__all__ = ["Calendar", "CalendarSpec"]

_FREQUENCIES = "YEARLY|MONTHLY|WEEKLY|DAILY"


_RULE = rf"FREQ=(?:{_FREQUENCIES})(?:;[A-Z]+=[A-Z0-9,+-]+)*"
_REGION = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"


def _rule(text: str) -> str:
    if not re.fullmatch(_RULE, text):
        hint = "write it as in RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1"
        bad_value(f"{text!r} is no recurrence rule", hint)
    return text


def _region(text: str) -> str:
    if not re.fullmatch(_REGION, text):
        bad_value(f"{text!r} is no region", "write its ISO 3166 code, such as DE or DE-BY")
    return text


Rule: TypeAlias = Annotated[
    Text,
    AfterValidator(_rule),
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


class CalendarSpec(Model):
    """When a calendar is active.

    Attributes:
        zone: Time zone of its days and times.
        rrule: Days, as a recurrence rule (RFC 5545); every day when not given.
        times: Span of those days; the whole day when not given.
        holidays: Region (ISO 3166) whose public holidays are left out.
    """

    zone: Zone
    rrule: Rule | None = None
    times: Times | None = None
    holidays: Region | None = None


class Calendar(Header):
    """Business hours, a critical period, holidays or a maintenance window."""

    kind: Literal["Calendar"]
    spec: CalendarSpec
