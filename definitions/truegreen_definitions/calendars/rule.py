"""Recurrence rules of days (RFC 5545, 3.3.10): what may stand in one, and which days it means.

A rule picks whole days; the hours of a day are said by `times`. So it recurs by the day, week,
month or year, and has no part for hours, minutes or seconds.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset

__all__ = ["WEEKDAYS", "days_of_year", "parts_of", "rule_fault"]

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_INTERVAL, MAX_COUNT = 99, 10_000
LEAP_CYCLE_YEARS = 400  # the Gregorian calendar repeats after it, weekdays included

_DAY = rf"(?:[+-]?[1-9]\d?)?(?:{'|'.join(WEEKDAYS)})"
_NUMBER = r"[+-]?\d{1,3}"
_FORMS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d?",
    "COUNT": r"[1-9]\d{0,4}",
    "UNTIL": r"\d{8}",
    "BYDAY": rf"{_DAY}(?:,{_DAY})*",
    "BYMONTHDAY": rf"{_NUMBER}(?:,{_NUMBER})*",
    "BYMONTH": r"\d{1,2}(?:,\d{1,2})*",
    "BYSETPOS": rf"{_NUMBER}(?:,{_NUMBER})*",
    "WKST": "|".join(WEEKDAYS),
}
_RANGES = {"BYMONTHDAY": (1, 31), "BYMONTH": (1, 12), "BYSETPOS": (1, 366)}
_NUMBERED = ("MONTHLY", "YEARLY")
_PICKS_A_DAY = {
    "DAILY": ("FREQ",),
    "WEEKLY": ("BYDAY",),
    "MONTHLY": ("BYDAY", "BYMONTHDAY"),
    "YEARLY": ("BYDAY", "BYMONTHDAY"),
}


def parts_of(text: str) -> dict[str, str]:
    """Return the parts of a rule by name; those of a checked one are sound."""
    return dict(part.split("=", 1) for part in text.split(";") if "=" in part)


def rule_fault(text: str, since: date | None) -> str:
    """Return what is wrong with a rule in words, empty if nothing is.

    Args:
        text: The rule, without `RRULE:` in front.
        since: The day it starts, if that is given.
    """
    return _form_fault(text) or _start_fault(parts_of(text), since) or _date_fault(text, since)


@lru_cache(maxsize=4096)
def days_of_year(text: str, since: date | None, year: int) -> frozenset[date]:
    """Return the days of a year that a sound rule means, none before `since`."""
    # A rule that does not depend on its start may start anywhere; weeks before are whole then.
    start = since or date(max(year - 1, 1), 1, 1)
    if start.year > year:
        return frozenset()
    first, last = datetime(year, 1, 1), datetime(year, 12, 31)  # noqa: DTZ001  days have no zone
    return frozenset(day.date() for day in _rule(text, start).between(first, last, inc=True))


def _form_fault(text: str) -> str:
    pairs = [part.partition("=") for part in text.split(";")]
    names = [name for name, _, _ in pairs]
    if names[0] != "FREQ" or len(set(names)) != len(names):
        return "begins with FREQ and has each part once"
    for name, _, value in pairs:
        if name not in _FORMS:
            return f"has no part {name!r} here: {', '.join(_FORMS)}"
        if not re.fullmatch(_FORMS[name], value):
            return f"cannot have {name}={value}"
        low, high = _RANGES.get(name, (0, 0))
        if high and not all(low <= abs(int(number)) <= high for number in value.split(",")):
            return f"cannot have {name}={value}: {low} to {high}"
    return _weekday_fault(parts_of(text))


def _weekday_fault(parts: dict[str, str]) -> str:
    """Return what is wrong with numbered weekdays, which count in a month or a year alone."""
    days = parts.get("BYDAY", "").split(",")
    numbered = [day for day in days if len(day) > len(WEEKDAYS[0])]
    if numbered and parts["FREQ"] not in _NUMBERED:
        return (
            f"cannot have BYDAY={numbered[0]} with FREQ={parts['FREQ']}: {' or '.join(_NUMBERED)}"
        )
    if 0 < len(numbered) < len(days):
        return "mixes weekdays with and without a number, which programs read differently"
    return ""


def _start_fault(parts: dict[str, str], since: date | None) -> str:
    """Return why a rule without a start does not say which days it means."""
    if since is not None:
        return ""
    if not any(name in parts for name in _PICKS_A_DAY[parts["FREQ"]]):
        return f"does not say which day ({' or '.join(_PICKS_A_DAY[parts['FREQ']])})"
    for name in ("INTERVAL", "COUNT"):
        if parts.get(name, "1") != "1" or (name == "COUNT" and name in parts):
            return f"has {name}, which counts from a first day: write `since`"
    return ""


def _date_fault(text: str, since: date | None) -> str:
    """Return whether a rule never means any day, or is refused by the library that reads it.

    A rule that recurs does so within a leap cycle, so the last one before the end of time tells,
    and no rule is followed for longer than that.
    """
    unbounded = ";".join(p for p in text.split(";") if not p.startswith(("UNTIL=", "COUNT=")))
    start = since or date(2000, 1, 1)
    cycles = (date.max.year - start.year) // LEAP_CYCLE_YEARS
    late = start.replace(year=start.year + cycles * LEAP_CYCLE_YEARS)
    try:
        _rule(text, start)
        found = next(iter(_rule(unbounded, late)), None)
    except ValueError as error:
        return f"cannot be read: {str(error).lower()}"
    return "" if found is not None else "means no day at all"


def _rule(text: str, start: date) -> rrule | rruleset:
    from dateutil.rrule import rrulestr  # noqa: PLC0415  most definitions need no calendar

    return rrulestr(text, dtstart=datetime(start.year, start.month, start.day))  # noqa: DTZ001
