"""Sums over long windows from the counts of five minutes, while an incident goes on.

An incident that has just left the window must not count any more, one in its middle must, and
one that goes on counts up to now. Each window is asked for on the grid of five minutes and off
it. Between all that nothing is counted, and that is no hole: promtool holds ten thousand samples
at a time, and 30 days have nearly as many.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rule_tests.asked import value_of
from truegreen_definitions.emitters.rule_tests.case import Case, Layer, timeline
from truegreen_definitions.emitters.rules.days import LAST_DAY, TODAY, takes_days
from truegreen_definitions.emitters.rules.excluded import BASE_WINDOW
from truegreen_definitions.emitters.rules.expression import series
from truegreen_definitions.grid import GRID_SECONDS
from truegreen_definitions.names import PartValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.units import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from truegreen_definitions.emitters.rule_tests.case import Check, SeriesValues
    from truegreen_definitions.emitters.rules.promise import Promise

__all__ = ["window_cases"]

EVENTS, BAD = 1_000, 400  # per five minutes
INCIDENT, AROUND = 4, 24  # records of an incident, and of the traffic around it


def window_cases(promise: Promise) -> Iterator[Case]:
    """Yield the test of the windows that are summed from recorded counts of five minutes."""
    windows = _windows(promise)
    ends = _ends(max([2 * DAY_SECONDS, *windows.values()]))
    spans = [span for end in ends for span in _spans(promise, windows, end)]
    if not spans:
        return
    good = _good({edge for _, first, last in spans for edge in (first, last)}, ends)
    total = [None if one is None else EVENTS for one in good]
    shown = (
        timeline(series(names.TOTAL_5M, **promise.labels), total),
        timeline(series(names.GOOD_5M, **promise.labels), good),
        *_excluded(promise, total),
    )
    agreement = promise.agreement
    yield Case(
        about=agreement.id,
        origin=agreement.origin,
        claim="long windows hold what happened in them, on the grid and off it",
        layer=Layer.WINDOWS,
        step_seconds=GRID_SECONDS,
        series=shown,
        checks=tuple(
            check
            for end in ends
            for span in _spans(promise, windows, end)
            for check in _checks(promise, span, good, end)
        ),
    )


def _windows(promise: Promise) -> dict[str, int]:
    """Return the windows, by label, in seconds, whose sums are taken from recorded counts."""
    if not isinstance(promise.agreement.parts, Signal):
        return {}
    judged = [one for one in promise.agreement.windows if not (one.burns or takes_days(one.window))]
    return {one.label: one.window.seconds for one in (*promise.burn_windows(lagging=True), *judged)}


def _excludes(promise: Promise) -> bool:
    parts = promise.agreement.parts
    return isinstance(parts, Signal) and bool(parts.exclusions)


def _excluded(promise: Promise, total: Sequence[int | None]) -> Iterator[SeriesValues]:
    """Yield what was excluded: as many events as there were, where any are."""
    if _excludes(promise):
        of = {**promise.labels, names.PART: str(PartValue.EXCLUDED), names.WINDOW: BASE_WINDOW}
        yield timeline(series(names.WINDOW_EVENTS, **of), total)


def _spans(
    promise: Promise, windows: Mapping[str, int], end: int
) -> Iterator[tuple[str, int, int]]:
    """Yield (window, its begin, its end) in seconds as seen from a moment."""
    for label, seconds in windows.items():
        yield label, end - seconds, end
    if isinstance(promise.agreement.parts, Signal) and any(
        takes_days(one.window) and not one.burns for one in promise.agreement.windows
    ):
        midnight = end - end % DAY_SECONDS
        yield LAST_DAY, midnight - DAY_SECONDS, midnight
        yield TODAY, midnight, end


def _ends(longest: int) -> tuple[int, int]:
    """Return two times, off the grid and on it, before which the longest window fits."""
    every = Layer.WINDOWS.evaluation_seconds
    first = -(-(longest + GRID_SECONDS * INCIDENT) // every)
    off = next(n for n in range(first, first + 2) if n * every % GRID_SECONDS)
    on = next(n for n in range(first, first + GRID_SECONDS) if n * every % GRID_SECONDS == 0)
    return off * every, on * every


def _good(edges: Iterable[int], ends: Sequence[int]) -> list[int | None]:
    """Return good events of every five minutes: incidents across each edge and up to each end."""
    good: list[int | None] = [None] * (max(ends) // GRID_SECONDS + 1)
    around = {*edges, *ends}
    for reach, events in ((AROUND, EVENTS), (INCIDENT, EVENTS - BAD)):
        for edge in around:
            middle = edge // GRID_SECONDS
            for place in range(middle - reach // 2, middle + reach // 2):
                if 0 <= place < len(good):
                    good[place] = events
    return good


def _checks(
    promise: Promise, span: tuple[str, int, int], good: Sequence[int | None], at: int
) -> Iterator[Check]:
    label, begin, end = span
    first, last = begin // GRID_SECONDS + 1, end // GRID_SECONDS
    inside = [events for events in good[first : last + 1] if events is not None]
    total = Decimal(EVENTS * len(inside))
    yield value_of(at, promise, names.TOTAL_SUM, total, window=label)
    yield value_of(at, promise, names.GOOD_SUM, Decimal(sum(inside)), window=label)
    by_days = takes_days(promise.agreement.window)
    if _excludes(promise) and label in ((LAST_DAY, TODAY) if by_days else (promise.window,)):
        part = str(PartValue.EXCLUDED)
        yield value_of(at, promise, names.WINDOW_EVENTS, total, part=part, window=label)
