"""How many transactions a stretch of time would have had: from the same hours of earlier weeks.

For the stretch W (any set of minutes) and each of the K nearest ordinary weeks k before it

    z_k = A(W - k weeks) x level_k
    level_k = (T(0) / T(k))^(1 - m) x (R(0) / R(k))^m

with A the transactions of a time, T those of the seven days before it, R those of the two hours
before it: a week counts by how the present compares with it. Both are taken over the same hours
of both weeks; hours that were left out in either are left out in both. m grows with the volume,
up to a half, because two hours of few transactions say little: m = n / (2 (n + 200)), n the mean
of R over the weeks; 0 where one of them is 0 or was left out. Then

    expected = mean of z_k                                (the median is biased low on small counts)
    interval = expected +- t(K - 1, 95 %) x s x sqrt(1 + 1/K)
    s        = standard deviation of z_k, at least the square root of the expected number, and 1

A week counts when the stretch and its two hours hold no time that is left out there: incidents,
maintenance, holidays. Weeks turn by the clock on the wall of the service's zone. With fewer than
four such weeks within sixteen nothing is expected: an interval from less would be a guess.

Source of the form of the interval: prediction of one further value of a normal sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.expectations.spans import (
    WEEK,
    minus,
    moved,
    overlap,
    weeks_back,
)

if TYPE_CHECKING:
    from truegreen_exporters.accountability.expectations.spans import Spans
    from truegreen_exporters.accountability.expectations.volume import Volume

__all__ = ["LEAST_WEEKS", "METHOD", "Expectation", "Season", "back", "expected"]
__all__ += ["t_quantile"]

METHOD = "seasonal-ratio-t/1"
"""Names this estimator; it changes with every change of a figure that it gives."""

LEAST_WEEKS = 4
RECENT_SECONDS = 2 * 3_600
RECENT_SHARE = 0.5  # the most that the last two hours weigh against the last seven days
RECENT_TRUST = 200  # transactions in two hours at which they weigh half of that

# Two-sided 95 % quantiles of Student's t by degrees of freedom.
_T95 = {
    3: 3.182446,
    4: 2.776445,
    5: 2.570582,
    6: 2.446912,
    7: 2.364624,
    8: 2.306004,
    9: 2.262157,
    10: 2.228139,
    11: 2.200985,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What an ordinary week of a channel is.

    Attributes:
        zone: IANA time zone on whose clock weeks repeat.
        weeks: How many ordinary weeks are compared, 4 to 12.
        left_out: Time that is no ordinary history: incidents, maintenance, holidays.
    """

    zone: str
    weeks: int = 8
    left_out: Spans = field(default=())

    @property
    def look_back_seconds(self) -> int:
        """How much history before a stretch is looked at, at most."""
        return (2 * self.weeks + 2) * WEEK


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """How many transactions were to be expected, with the evidence.

    Attributes:
        point: The best estimate.
        half_width: The true number lies within this of it, with 95 %.
        weeks: Which weeks before were compared.
        sums: What each of them says of this stretch: z_k.
        method: Names the estimator.
    """

    point: float
    half_width: float
    weeks: tuple[int, ...]
    sums: tuple[float, ...]
    method: str = METHOD

    @property
    def lower(self) -> float:
        """Below it the number is not, with 97.5 %; never negative."""
        return max(self.point - self.half_width, 0.0)

    @property
    def upper(self) -> float:
        """Above it neither."""
        return self.point + self.half_width


def expected(volume: Volume, spans: Spans, season: Season, frame: Spans = ()) -> Expectation | None:
    """Return what a stretch of time would have had; None where too few weeks say so.

    Args:
        volume: The channel's history up to the stretch, at least; what lies in the stretch or
            after it plays no part.
        spans: The stretch, in whole buckets.
        season: What an ordinary week is.
        frame: A longer stretch around it: the weeks are those that are ordinary over all of it
            and are levelled before it begins, so that what parts of it expect adds up.
    """
    if not spans:
        return None
    weeks = _Weeks(volume, spans, season, frame or spans)
    found = weeks.ordinary()
    if len(found) < LEAST_WEEKS:
        return None
    share = _recent_share(weeks, found)
    levelled = [(week, weeks.levelled(week, share)) for week in found]
    known = [(week, sum_) for week, sum_ in levelled if sum_ is not None]
    if len(known) < LEAST_WEEKS:
        return None
    sums = tuple(sum_ for _, sum_ in known)
    point, n = fmean(sums), len(sums)
    spread = max(stdev(sums), math.sqrt(max(point, 1.0)))
    return Expectation(
        point=point,
        half_width=t_quantile(n - 1) * spread * math.sqrt(1 + 1 / n),
        weeks=tuple(week for week, _ in known),
        sums=sums,
    )


def t_quantile(degrees: int) -> float:
    """Return the two-sided 95 % quantile of Student's t, 3 to 11 degrees of freedom."""
    return _T95[degrees]


def back(volume: Volume, season: Season, start: int, week: int) -> int:
    """Return by how much time that begins at an instant is moved to a week before it."""
    by = weeks_back(start, week, season.zone) if week else 0
    return by // volume.step * volume.step


class _Weeks:
    """A stretch and the same hours of the weeks before it."""

    def __init__(self, volume: Volume, spans: Spans, season: Season, frame: Spans) -> None:
        self._volume, self._spans, self._season = volume, spans, season
        self._start, self._end, self._frame = frame[0][0], frame[-1][1], frame
        self._week: Spans = ((self._start - WEEK, self._start),)
        self._recent: Spans = ((self._start - RECENT_SECONDS, self._start),)
        self._near = overlap(
            season.left_out, ((self._start - season.look_back_seconds, self._end),)
        )
        self._recent_is_clean = not overlap(self._recent, self._near)

    def ordinary(self) -> list[int]:
        """Return the nearest weeks in which nothing of the stretch was left out."""
        found: list[int] = []
        for week in range(1, 2 * self._season.weeks + 1):
            by = self._by(week)
            begin = self._volume.begin
            if begin is None or self._start + by - WEEK < begin or len(found) == self._season.weeks:
                break
            there = moved((*self._recent, *self._frame), by)
            if self._end + by <= self._start and not overlap(there, self._near):
                found.append(week)
        return found

    def recent(self, week: int) -> int:
        """Return the transactions of the two hours before the stretch, weeks before; 0 is now."""
        return self._volume.count(moved(self._recent, self._by(week)))

    @property
    def recent_is_clean(self) -> bool:
        """Whether the two hours before the stretch are ordinary ones."""
        return self._recent_is_clean

    def levelled(self, week: int, share: float) -> float | None:
        """Return what a week says of the stretch; None when it cannot be compared."""
        by = self._by(week)
        out_there = moved(self._near, -by)
        comparable = minus(minus(self._week, self._near), out_there)
        now = self._volume.count(comparable)
        then = self._volume.count(moved(comparable, by))
        if not then:
            return None
        level: float = (now / then) ** (1 - share)
        if share:
            level *= (self.recent(0) / self.recent(week)) ** share
        return self._volume.count(moved(self._spans, by)) * level

    def _by(self, week: int) -> int:
        return back(self._volume, self._season, self._start, week)


def _recent_share(weeks: _Weeks, found: list[int]) -> float:
    """Return m: how much the last two hours weigh."""
    if not weeks.recent_is_clean or not weeks.recent(0):
        return 0.0
    counts = [weeks.recent(week) for week in found]
    if not min(counts):  # two hours without a sale are no measure of anything
        return 0.0
    n = fmean(counts)
    return RECENT_SHARE * n / (n + RECENT_TRUST)
