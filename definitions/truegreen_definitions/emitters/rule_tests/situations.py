"""What an agreement's parts may be, and what must be said of them.

ok            everything is good
at_risk       one more bad event, and the budget is spent
some left     census only: more than a quarter of the budget is left
little left   census only: less than a quarter of it is left
breached      half again as much is bad as the budget allows
few bad       signals only: all is bad, but too little to tell anybody
no_data       there was nothing to count
insufficient  records only: all is bad, but one too few to judge
just enough   records only: all is bad, and just enough to judge
more good     records only: the good part is more than all, so all was good
no number     records only: the good part is no number, so nothing was good
no good       records only: the good part is missing, so nothing was good
missing       there are no parts: of a signal `no_data`, of records `stale`
unread        records only: broken, but one source was last read too long ago to say so
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.wilson import wilson
from truegreen_definitions.names import StateValue
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["Situation", "min_sample", "situations_of"]

ENOUGH_BAD = 1_000  # events the budget allows: so many that intervals of samples are narrow
_LEFT = (  # what is said of a census by the share of its budget that is left
    ("some left", Decimal("0.26"), StateValue.OK),
    ("little left", Decimal("0.24"), StateValue.AT_RISK),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is counted, and what must be said of it.

    Attributes:
        name: The situation, as above.
        good: Good events; None where the series is missing.
        counted: What must be taken for good of records, where it is asked.
        total: All events; None likewise.
        told: Whether somebody is told that the promise is broken.
        spent: Whether its budget is spent although it is not told to be broken.
        unread: The one source of records that was not read of late.
    """

    name: str
    good: Decimal | int | None
    total: int | None
    state: StateValue
    told: bool = False
    spent: bool = False
    counted: int | None = None
    unread: str = ""


def situations_of(promise: Promise) -> Iterator[Situation]:
    """Yield the situations of an agreement, in order."""
    total = int(ENOUGH_BAD / promise.agreement.budget) + min_sample(promise)
    total -= total % 10 ** _places(promise)
    met = int(total * promise.agreement.objective)
    broken = met - (total - met) // 2
    yield Situation(name="ok", good=total, total=total, state=StateValue.OK)
    yield Situation(name="at_risk", good=met + 1, total=total, state=StateValue.AT_RISK)
    if promise.agreement.sampling == "census":
        for name, left, state in _LEFT:
            good = met + int((total - met) * left)
            yield Situation(name=name, good=good, total=total, state=state)
    yield Situation(name="breached", good=broken, total=total, state=StateValue.BREACHED, told=True)
    yield Situation(name="no_data", good=0, total=0, state=StateValue.NO_DATA)
    if isinstance(promise.agreement.parts, Signal):
        if few := promise.agreement.alerting.min_bad - 1:
            nothing_good = _of_nothing_good(promise, few)
            yield Situation(name="few bad", good=0, total=few, state=nothing_good)
        yield Situation(name="missing", good=None, total=None, state=StateValue.NO_DATA)
        return
    yield from _of_records(promise, total)
    yield Situation(name="missing", good=None, total=None, state=StateValue.STALE)
    for source in promise.sources:
        yield Situation(
            name=f"{source} unread",
            good=broken,
            total=total,
            state=StateValue.STALE,
            unread=source,
        )


def _of_records(promise: Promise, total: int) -> Iterator[Situation]:
    """Yield what only an exporter can show."""
    if few := min_sample(promise) - 1:
        nothing_good = _of_nothing_good(promise, few + 1)
        told = nothing_good is StateValue.BREACHED
        yield Situation(name="insufficient", good=0, total=few, state=StateValue.INSUFFICIENT)
        yield Situation(
            name="just enough", good=0, total=few + 1, state=nothing_good, told=told, spent=True
        )
    for name, good in (("no good", None), ("no number", Decimal("NaN"))):
        yield Situation(
            name=name, good=good, total=total, state=StateValue.BREACHED, told=True, counted=0
        )
    yield Situation(
        name="more good", good=total + 1, total=total, state=StateValue.OK, counted=total
    )


def _of_nothing_good(promise: Promise, total: int) -> StateValue:
    _, upper = wilson(Decimal(0), Decimal(total))
    sure = promise.agreement.sampling == "census" or upper < promise.agreement.objective
    return StateValue.BREACHED if sure else StateValue.AT_RISK


def min_sample(promise: Promise) -> int:
    """Return how many events it takes to judge."""
    parts = promise.agreement.parts
    return 1 if isinstance(parts, Signal) else max(1, parts.min_sample)


def _places(promise: Promise) -> int:
    """Return decimals of the objective: a total divisible by their power has a whole `met`."""
    exponent = Decimal(promise.agreement.objective).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
