"""Sums over weeks, months and years from whole days and the five-minute counts of today.

Every day has a count of its own, so one too many or too few shows. Of the day in which a rolling
window begins, the five-minute counts are given too: what came before its begin must not count.
A day without a record at 18:00 is known from 12:00, and one without either from 06:00.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.days import LAST_DAY, takes_days
from truegreen_definitions.emitters.rules.excluded import BASE_WINDOW
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.units import Window

__all__ = ["day_cases"]

STEPS = DAY_SECONDS // GRID_SECONDS
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GOOD, TOTAL, EXCLUDED = 700, 1_000, 50  # per five minutes, where these are given
GAPS = {5: range(STEPS * 3 // 4, STEPS), 6: range(STEPS // 2, STEPS)}  # days ago to lost steps


def day_cases(promise: Promise) -> Iterator[Case]:
    """Yield a test per window that is summed by days."""
    if not isinstance(promise.agreement.parts, Signal):
        return
    for counted in promise.agreement.windows:
        if takes_days(counted.window) and not counted.burns:
            yield _case(promise, counted.window)


def _case(promise: Promise, window: Window) -> Case:
    at = _moment(window)
    begin, end = _bounds(window, at)
    by_day, by_step = _days(at), _steps(begin, at)
    agreement = promise.agreement
    return Case(
        about=agreement.id,
        origin=agreement.origin,
        claim=f"{window.label} holds its days, its part of the first one and of today",
        layer=Layer.DAYS,
        step_seconds=GRID_SECONDS,
        series=tuple(
            timeline(name, [None if one is None else one * share for one in values])
            for day, base, share in _given(promise, window)
            for name, values in ((day, by_day), (base, by_step))
        ),
        checks=tuple(_checks(promise, window, (begin, end), at)),
    )


def _given(promise: Promise, window: Window) -> Iterator[tuple[str, str, int]]:
    """Yield (days, five minutes, events of a day's unit) of all that is summed over a window."""
    for metric, base, share in (
        (names.TOTAL_SUM, names.TOTAL_5M, TOTAL),
        (names.GOOD_SUM, names.GOOD_5M, GOOD),
    ):
        of = promise.labels
        yield series(metric, **of, window=LAST_DAY), series(base, **of), share
    if _excludes(promise, window):
        of = {**promise.labels, names.PART: str(PartValue.EXCLUDED)}
        days, steps = (
            series(names.WINDOW_EVENTS, **of, window=label) for label in (LAST_DAY, BASE_WINDOW)
        )
        yield days, steps, EXCLUDED


def _excludes(promise: Promise, window: Window) -> bool:
    parts = promise.agreement.parts
    own = promise.agreement.window == window
    return own and isinstance(parts, Signal) and bool(parts.exclusions)


def _moment(window: Window) -> int:
    """Return a moment at which rules are evaluated and the window is full, early in a day."""
    every = Layer.DAYS.evaluation_seconds
    first = -(-(window.reach_seconds + 8 * DAY_SECONDS) // every)
    early = (n * every for n in range(first, first + STEPS))
    return next(at for at in early if 0 < at % DAY_SECONDS < DAY_SECONDS // 8)


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


def _of_day(day: int) -> int:
    """Return the count of a day, as a multiple: all its five minutes alike, more each day."""
    return STEPS * (1 + day % 11)


def _days(at: int) -> list[int | None]:
    """Return, per five minutes, what the day before counted; two days have gaps."""
    last = at // DAY_SECONDS
    out: list[int | None] = []
    for step in range(at // GRID_SECONDS + 1):
        day, place = divmod(step, STEPS)
        gap = GAPS.get(last - day, range(0))
        out.append(None if place in gap or not day else _of_day(day - 1))
    return out


def _steps(begin: int, at: int) -> list[int | None]:
    """Return the counts of five minutes: of today, and of the day the window begins in."""
    days = {begin // DAY_SECONDS, at // DAY_SECONDS}
    return [
        1 + (step - 1) // STEPS % 11 if (step - 1) // STEPS in days and step else None
        for step in range(at // GRID_SECONDS + 1)
    ]


def _checks(promise: Promise, window: Window, bounds: tuple[int, int], at: int) -> Iterator[Check]:
    first, last = (one // GRID_SECONDS for one in bounds)
    times = sum(1 + (step - 1) // STEPS % 11 for step in range(first + 1, last + 1))
    for metric, share in ((names.TOTAL_SUM, TOTAL), (names.GOOD_SUM, GOOD)):
        yield value_of(at, promise, metric, Decimal(times * share), window=window.label)
    if _excludes(promise, window):
        left_out = {names.PART: str(PartValue.EXCLUDED), names.WINDOW: window.label}
        yield value_of(at, promise, names.WINDOW_EVENTS, Decimal(times * EXCLUDED), **left_out)
