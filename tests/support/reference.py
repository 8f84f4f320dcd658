"""The reference: what an agreement is worth at an instant, counted from the events themselves.

It follows the words of the metric contract and knows nothing of the rules: a window's good and
total are counted one by one, everything else is taken from those two numbers. Rules may lag, so
a count is not compared with one number but with those of every end of the window that the
allowed lag leaves open; `ends` enumerates them without a gap, as counts change at events alone.

Times are milliseconds of Unix time.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions.names import StateValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from histories import Counts

    from truegreen_definitions.plan import Agreement, Burn
    from truegreen_definitions.units import Window

__all__ = ["Judged", "Reference", "span_start", "wilson"]

Z = 1.96
LITTLE_BUDGET = 0.25
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows from good and total: ratios are None where nothing was counted."""

    good: float
    total: float
    attainment: float | None
    lower: float | None
    upper: float | None
    budget_left: float | None
    burn_rate: float | None
    state: StateValue


@dataclass(frozen=True, slots=True)
class Reference:
    """An agreement over counters, and the events that were."""

    agreement: Agreement
    counts: Counts

    def at(self, window: Window, end: int) -> Judged:
        """Return the judgement over the window that ends at `end`."""
        return self.judged(*self.counts.between(span_start(window, end), end))

    def judged(self, good: float, total: float) -> Judged:
        """Return what follows from good and total."""
        if not total:
            return Judged(good, total, None, None, None, None, None, StateValue.NO_DATA)
        budget = float(1 - self.agreement.objective)
        ratio, failing = good / total, (total - good) / total
        sample = self.agreement.sampling == "sample"
        lower, upper = wilson(good, total) if sample else (ratio, ratio)
        left, burn = 1 - failing / budget, failing / budget
        state = self._state(lower, upper, left)
        return Judged(good, total, ratio, lower, upper, left, burn, state)

    def _state(self, lower: float, upper: float, left: float) -> StateValue:
        objective = float(self.agreement.objective)
        if upper < objective:
            return StateValue.BREACHED
        if self.agreement.sampling == "sample":
            return StateValue.OK if lower >= objective else StateValue.AT_RISK
        return StateValue.OK if left >= LITTLE_BUDGET else StateValue.AT_RISK

    def ends(self, window: Window, at: int, lag: int) -> Iterator[int]:
        """Yield an end of the window for each count it can have within a lag of an instant."""
        points = {at, at - lag}
        for one in (*self.counts.good, *self.counts.bad):
            points.update(_inside(one.times, at - lag, at))
            if window.seconds:
                length = window.seconds * 1_000
                found = _inside(one.times, at - lag - length, at - length)
                points.update(time + length for time in found)
        yield from sorted(points, reverse=True)

    def possible(self, window: Window, at: int, lag: int) -> list[Judged]:
        """Return every judgement that a lag allows, the latest first."""
        pairs = dict.fromkeys(
            self.counts.between(span_start(window, end), end) for end in self.ends(window, at, lag)
        )
        return [self.judged(*pair) for pair in pairs]

    def burning(
        self, long: list[Judged], short: list[Judged], burn: Burn, few: int, doubt: float = 1
    ) -> set[bool]:
        """Return whether a burn pair fires; both answers where the lag decides.

        Args:
            long: What the long window may be.
            short: What the short window may be.
            burn: The pair.
            few: Bad events in the long window below which nobody is woken.
            doubt: Share of the thresholds that is asked for.
        """
        factor, least = float(burn.factor) * doubt, few * doubt
        matters = {
            (one.burn_rate or 0) > factor
            and one.total - one.good >= least
            and self._surely_above(one, factor)
            for one in long
        }
        goes_on = {(one.burn_rate or 0) > factor for one in short}
        return {one and other for one in matters for other in goes_on}

    def _surely_above(self, one: Judged, factor: float) -> bool:
        """Return whether few events are evidence enough, where the agreement asks for that."""
        if not self.agreement.alerting.wilson:
            return True
        _, upper = wilson(one.good, one.total)
        return 1 - upper > factor * float(self.agreement.budget)


def span_start(window: Window, end: int) -> int:
    """Return where a window that ends at `end` begins: calendar ones in UTC."""
    if window.seconds:
        return end - window.seconds * 1_000
    now = datetime.fromtimestamp(end / 1e3, UTC)
    today = end - end % _DAY
    if window.unit == "week":
        return today - now.weekday() * _DAY
    months = _MONTHS[window.unit]
    first = now.replace(day=1, month=(now.month - 1) // months * months + 1)
    return round(first.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1_000)


def wilson(good: float, total: float) -> tuple[float, float]:
    """Return Wilson's bounds as the roots of (p - x)² = z² x (1 - x) / n."""
    p = good / total
    a, b, c = 1 + Z * Z / total, -(2 * p + Z * Z / total), p * p
    root = math.sqrt(max(0.0, b * b - 4 * a * c))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def _inside(times: object, start: int, end: int) -> list[int]:
    return times[bisect_right(times, start) : bisect_right(times, end)]  # type: ignore[index,arg-type]
