"""Tests of an agreement over records: each of its states from the parts that make it.

The parts are gauges, so one evaluation says it all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import firing, state, states_held
from truegreen_definitions.emitters.rule_tests.case import Case, Check
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.emitters.rules.state import STALE_AFTER_SECONDS
from truegreen_definitions.names import AlertName, StateValue
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["parts_in_state", "record_cases"]

ENOUGH_BAD = 1_000  # events the budget allows: so many that intervals of samples are narrow

InputSeries = tuple[tuple[str, str], ...]


def record_cases(promise: Promise) -> Iterator[Case]:
    """Yield a test for each state the agreement can be in over its own window."""
    for value in StateValue:
        if value is not StateValue.INSUFFICIENT or _min_sample(promise) > 1:
            yield _case(promise, value, parts_in_state(promise, promise.window, value))
    if promise.sources:
        fine = parts_in_state(promise, promise.window, StateValue.OK)
        old = tuple((name, f"{-STALE_AFTER_SECONDS - 1}") for name, _ in _sources(promise))
        yield _case(promise, StateValue.STALE, (*fine[: -len(old)], *old), ", as its sources are")


def parts_in_state(promise: Promise, window: str, value: StateValue) -> InputSeries:
    """Return what the exporter shows while an agreement is in a state over a window."""
    total = int(ENOUGH_BAD / promise.agreement.budget) + _min_sample(promise)
    total -= total % 10 ** _places(promise)
    met = int(total * promise.agreement.objective)
    good_and_total = {
        StateValue.OK: (total, total),
        StateValue.AT_RISK: (met, total),
        StateValue.BREACHED: (met - (total - met) // 2, total),
        StateValue.NO_DATA: (0, 0),
        StateValue.INSUFFICIENT: (_min_sample(promise) - 1,) * 2,
    }
    if value is StateValue.STALE:
        return _sources(promise)
    good, all_of_them = good_and_total[value]
    return (*_parts(promise, window, good, all_of_them), *_sources(promise))


def _case(promise: Promise, value: StateValue, shown: InputSeries, why: str = "") -> Case:
    window = promise.window
    breached = 1 if value is StateValue.BREACHED else None
    exhausted = () if value is StateValue.AT_RISK else (AlertName.BUDGET_EXHAUSTED,)
    return Case(
        name=f"{promise.agreement.id}: {value}{why}",
        series=shown,
        checks=(
            Check(0, state(promise, window, value), 1),
            Check(0, states_held(promise, window), 1),
            *(
                Check(0, firing(name, promise.labels), breached)
                for name in (AlertName.OBJECTIVE_MISSED, *exhausted)
            ),
        ),
    )


def _parts(promise: Promise, window: str, good: int, total: int) -> Iterator[tuple[str, str]]:
    for part, events in ((names.PartValue.GOOD, good), (names.PartValue.TOTAL, total)):
        labels = {**promise.labels, names.PART: part, names.WINDOW: window}
        yield series(names.WINDOW_EVENTS, **labels), str(events)


def _sources(promise: Promise) -> InputSeries:
    return tuple(
        (series(names.SOURCE_LAST_SUCCESS, source=source), "0") for source in promise.sources
    )


def _min_sample(promise: Promise) -> int:
    parts = promise.agreement.parts
    return parts.min_sample if isinstance(parts, Records) else 1


def _places(promise: Promise) -> int:
    """Return decimals of the objective: a total divisible by their power has a whole `met`."""
    exponent = Decimal(promise.agreement.objective).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
