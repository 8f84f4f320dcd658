"""Slices of time in which several agreements must be met, from what each of them counts.

just met    every one is exactly at its objective: the slice is good
not met     one is an event below it, each in turn: the slice is not good
unheard     one has no data, each in turn: it says nothing, whatever it was before
empty       one counts nothing, each in turn: that says nothing either
nothing     none counts anything: there is no slice
silence     none is there: there is no slice, and somebody is told
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import (
    alert,
    alert_labels,
    during,
    missing,
    value_of,
)
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rule_tests.promised import silence_seconds
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.grid import GRID_SECONDS, UNLAGGED_SECONDS
from truegreen_definitions.names import AlertName
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Agreement

__all__ = ["composed_cases", "shown_met"]

SLICE = GRID_SECONDS
MANY = 10_000  # times as many events as the objective needs: one less is just below it
WELL = UNLAGGED_SECONDS // SLICE + 1  # slices, so that every window is full

_Counts = tuple[int, int] | None  # good and total of a component in a slice


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """What the components count in five minutes.

    Attributes:
        good: Whether the slice is good; None where it does not count.
    """

    situation: str
    counts: tuple[_Counts, ...]
    good: bool | None


def composed_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of an agreement that asks for others to be met at once."""
    parts = promise.agreement.parts
    if not isinstance(parts, Signal) or not (parts.components and parts.slice_seconds):
        return
    slices = tuple(_slices(promise))
    yield Case(
        about=promise.agreement.id,
        origin=promise.agreement.origin,
        claim="a slice is good when every agreement that has data is met",
        layer=Layer.COMPOSITE,
        step_seconds=SLICE,
        series=tuple(
            shown
            for place, component in enumerate(promise.components)
            for shown in _shown(component, [one.counts[place] for one in slices])
        ),
        checks=(*_counted(promise, slices), *_told(promise, slices)),
    )


def shown_met(promise: Promise, times: int) -> tuple[SeriesValues, ...]:
    """Return input in which every component is just met, so many times."""
    return tuple(
        shown
        for component in promise.components
        for shown in _shown(component, [_met(component.objective)] * times)
    )


def _slices(promise: Promise) -> Iterator[_Slice]:
    met = tuple(_met(one.objective) for one in promise.components)
    yield from [_Slice(situation="just met", counts=met, good=True)] * WELL
    alone = len(met) == 1
    for place, component in enumerate(promise.components):
        good, total = met[place]
        for situation, counts, verdict in (
            ("not met", (good - 1, total), False),
            ("unheard", None, None if alone else True),
            ("empty", (0, 0), None if alone else True),
        ):
            changed: tuple[_Counts, ...] = (*met[:place], counts, *met[place + 1 :])
            said = f"{component.name} {situation}"
            yield _Slice(situation=said, counts=changed, good=verdict)
    nothing: tuple[_Counts, ...] = ((0, 0),) * len(met)
    yield _Slice(situation="nothing", counts=nothing, good=None)
    yield _Slice(situation="just met", counts=met, good=True)
    silent: tuple[_Counts, ...] = (None,) * len(met)
    lasts = 3 + -(-silence_seconds(promise) // SLICE)
    yield from [_Slice(situation="silence", counts=silent, good=None)] * lasts


def _met(objective: Decimal) -> tuple[int, int]:
    """Return good and total that are exactly the objective, and hardly met."""
    good, total = objective.as_integer_ratio()
    return good * MANY, total * MANY


def _shown(component: Agreement, counts: Sequence[_Counts]) -> Iterator[SeriesValues]:
    of = {
        names.SERVICE: component.service,
        names.AGREEMENT: component.name,
        names.KIND: component.kind,
    }
    good = [None if one is None else one[0] for one in counts]
    total = [None if one is None else one[1] for one in counts]
    yield timeline(series(names.GOOD_5M, **of), good)
    yield timeline(series(names.TOTAL_5M, **of), total)


def _counted(promise: Promise, slices: Sequence[_Slice]) -> Iterator[Check]:
    """Yield checks at the end of every slice, but for those that are as the one before."""
    for place in range(WELL - 1, len(slices)):
        if slices[place] != slices[place - 1] or place == WELL - 1:
            yield from during(slices[place].situation, _at(promise, slices, place))


def _at(promise: Promise, slices: Sequence[_Slice], place: int) -> Iterator[Check]:
    at = place * SLICE
    base = (names.GOOD_5M, names.TOTAL_5M)
    yield from _sums(promise, base, at, _ended(slices, place, SLICE))
    for one in promise.burn_windows(lagging=False):
        inside = _ended(slices, place, one.window.seconds)
        sums = (names.GOOD_SUM, names.TOTAL_SUM)
        yield from _sums(promise, sums, at, inside, window=one.label)


def _ended(slices: Sequence[_Slice], place: int, seconds: int) -> tuple[bool, ...]:
    """Return the verdicts on the slices that end in the last seconds and count."""
    first = place + 1 - -(-seconds // SLICE)
    return tuple(one.good for one in slices[first : place + 1] if one.good is not None)


def _sums(
    promise: Promise,
    metrics: tuple[names.Metric, names.Metric],
    at: int,
    inside: tuple[bool, ...],
    **labels: str,
) -> Iterator[Check]:
    """Yield checks of good and total; a window without a slice is left to the others."""
    for metric, counted in zip(metrics, (sum(inside), len(inside)), strict=True):
        if inside:
            yield value_of(at, promise, metric, Decimal(counted), **labels)
        elif not labels:
            yield missing(at, promise, metric)


def _told(promise: Promise, slices: Sequence[_Slice]) -> Iterator[Check]:
    severity = promise.agreement.alerting.severity("absent", promise.policy.burn[0].severity)
    told = alert_labels(promise, severity)
    yield alert((WELL - 1) * SLICE, AlertName.ABSENT, told, fires=False)
    yield alert((len(slices) - 1) * SLICE, AlertName.ABSENT, told, fires=bool(severity))
