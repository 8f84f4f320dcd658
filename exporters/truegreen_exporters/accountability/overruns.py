"""What cases overran in a span of time, and whose share of it that is: the type that is passed on.

Made from process records, from runs of journeys, or from histograms (`OriginValue`); settled by
contracts, shown by metrics, boards and receipts. Durations are whole microseconds, so sums over
cases, steps and vendors are exact; money is made of `hours`, an exact fraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.names import MethodValue, OriginValue

__all__ = ["HOUR", "Overruns", "Share", "hours"]

HOUR = 3_600_000_000
"""Microseconds of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A step's share of the overrun of all cases.

    Attributes:
        vendor: The accountable vendor; empty where a team of ours is.
        microseconds: Its share; below 0 where Shapley's value credits a quick step.
    """

    step: str
    vendor: str
    microseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overruns:
    """What the cases of a service overran in a span of time; shares and rest are the whole.

    Attributes:
        overrun: Time of all cases above their end-to-end target, in microseconds.
        shares: In order of the service's steps, every step with a tolerance among them.
        unattributed: What no timestamps explain, in microseconds: nobody's share.
        cases: Cases that began in the span.
        over: Of these, above their target.
        open: Of these, not ended: they overrun more by the hour.
        unknown_hours: Hours of the span of which Prometheus's counts are not known.
    """

    service: str
    method: MethodValue
    origin: OriginValue
    overrun: int
    shares: tuple[Share, ...]
    unattributed: int
    cases: int
    over: int
    open: int
    unknown_hours: int = 0


def hours(microseconds: int) -> Fraction:
    """Return a duration in hours, exactly."""
    return Fraction(microseconds, HOUR)
