"""What could be promised: the objective or target that history says is met with a declared chance.

Past windows that do not overlap are taken as exchangeable. Of n of them, the next one reaches at
least the k-th smallest attainment with the chance (n + 1 - k) / (n + 1), whatever the distribution
(a distribution-free prediction bound: Wilks, 1941; David and Nagaraja, Order Statistics, 3rd ed.,
section 7.3). The suggested objective is that of the greatest k whose chance is enough; with fewer
than chance / (1 - chance) windows there is none, and the answer says how many are needed.

The interval around it is that of the quantile 1 - chance of attainments, by order statistics with
a confidence of at least 95 % (ibid., section 7.1); an end is absent where history is too short.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from truegreen_exporters.windows.periods import closed_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from truegreen_definitions.units import Window

__all__ = [
    "Baseline",
    "baseline",
    "past_spans",
    "target_baseline",
    "threshold_baseline",
    "windows_needed",
]

CONFIDENCE = 0.95
_TINY = 1e-9  # chances are ratios of small numbers; rounding must not cost a window


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the history of an agreement or a measure says.

    Attributes:
        windows: Past windows with at least one event, or with a value.
        lowest: Of their attainments or values; `median` and `highest` too.
        met: How many of them kept the present promise.
        suggested: Promise that the next window keeps with the chance; None: too few windows.
        lower: End of the interval of the suggestion; `upper` too.
        needed: Windows without which no objective can be suggested.
    """

    windows: int
    lowest: float | None
    median: float | None
    highest: float | None
    met: int
    suggested: float | None
    lower: float | None
    upper: float | None
    needed: int


def baseline(counts: Sequence[tuple[float, float]], objective: float, chance: float) -> Baseline:
    """Return what past windows say.

    Args:
        counts: (good, total) of each window, in any order; windows without events are left out.
        objective: The present promise.
        chance: With which the next window is to reach the suggested one, between 0 and 1.
    """
    found = sorted(good / total for good, total in counts if total > 0)
    return _of(found, sum(one >= objective for one in found), chance)


def target_baseline(
    values: Sequence[float], target: float, chance: float, *, at_most: bool
) -> Baseline:
    """Return what past windows say of a measure that is promised to stay on a side of a target.

    Args:
        values: Of each window that had one, in any order.
        target: The present promise.
        chance: With which the next window is to keep the suggested one, between 0 and 1.
        at_most: Whether less is better; the suggestion is then an upper bound.
    """
    if not at_most:
        return _of(sorted(values), sum(one >= target for one in values), chance)
    turned = _of(sorted(-one for one in values), sum(one <= target for one in values), chance)
    return replace(
        turned,
        lowest=_negated(turned.highest),
        median=_negated(turned.median),
        highest=_negated(turned.lowest),
        suggested=_negated(turned.suggested),
        lower=_negated(turned.upper),
        upper=_negated(turned.lower),
    )


def threshold_baseline(values: Sequence[float], present: float | None, chance: float) -> Baseline:
    """Return what past windows say of a step that is to stay within a threshold.

    Args:
        values: Seconds that the declared share of each window's cases stayed within, in any
            order; endless where so many are open that none is known yet.
        present: The present threshold; None where none is declared, so that none was kept.
        chance: With which the next window is to stay within the suggested one, between 0 and 1.
    """
    return target_baseline(values, -math.inf if present is None else present, chance, at_most=True)


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def _of(found: Sequence[float], met: int, chance: float) -> Baseline:
    """Return what windows say, the worst first."""
    n = len(found)
    place = math.floor((n + 1) * (1 - chance) + _TINY)
    low, high = _interval(n, 1 - chance)
    return Baseline(
        windows=n,
        lowest=found[0] if n else None,
        median=_median(found) if n else None,
        highest=found[-1] if n else None,
        met=met,
        suggested=found[place - 1] if place >= 1 and n else None,
        lower=found[low - 1] if low else None,
        upper=found[high - 1] if high else None,
        needed=windows_needed(chance),
    )


def windows_needed(chance: float) -> int:
    """Return how many windows are needed to suggest an objective that is met with a chance."""
    return math.ceil(chance / (1 - chance) - _TINY)


def past_spans(
    window: Window, at: datetime, zone: str, count: int
) -> tuple[tuple[datetime, datetime], ...]:
    """Return (start, end) of past windows that do not overlap, the oldest first.

    Calendar windows are the last closed periods, rolling ones follow each other up to `at`; of
    `all` there is none.
    """
    if window.unit:
        return tuple((one.start, one.end) for one in closed_before(at, window.unit, zone, count))
    length = timedelta(seconds=window.seconds)
    steps = range(count, 0, -1) if window.seconds else ()
    return tuple((at - back * length, at - (back - 1) * length) for back in steps)


def _interval(n: int, share: float) -> tuple[int, int]:
    """Return the places of the order statistics around a quantile; 0 where there is none."""
    if not n:
        return 0, 0
    # By logarithms: of a thousand windows and more, the factors are no floats any more.
    chances = [
        math.exp(
            math.lgamma(n + 1)
            - math.lgamma(i + 1)
            - math.lgamma(n - i + 1)
            + i * math.log(share)
            + (n - i) * math.log1p(-share)
        )
        for i in range(n + 1)
    ]
    tail = (1 - CONFIDENCE) / 2
    below, low = 0.0, 0
    for i in range(n):  # the greatest place with P(B < place) at most the tail
        below += chances[i]
        if below > tail:
            break
        low = i + 1
    above, high = 0.0, 0
    for i in range(n, 0, -1):  # the smallest place with P(B >= place) at most the tail
        above += chances[i]
        if above > tail:
            break
        high = i
    return low, high


def _median(found: Sequence[float]) -> float:
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2
