"""Tests of an agreement over counters.

burns       the fastest pair that can fire does at a burn above its factor, and stops soon after
below       it does not at a burn below it
no good     a missing good series has counted nothing, it is not missing data
silence     without counters nobody is told that all is well; afterwards the window is whole
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import firing, rounded, state, states_held
from truegreen_definitions.emitters.rule_tests.case import Case, Check, Phase, count_up
from truegreen_definitions.emitters.rules.alerts import ABSENT_FOR_SECONDS
from truegreen_definitions.emitters.rules.burn import can_fire
from truegreen_definitions.emitters.rules.cadence import GRID_SECONDS
from truegreen_definitions.names import AlertName, StateValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.counters import Counter
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Burn

__all__ = ["events_per_step", "signal_cases", "steps_of"]

ABOVE, BELOW = Decimal("1.25"), Decimal("0.8")
BAD_EVENTS_ALLOWED = 1_000  # per step: enough that intervals of samples are narrow


def events_per_step(promise: Promise) -> int:
    """Return how many events a test counts per step."""
    return int(BAD_EVENTS_ALLOWED / promise.agreement.budget)


def steps_of(seconds: int, step_seconds: int) -> int:
    """Return how many steps a duration takes, rounded up."""
    return -(-seconds // step_seconds)


def signal_cases(
    promise: Promise, counters: tuple[Counter, ...], step_seconds: int
) -> Iterator[Case]:
    """Yield the tests of an agreement whose counters have examples."""
    reachable = [burn for burn in promise.policy.burn if can_fire(promise.agreement, burn)]
    if reachable:
        yield _burns(promise, counters, reachable[0], step_seconds)
        yield _below(promise, counters, reachable[0], step_seconds)
    yield _no_good(promise, counters)
    yield _silence(promise, counters, step_seconds)


def _burns(promise: Promise, counters: tuple[Counter, ...], burn: Burn, step: int) -> Case:
    events, bad = events_per_step(promise), _bad_at(promise, burn, ABOVE)
    long, short = steps_of(burn.long_seconds, step), steps_of(burn.short_seconds, step)
    well, broken, again = long, long + 1, short + 1
    alert = _burn_firing(promise, burn)
    live = promise.policy.live_window
    return Case(
        name=f"{promise.agreement.id}: {burn.label} fires above its factor and recovers",
        series=count_up(
            counters,
            Phase(well, events, None),
            Phase(broken, events - bad, bad),
            Phase(again, events, 0),
        ),
        checks=(
            Check(well, alert, None),
            Check(well, state(promise, live, StateValue.OK), 1),
            Check(well + broken, alert, 1),
            Check(well + broken, state(promise, live, StateValue.BREACHED), 1),
            Check(well + broken, states_held(promise, live), 1),
            Check(well + broken + again, alert, None),
        ),
    )


def _below(promise: Promise, counters: tuple[Counter, ...], burn: Burn, step: int) -> Case:
    events, bad = events_per_step(promise), _bad_at(promise, burn, BELOW)
    steps = steps_of(burn.long_seconds, step) + 1
    rate = rounded(promise, names.BURN_RATE, over=burn.long)
    exact = Decimal(bad) / events / promise.agreement.budget
    return Case(
        name=f"{promise.agreement.id}: {burn.label} is silent below its factor",
        series=count_up(counters, Phase(steps, events - bad, bad)),
        checks=(
            Check(steps, _burn_firing(promise, burn), None),
            Check(steps, rate, round(exact, 3)),
        ),
    )


def _no_good(promise: Promise, counters: tuple[Counter, ...]) -> Case:
    live, steps = promise.policy.live_window, 3
    return Case(
        name=f"{promise.agreement.id}: a missing good series has counted nothing",
        series=count_up(counters, Phase(steps, None, events_per_step(promise))),
        checks=(
            Check(steps, rounded(promise, names.GOOD_SUM, window=live), 0),
            Check(steps, rounded(promise, names.ATTAINMENT, window=live), 0),
            Check(steps, state(promise, live, StateValue.BREACHED), 1),
        ),
    )


def _silence(promise: Promise, counters: tuple[Counter, ...], step: int) -> Case:
    events, own = events_per_step(promise), promise.window
    grid = GRID_SECONDS // step
    silent = grid + steps_of(ABSENT_FOR_SECONDS, step) + 2
    again = grid - silent % grid
    end = grid + silent + again
    return Case(
        name=f"{promise.agreement.id}: silence is no data, is told, and leaves the window whole",
        series=count_up(
            counters, Phase(grid, events, None), Phase(silent, None, None), Phase(again, events, 0)
        ),
        checks=(
            Check(grid, rounded(promise, names.TOTAL_SUM, window=own), events * grid),
            Check(2 * grid - 1, rounded(promise, names.TOTAL_SUM, window=own), events * grid),
            *_told(promise, grid + silent),
            Check(end, rounded(promise, names.ATTAINMENT, window=own), 1),
            Check(end, state(promise, own, StateValue.OK), 1),
            Check(end, firing(AlertName.ABSENT, promise.labels), None),
        ),
    )


def _told(promise: Promise, steps: int) -> Iterator[Check]:
    yield Check(steps, firing(AlertName.ABSENT, promise.labels), 1)
    for counted in promise.agreement.windows:
        if counted.live and counted.window.seconds <= GRID_SECONDS:
            yield Check(steps, state(promise, counted.label, StateValue.NO_DATA), 1)
            yield Check(steps, states_held(promise, counted.label), 1)


def _burn_firing(promise: Promise, burn: Burn) -> str:
    return firing(AlertName.BURN, {**promise.labels, str(names.AlertLabel.BURN): burn.label})


def _bad_at(promise: Promise, burn: Burn, share: Decimal) -> int:
    """Return bad events per step at a share of the pair's threshold, at most all of them."""
    ratio = burn.factor * share * promise.agreement.budget
    return min(events_per_step(promise), round(events_per_step(promise) * ratio))
