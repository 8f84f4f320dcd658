"""Sums over weeks, months and years from whole days and what today has counted so far.

Every day has a count of its own, so one too many or too few shows. Of the day in which a rolling
window begins, what it had counted is given too: what came before its begin must not count.
A day without a record at 18:00 is known from 12:00, and one without either from 06:00. Where a
window begins in an outage, what the day had counted is known from before it; where the outage began
on the day before, it had counted nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.days import LAST_DAY, TODAY, takes_days
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import DAY_SECONDS, HOUR_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.units import Window

__all__ = ["day_cases"]

STEPS, HALF_HOUR = DAY_SECONDS // GRID_SECONDS, HOUR_SECONDS // 2 // GRID_SECONDS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GOOD, TOTAL, EXCLUDED = 700, 1_000, 50  # per five minutes, where these are given
GAPS = {5: range(STEPS * 3 // 4, STEPS), 6: range(STEPS // 2, STEPS)}  # days ago to lost steps
EARLY = range(GRID_SECONDS, 5 * HOUR_SECONDS)
BY_DAY = range(5 * HOUR_SECONDS, 18 * HOUR_SECONDS)
EVENING = 2 * HOUR_SECONDS // GRID_SECONDS  # steps before a midnight at which an outage begins
LASTS = HOUR_SECONDS // GRID_SECONDS  # steps of an outage after a window's begin


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a window is asked for, and the steps that an outage has lost where it begins.

    Attributes:
        kept: Steps of the first day before the window's begin that nobody knows to be before.
    """

    at: int
    begin: int
    end: int
    lost: range = range(0)
    kept: int = 0

    @property
    def units(self) -> int:
        """What is counted, as a multiple of the events of five minutes."""
        first, last = (one // GRID_SECONDS for one in (self.begin, self.end))
        inside = sum(_pace((step - 1) // STEPS) for step in range(first + 1, last + 1))
        return inside + self.kept * _pace(self.begin // DAY_SECONDS)


def day_cases(promise: Promise) -> Iterator[Case]:
    """Yield a test per window that is summed by days."""
    if not isinstance(promise.agreement.parts, Signal):
        return
    for counted in promise.agreement.windows:
        if takes_days(counted.window) and not counted.burns:
            yield _case(promise, counted.window)


def _case(promise: Promise, window: Window) -> Case:
    moments = tuple(_moments(window))
    by_day, by_step = _days(moments), _steps(moments)
    agreement = promise.agreement
    return Case(
        about=agreement.id,
        origin=agreement.origin,
        claim=f"{window.label} holds its days, its part of the first one and of today",
        layer=Layer.DAYS,
        step_seconds=GRID_SECONDS,
        series=tuple(
            timeline(name, [None if one is None else one * share for one in values])
            for whole, so_far, share in _given(promise, window)
            for name, values in ((whole, by_day), (so_far, by_step))
        ),
        checks=tuple(check for one in moments for check in _checks(promise, window, one)),
    )


def _given(promise: Promise, window: Window) -> Iterator[tuple[str, str, int]]:
    """Yield (whole days, days so far, events of a unit) of all that is summed over a window."""
    parts = [(names.TOTAL_SUM, "", TOTAL), (names.GOOD_SUM, "", GOOD)]
    if _excludes(promise, window):
        parts.append((names.WINDOW_EVENTS, str(PartValue.EXCLUDED), EXCLUDED))
    for metric, part, share in parts:
        of = {**promise.labels, **({names.PART: part} if part else {})}
        whole, so_far = (series(metric, **of, window=label) for label in (LAST_DAY, TODAY))
        yield whole, so_far, share


def _excludes(promise: Promise, window: Window) -> bool:
    parts = promise.agreement.parts
    own = promise.agreement.window == window
    return own and isinstance(parts, Signal) and bool(parts.exclusions)


def _moments(window: Window) -> Iterator[_Moment]:
    """Yield a moment early in a day; of a rolling window two more, when it begins in an outage."""
    at = _next(window.reach_seconds + 8 * DAY_SECONDS, EARLY)
    yield _Moment(at, *_bounds(window, at))
    if not window.seconds:
        return
    at = _next(_tomorrow(at), BY_DAY)
    begin, end = _bounds(window, at)
    first = begin // GRID_SECONDS
    seen = (first // HALF_HOUR - 1) * HALF_HOUR
    yield _Moment(at, begin, end, range(seen + 1, first + LASTS), first - seen)
    at = _next(_tomorrow(at), EARLY)
    begin, end = _bounds(window, at)
    first = begin // GRID_SECONDS
    midnight = begin // DAY_SECONDS * STEPS
    lost = range(midnight - EVENING + 1, first + LASTS)
    yield _Moment(at, begin, end, lost, first - midnight)


def _next(after: int, time_of_day: range) -> int:
    """Return the next moment at which rules are evaluated at such a time of day, in seconds."""
    every = Layer.DAYS.evaluation_seconds
    first = -(-after // every)
    fitting = (n * every for n in range(first, first + STEPS))
    return next(at for at in fitting if at % DAY_SECONDS in time_of_day)


def _tomorrow(at: int) -> int:
    return at - at % DAY_SECONDS + DAY_SECONDS


def _bounds(window: Window, at: int) -> tuple[int, int]:
    """Return where a window begins and ends, in seconds since the epoch."""
    if window.seconds:
        grid = at - at % GRID_SECONDS
        return grid - window.seconds, grid
    first = _first_day(window.unit, EPOCH + timedelta(seconds=at))
    if not window.previous:
        return _seconds(first), at - at % GRID_SECONDS
    return _seconds(_first_day(window.unit, first - timedelta(days=1))), _seconds(first)


def _first_day(unit: str, moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0)
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return day.replace(month=day.month - (day.month - 1) % months, day=1)


def _seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


def _pace(day: int) -> int:
    """Return the count of five minutes of a day, as a multiple: more each day."""
    return 1 + day % 11


def _days(moments: Sequence[_Moment]) -> list[int | None]:
    """Return, per five minutes, what the day before counted; two days have gaps."""
    last = moments[0].at // DAY_SECONDS
    out: list[int | None] = []
    for step in range(moments[-1].at // GRID_SECONDS + 1):
        day, place = divmod(step, STEPS)
        gap = GAPS.get(last - day, range(0))
        out.append(None if place in gap or not day else STEPS * _pace(day - 1))
    return out


def _steps(moments: Sequence[_Moment]) -> list[int | None]:
    """Return, per five minutes, what a day had counted: of today, and where a window begins."""
    days = {
        place // STEPS
        for one in moments
        for place in (one.at // GRID_SECONDS, one.begin // GRID_SECONDS, *one.lost[:1])
    }
    lost = {step for one in moments for step in one.lost}
    out: list[int | None] = []
    for step in range(moments[-1].at // GRID_SECONDS + 1):
        day, place = divmod(step, STEPS)
        out.append(place * _pace(day) if day in days and step not in lost else None)
    return out


def _checks(promise: Promise, window: Window, one: _Moment) -> Iterator[Check]:
    units = one.units
    for metric, share in ((names.TOTAL_SUM, TOTAL), (names.GOOD_SUM, GOOD)):
        yield value_of(one.at, promise, metric, Decimal(units * share), window=window.label)
    if _excludes(promise, window):
        left_out = {names.PART: str(PartValue.EXCLUDED), names.WINDOW: window.label}
        yield value_of(one.at, promise, names.WINDOW_EVENTS, Decimal(units * EXCLUDED), **left_out)
