"""What was not sold in an outage, and what came back after it, in transactions.

    S = E - A over the minutes of the outage                            (gross shortfall)
    R = A - E over the minutes of the catch-up, at least 0, at most S   (recovered)
    N = S - R                                                           (net)

Nothing is clamped before it is added up: clamping bucket by bucket finds a loss in every quiet
afternoon. The interval of S is that of E; the interval of N is that of E over outage and catch-up
together, which is wide when the catch-up is long, because customers who come back are looked for
among all the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_exporters.accountability.expectations.expectation import expected

if TYPE_CHECKING:
    from truegreen_exporters.accountability.expectations.expectation import Expectation, Season
    from truegreen_exporters.accountability.expectations.volume import Volume
    from truegreen_exporters.accountability.losses.incident import Episode

__all__ = ["Estimate", "Shortfall", "shortfall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number that is not known, and the ends of its 95 % interval."""

    lower: float
    point: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """What an episode lost, in transactions.

    Attributes:
        expectation: Of the outage.
        around: Of outage and catch-up together.
        actual: Transactions in the outage.
        actual_after: Transactions in the catch-up.
        factor: By what intervals are multiplied, as placebo windows have shown them to need.
    """

    expectation: Expectation
    around: Expectation
    actual: int
    actual_after: int
    factor: float = 1.0

    def widened(self, factor: float) -> Shortfall:
        """Return it with intervals that are so many times as wide."""
        return replace(self, factor=factor)

    @property
    def gross(self) -> Estimate:
        """S."""
        point = self.expectation.point - self.actual
        half = self.expectation.half_width * self.factor
        return Estimate(lower=point - half, point=point, upper=point + half)

    @property
    def recovered(self) -> float:
        """R."""
        lost = self.gross.point
        return min(max(lost - self._altogether, 0.0), max(lost, 0.0))

    @property
    def net(self) -> Estimate:
        """N."""
        point, half = self.gross.point - self.recovered, self.around.half_width * self.factor
        return Estimate(
            lower=min(point, self._altogether - half),
            point=point,
            upper=max(point, min(self.gross.upper, self._altogether + half)),
        )

    @property
    def certain(self) -> bool:
        """Whether neither interval holds zero: only then there was a loss to be booked."""
        return self.gross.lower > 0 and self.net.lower > 0

    @property
    def _altogether(self) -> float:
        """Shortfall of outage and catch-up together."""
        return self.around.point - self.actual - self.actual_after


def shortfall(volume: Volume, episode: Episode, season: Season) -> Shortfall | None:
    """Return what an episode lost; None where history does not say.

    Args:
        volume: The channel's transactions, before, in and after it.
        episode: What happened.
        season: What an ordinary week is.
    """
    frame = episode.frame
    outage = expected(volume, episode.outage, season, frame)
    around = expected(volume, frame, season)
    if outage is None or around is None:
        return None
    return Shortfall(
        expectation=outage,
        around=around,
        actual=volume.count(episode.outage),
        actual_after=volume.count(episode.catch_up),
    )
