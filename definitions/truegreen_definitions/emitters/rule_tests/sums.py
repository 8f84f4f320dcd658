"""Example series for counts that add several counters up, and what each event of them counts.

A free form says in its text what it adds up; a composite with weights is made of what its
components count, each by its weight. One example series may be found by several selectors, so
what its events count is taken from all that find it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, permutations
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.rule_tests.counters import example, matches, split
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.expressions.promql_sums import summands_of
from truegreen_definitions.grid import UNLAGGED_SECONDS
from truegreen_definitions.plan import Records, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.expressions.promql_sums import Summand

__all__ = ["Example", "Sums", "sums_of"]

SLOWEST, APART = 7, (5, 9)  # events a step, and how far apart the next example's are
ENOUGH = 2  # ways to count: as it usually goes, and another
LIMIT = 10_000  # ways that are tried
LONGEST_AGO = UNLAGGED_SECONDS  # promtool holds ten thousand samples at a time


@dataclass(frozen=True, slots=True)
class Example:
    """A series, and what one event of it adds to good and to total."""

    series: str
    good: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Example series that show every counter of an agreement.

    Attributes:
        usual: Events a step of each example, of which some are good and some are not.
        other: Others, of which another share is good.
        may_be_missing: Whether there is no count while none of the counters is there.
        ago_seconds: How long ago the windows of all of them end.
    """

    examples: tuple[Example, ...]
    usual: tuple[int, ...]
    other: tuple[int, ...]
    may_be_missing: bool
    ago_seconds: int = 0


def sums_of(promise: Promise) -> Sums | None:
    """Return examples of an agreement's counters; None when what it adds up is not understood."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal) or parts.slice_seconds:
        return None
    good, total = _weighted(promise) if promise.components else _own(parts)
    shifts = {one.ago_seconds for one in (*good, *total)}
    if not good or not total or len(shifts) > 1 or max(shifts) > LONGEST_AGO:
        return None
    examples = _examples(good, total)
    rates = tuple(islice(_rates(examples), ENOUGH))
    if len(rates) < ENOUGH:
        return None
    return Sums(
        examples=examples,
        usual=rates[0],
        other=rates[1],
        may_be_missing=bool(promise.components) or not all(one.or_zero for one in total),
        ago_seconds=max(shifts),
    )


def _own(parts: Signal) -> tuple[tuple[Summand, ...], tuple[Summand, ...]]:
    return summands_of(parts.good) or (), summands_of(parts.total) or ()


def _weighted(promise: Promise) -> tuple[tuple[Summand, ...], tuple[Summand, ...]]:
    """Return what the components add up: by the weights as asked for, not as they were lowered."""
    weights = {one.agreement: one.weight for one in _signal(promise.agreement.parts).components}
    good: list[Summand] = []
    total: list[Summand] = []
    for component in promise.components:
        for out, found in zip((good, total), _own(_signal(component.parts)), strict=True):
            if not found:
                return (), ()
            weight = weights[component.name]
            out += [replace(one, factor=one.factor * weight) for one in found]
    return tuple(good), tuple(total)


def _signal(parts: Signal | Records) -> Signal:
    if not isinstance(parts, Signal):
        raise InvariantError("a composite is made of signals")
    return parts


def _examples(good: Sequence[Summand], total: Sequence[Summand]) -> tuple[Example, ...]:
    """Return an example of each counter, and of what one selector finds and another does not."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    distinct = tuple(dict.fromkeys((one.metric, one.matchers) for one in (*good, *total)))
    for metric, wanted in distinct:
        labels = example(wanted)
        if labels is None:
            return ()
        found[selector(metric, labels)] = metric, labels
    for (metric, wanted), (other, around) in permutations(distinct, 2):
        if metric == other:
            for apart in split(wanted, around) or ():
                found[selector(metric, apart)] = metric, apart
    return tuple(
        Example(name, _counted(metric, labels, good), _counted(metric, labels, total))
        for name, (metric, labels) in found.items()
    )


def _counted(metric: str, labels: Mapping[str, str], summands: Iterable[Summand]) -> Decimal:
    return sum(
        (s.factor for s in summands if s.metric == metric and matches(labels, s.matchers)),
        Decimal(0),
    )


def _rates(examples: Sequence[Example]) -> Iterator[tuple[int, ...]]:
    """Yield events a step of which some are good and some are not, each with another share.

    No two examples have the same, so one in the place of another is found. What is not good
    begins as the fastest: then less is good than counts, if that can be.
    """
    shares: set[Decimal] = set()
    order = sorted(range(len(examples)), key=lambda n: examples[n].total - examples[n].good)
    for tried in _paces(len(examples)):
        by_place = dict(zip(order, tried, strict=True))
        rates = tuple(by_place[n] for n in range(len(examples)))
        good = sum((n * one.good for n, one in zip(rates, examples, strict=True)), Decimal(0))
        total = sum((n * one.total for n, one in zip(rates, examples, strict=True)), Decimal(0))
        if 0 < good < total and good / total not in shares:
            shares.add(good / total)
            yield rates


def _paces(number: int) -> Iterator[tuple[int, ...]]:
    for apart in APART:
        yield from islice(permutations(range(SLOWEST, SLOWEST + apart * number, apart)), LIMIT)
