"""The state of an agreement over a window: exactly one of six is 1, whatever is missing.

stale         records only: the exporter's parts are missing, or a source of the table has not
              been read without a fault for 15 minutes, or two of its readings if that is more
no_data       nothing to judge: the total is 0, or a signal's total is absent
insufficient  records only: fewer than `min_sample`
breached      the attainment is below the objective; of a sample, its upper bound is
ok            the objective is met with at least a quarter of the budget left; of a sample, by
              its lower bound
at_risk       in between: met with little budget left; of a sample, undecided

Rules stand in the order stale, the rest: later ones read the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.staleness import unread
from truegreen_definitions.names import StateValue
from truegreen_definitions.plan import Records
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording

__all__ = ["states"]

LITTLE_BUDGET = "0.25"
NEVER = "vector(0)"


def states(promise: Promise, window: str) -> Iterator[Recording]:
    """Yield the six rules of a window whose ratios and budget are recorded."""
    yield _rule(promise, window, StateValue.STALE, _stale(promise, window))
    yield _rule(promise, window, StateValue.NO_DATA, _no_data(promise, window))
    yield _rule(promise, window, StateValue.INSUFFICIENT, _insufficient(promise, window))
    for state, condition in _verdicts(promise, window):
        yield _rule(promise, window, state, _gated(promise, window, condition))


def _rule(promise: Promise, window: str, state: StateValue, expr: str) -> Recording:
    return promise.record(names.STATE_OF, expr, window=window, state=str(state))


def _verdicts(promise: Promise, window: str) -> Iterator[tuple[StateValue, str]]:
    """Yield the condition (0 or 1, absent without data) of each state that judges."""
    objective = number_text(promise.agreement.objective)
    if promise.agreement.sampling == "sample":
        lower = promise.series(names.ATTAINMENT_LOWER, window=window)
        upper = promise.series(names.ATTAINMENT_UPPER, window=window)
        yield StateValue.OK, f"{lower} >= bool {objective}"
        yield (
            StateValue.AT_RISK,
            f"({lower} < bool {objective}) * ({upper} >= bool {objective})",
        )
        yield StateValue.BREACHED, f"{upper} < bool {objective}"
        return
    attainment = promise.series(names.ATTAINMENT, window=window)
    budget = promise.series(names.BUDGET_REMAINING, window=window)
    met = f"({attainment} >= bool {objective})"
    yield StateValue.OK, f"{met} * ({budget} >= bool {LITTLE_BUDGET})"
    yield StateValue.AT_RISK, f"{met} * ({budget} < bool {LITTLE_BUDGET})"
    yield StateValue.BREACHED, f"{attainment} < bool {objective}"


def _gated(promise: Promise, window: str, condition: str) -> str:
    """Return a condition that is 0 without enough fresh data."""
    if not isinstance(promise.agreement.parts, Records):
        return f"{condition}\nor on () vector(0)"
    enough = f"{promise.series(names.TOTAL_SUM, window=window)} >= {_min_sample(promise)}"
    return (
        f"{condition}\nand on () {enough}\n"
        f"unless on () {_is_stale(promise, window)}\nor on () vector(0)"
    )


def _stale(promise: Promise, window: str) -> str:
    if not isinstance(promise.agreement.parts, Records):
        return NEVER
    missing = f"absent({promise.series(names.TOTAL_SUM, window=window)})"
    if not promise.sources:
        return f"{missing}\nor on () vector(0)"
    return f"{missing}\nor on () {unread(promise)}\nor on () vector(0)"


def _no_data(promise: Promise, window: str) -> str:
    total = promise.series(names.TOTAL_SUM, window=window)
    if not isinstance(promise.agreement.parts, Records):
        return f"absent({total} > 0)\nor on () vector(0)"
    return f"{total} == bool 0\nunless on () {_is_stale(promise, window)}\nor on () vector(0)"


def _insufficient(promise: Promise, window: str) -> str:
    if not isinstance(promise.agreement.parts, Records) or _min_sample(promise) <= 1:
        return NEVER
    total = promise.series(names.TOTAL_SUM, window=window)
    return (
        f"({total} > 0) < bool {_min_sample(promise)}\n"
        f"unless on () {_is_stale(promise, window)}\nor on () vector(0)"
    )


def _min_sample(promise: Promise) -> int:
    parts = promise.agreement.parts
    return max(1, parts.min_sample) if isinstance(parts, Records) else 1


def _is_stale(promise: Promise, window: str) -> str:
    return f"{promise.series(names.STATE_OF, window=window, state=StateValue.STALE)} == 1"
