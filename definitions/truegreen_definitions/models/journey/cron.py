"""Cron expressions: when a journey runs, by the clock on the wall of a zone."""

from __future__ import annotations

from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import AfterValidator, WithJsonSchema

from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Text, bad_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

__all__ = ["Cron", "cron_times", "mean_interval"]

_HINT = "write minute, hour, day, month and weekday, such as `*/15 8-18 * * mon-fri`"
_FIELDS = 5


def cron_times(expression: str, after: datetime) -> Iterator[datetime]:
    """Return the times of an expression after an aware time, in its zone, for ever.

    As Debian's cron has it: a time of day that a change to summer time leaves out is made up for
    right after it, and one that a change to winter time repeats comes once, unless the hour is
    `*`, which goes by hours that pass.

    Raises:
        ValueError: It is no expression, or there is no such time within fifty years.
    """
    from cronsim import CronSim, CronSimError  # noqa: PLC0415  few definitions use cron

    try:
        return CronSim(expression, after)
    except CronSimError as error:
        raise ValueError(f"{expression!r} is no cron expression: {error}") from error


def mean_interval(expression: str) -> Decimal:
    """Return the mean seconds between two times of an expression, over four weeks or a year."""
    import datetime as dt  # noqa: PLC0415  few definitions use cron

    start = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)  # a Monday
    for days in (28, 366):
        end = start + dt.timedelta(days=days)
        count = sum(1 for _ in takewhile(lambda one: one <= end, cron_times(expression, start)))  # noqa: B023  used at once
        if count:
            return Decimal(days * 86_400) / count
    return Decimal(366 * 86_400)


def _cron(text: str) -> str:
    import datetime as dt  # noqa: PLC0415  few definitions use cron

    if len(text.split()) != _FIELDS:
        bad_value(f"{text!r} is no cron expression", _HINT)
    try:
        next(cron_times(text, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)))
    except StopIteration:
        bad_value(f"{text!r} never comes", _HINT)
    except ValueError as error:
        bad_value(str(error), _HINT)
    return text


Cron: TypeAlias = Annotated[
    Text,
    AfterValidator(_cron),
    WithJsonSchema(
        pattern(
            "Cron expression",
            "Minute, hour, day of the month, month, day of the week.",
            r"\S+( +\S+){4}",
            "*/15 8-18 * * mon-fri",
        )
    ),
]
