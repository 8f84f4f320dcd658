"""Excluded time leaves good and total alone, and is counted apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value_of
from truegreen_definitions.emitters.rule_tests.case import Case, timeline
from truegreen_definitions.emitters.rule_tests.steady import STEP, steady
from truegreen_definitions.emitters.rules.excluded import BASE_WINDOW
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Check
    from truegreen_definitions.emitters.rule_tests.steady import Steady
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["excluded_cases"]

BEGINS, ENDS, OVER = 2 * GRID_SECONDS, 4 * GRID_SECONDS, 6 * GRID_SECONDS


def excluded_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement that excludes calendars, where there is an example of it."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal) or not parts.exclusions:
        return
    usual = steady(promise, OVER)
    if usual is None:
        return
    # The last that is seen of the calendar is a step old: where scrapes are faster, it is past.
    seen = 2 * promise.policy.scrape_interval_seconds
    late = {} if seen <= STEP <= 2 * seen else {ENDS + GRID_SECONDS: seen > STEP}
    left_out = {BEGINS: False, BEGINS + GRID_SECONDS: True, ENDS: True, **late, OVER: False}
    active = [int(BEGINS <= at < ENDS) for at in range(0, OVER + 1, STEP)]
    calendar = series(names.CALENDAR_ACTIVE, calendar=parts.exclusions[0].calendar)
    agreement = promise.agreement
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="excluded time is counted apart, from its first moment to all that holds its last",
        layer=usual.layer,
        step_seconds=STEP,
        series=(*usual.series, timeline(calendar, active)),
        checks=tuple(
            check
            for at, out in left_out.items()
            for check in _checks(promise, usual, at, left_out=out)
        ),
    )


def _checks(promise: Promise, usual: Steady, at: int, *, left_out: bool) -> Iterator[Check]:
    excluded = {names.PART: str(PartValue.EXCLUDED), names.WINDOW: BASE_WINDOW}
    yield value_of(at, promise, names.TOTAL_5M, usual.total * (not left_out))
    yield value_of(at, promise, names.GOOD_5M, usual.good * (not left_out))
    yield value_of(at, promise, names.WINDOW_EVENTS, usual.total * left_out, **excluded)
