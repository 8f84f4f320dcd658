"""Tries the estimate where nothing happened: windows of clean history whose truth is known.

Windows of 1, 2, 4 and 8 hours begin evenly spread over the last eight weeks; those that hold, or
follow within two hours, time that is left out are passed over. What the estimate says of each is
compared with what was sold:

    widened  = the 95 % quantile of |E - A| / half width, at least 1
    coverage = share whose gross shortfall, which is zero, lies inside the interval
    bias     = (sum of E - sum of A) / sum of A
    booked   = share in which a loss would have been booked

Intervals of bookings are multiplied by `widened`. Coverage and false bookings are told of intervals
as they are used, so each half of the windows, every other one, is judged by what the other half
says they are to be widened by. Below 85 % the form of the intervals is wrong, not their width, and
nothing is booked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.units import DAY_SECONDS, HOUR_SECONDS
from truegreen_exporters.accountability.expectations.expectation import RECENT_SECONDS
from truegreen_exporters.accountability.expectations.spans import WEEK, aligned, minus, overlap
from truegreen_exporters.accountability.losses.incident import Episode, Incident
from truegreen_exporters.accountability.losses.shortfall import shortfall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_exporters.accountability.expectations.expectation import Season
    from truegreen_exporters.accountability.expectations.spans import Span
    from truegreen_exporters.accountability.expectations.volume import Volume
    from truegreen_exporters.accountability.losses.shortfall import Shortfall

__all__ = [
    "LEAST_COVERAGE",
    "LEAST_WINDOWS",
    "METHOD",
    "Placebo",
    "Trial",
    "last_night",
    "placebo",
    "trials",
]

METHOD = "placebo-halves/1"
LEAST_COVERAGE = 0.85
LEAST_WINDOWS = 20
WINDOWS = 97  # weeks are no multiple of the distance between them, so hours differ
HOURS = (1, 2, 4, 8)
TRIED_WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Placebo:
    """How the estimate did where nothing happened.

    Attributes:
        windows: On how many windows it was tried.
        coverage: Share of them whose interval held the truth; 0 when there were none.
        bias: Expected less actual, over actual.
        booked: Share in which a loss would have been booked.
        widened: By what intervals of bookings are multiplied.
    """

    windows: int = 0
    coverage: float = 0.0
    bias: float = 0.0
    booked: float = 0.0
    widened: float = 1.0

    @property
    def trusted(self) -> bool:
        """Whether losses may be booked."""
        return self.windows >= LEAST_WINDOWS and self.coverage >= LEAST_COVERAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A window in which nothing happened, and what the estimate says of it.

    Attributes:
        start: In Unix seconds; `end` is not part of it.
    """

    start: int
    end: int
    found: Shortfall


def last_night(at: int) -> int:
    """Return the midnight of UTC up to which the trials of a day are made, in Unix seconds."""
    return at // DAY_SECONDS * DAY_SECONDS


def placebo(volume: Volume, season: Season, *, catch_up: int, until: int) -> Placebo:
    """Return how the estimate does on a channel's clean history; arguments as of `trials`."""
    tried = trials(volume, season, catch_up=catch_up, until=until)
    return _judged([one.found for one in tried])


def trials(volume: Volume, season: Season, *, catch_up: int, until: int) -> tuple[Trial, ...]:
    """Return the windows of a channel's clean history, and what the estimate says of each.

    Args:
        volume: The channel's transactions.
        season: What an ordinary week is; with every known incident left out.
        catch_up: The channel's catch-up, in seconds.
        until: End of the history, in Unix seconds.
    """
    tried: list[Trial] = []
    for span in _windows(volume, until - catch_up):
        before = ((span[0] - RECENT_SECONDS, span[1] + catch_up),)
        if overlap(before, season.left_out):
            continue
        nothing = Incident(id="", start=span[0], end=span[1])
        after = aligned(((span[1], span[1] + catch_up),), volume.step)
        episode = Episode(
            incidents=(nothing,),
            outage=(span,),
            catch_up=minus(after, (span,)),
            running=False,
        )
        found = shortfall(volume, episode, season)
        if found is not None:
            tried.append(Trial(start=span[0], end=span[1], found=found))
    return tuple(tried)


def _judged(tried: list[Shortfall]) -> Placebo:
    if len(tried) < LEAST_WINDOWS:
        return Placebo(windows=len(tried))
    halves = tried[::2], tried[1::2]
    judged = [
        (one, _widened(other))
        for half, other in zip(halves, halves[::-1], strict=True)
        for one in half
    ]
    expected = sum(one.expectation.point for one in tried)
    actual = sum(one.actual for one in tried)
    return Placebo(
        windows=len(tried),
        coverage=sum(_missed_by(one) <= widened for one, widened in judged) / len(judged),
        bias=(expected - actual) / actual if actual else 0.0,
        booked=sum(one.widened(widened).certain for one, widened in judged) / len(judged),
        widened=_widened(tried),
    )


def _missed_by(one: Shortfall) -> float:
    """Return by how many half widths the estimate was wrong."""
    return abs(one.gross.point) / one.expectation.half_width


def _widened(tried: list[Shortfall]) -> float:
    ratios = sorted(map(_missed_by, tried))
    return max(1.0, ratios[math.ceil(0.95 * len(ratios)) - 1])


def _windows(volume: Volume, until: int) -> Iterator[Span]:
    first = until - TRIED_WEEKS * WEEK
    stride = TRIED_WEEKS * WEEK // WINDOWS
    for place in range(WINDOWS):
        start = (first + place * stride) // volume.step * volume.step
        end = start + HOURS[place % len(HOURS)] * HOUR_SECONDS
        if end <= until:
            yield start, end
