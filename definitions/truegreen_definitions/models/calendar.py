"""Calendar: business hours, critical periods, holidays and maintenance."""

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import Text, Times, Zone, bad_value

__all__ = ["Calendar", "CalendarSpec"]

_FREQUENCIES = "YEARLY|MONTHLY|WEEKLY|DAILY"


def _rule(text: str) -> str:
    if not re.fullmatch(rf"FREQ=(?:{_FREQUENCIES})(?:;[A-Z]+=[A-Z0-9,+-]+)*", text):
        hint = "write it as in RFC 5545, such as FREQ=MONTHLY;BYMONTHDAY=-3,-2,-1"
        bad_value(f"{text!r} is no recurrence rule", hint)
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?", text):
        bad_value(f"{text!r} is no region", "write its ISO 3166 code, such as DE or DE-BY")
    return text


Rule: TypeAlias = Annotated[Text, AfterValidator(_rule)]
Region: TypeAlias = Annotated[Text, AfterValidator(_region)]


class CalendarSpec(Model):
    """When a calendar is active.

    Attributes:
        rrule: Days, as a recurrence rule (RFC 5545); every day when not given.
        times: Span of those days; the whole day when not given.
        holidays: ISO 3166 region whose public holidays are left out.
    """

    zone: Zone
    rrule: Rule | None = None
    times: Times | None = None
    holidays: Region | None = None


class Calendar(Header):
    """A calendar."""

    kind: Literal["Calendar"]
    spec: CalendarSpec
