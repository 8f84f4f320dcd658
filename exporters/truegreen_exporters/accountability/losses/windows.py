"""What of the ledger falls into a window: sums of portions, exact, by whatever they are told apart.

Windows are made of whole days of the service's zone: the last thirty with today, this month and
the one before it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from truegreen_definitions.names import BookingValue, BoundValue, LossStratumValue, LostValue
from truegreen_exporters.accountability.losses.answerable import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from truegreen_definitions.plan import MoneySeverity, Service
    from truegreen_exporters.accountability.losses.avoided import Avoided
    from truegreen_exporters.accountability.losses.booking import Booking, Portion
    from truegreen_exporters.windows.periods import Period

__all__ = [
    "WINDOWS",
    "Days",
    "by_party",
    "by_severity",
    "by_stratum",
    "by_vendor",
    "days_in",
    "days_of",
    "deferred",
    "states",
    "today_of",
    "transactions",
]

WINDOWS = ("30d", "month", "prev_month")
ROLLING_DAYS = 30

Days = tuple[str, str]
"""First and last day, both included."""


def today_of(at: datetime, zone: str) -> date:
    """Return the day that it is in a zone."""
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).date()


def days_in(period: Period, zone: str) -> Days:
    """Return the days of a period of a zone."""
    last = period.end - timedelta(microseconds=1)
    return today_of(period.start, zone).isoformat(), today_of(last, zone).isoformat()


def days_of(window: str, today: date) -> Days:
    """Return the days of a window, seen from one."""
    first = today.replace(day=1)
    if window == "30d":
        return (today - timedelta(days=ROLLING_DAYS - 1)).isoformat(), today.isoformat()
    if window == "month":
        return first.isoformat(), today.isoformat()
    last = first - timedelta(days=1)
    return last.replace(day=1).isoformat(), last.isoformat()


def by_vendor(
    bookings: Iterable[Booking], days: Days
) -> dict[tuple[str, str, BoundValue], Decimal]:
    """Return what is booked by (vendor, currency, bound)."""
    found: dict[tuple[str, str, BoundValue], Decimal] = defaultdict(Decimal)
    for booking, portion in _portions(bookings, days):
        for bound in BoundValue:
            amount = getattr(portion.money, bound)
            found[portion.vendor, booking.currency, bound] += amount
    return dict(found)


def by_stratum(
    bookings: Iterable[Booking], days: Days, service: Service
) -> dict[tuple[LossStratumValue, str, str], Decimal]:
    """Return what is booked by (what tells it apart, its value, currency)."""
    found: dict[tuple[LossStratumValue, str, str], Decimal] = defaultdict(Decimal)
    for booking, portion in _portions(bookings, days):
        told = {
            LossStratumValue.DOMAIN: service.domain,
            LossStratumValue.CHANNEL: booking.channel,
            LossStratumValue.STEP: portion.step,
            LossStratumValue.VENDOR: portion.vendor,
            LossStratumValue.SEVERITY: portion.severity,
        }
        for by, stratum in told.items():
            found[by, stratum, booking.currency] += portion.money.point
    return dict(found)


def deferred(bookings: Iterable[Booking], days: Days, zone: str) -> dict[str, Decimal]:
    """Return the cost of sales that came later by currency, of outages that began in the window."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for booking in _begun(bookings, days, zone):
        if booking.booked:
            found[booking.currency] += booking.deferred
    return dict(found)


def transactions(bookings: Iterable[Booking], days: Days, zone: str) -> dict[LostValue, Decimal]:
    """Return the transactions behind what is booked, of outages that began in the window."""
    booked = [booking for booking in _begun(bookings, days, zone) if booking.booked]
    return {
        part: sum((getattr(booking, part) for booking in booked), Decimal(0)) for part in LostValue
    }


def states(bookings: Iterable[Booking], days: Days, zone: str) -> dict[BookingValue, int]:
    """Return how many outages that began in the window are in each state."""
    found = dict.fromkeys(BookingValue, 0)
    for booking in _begun(bookings, days, zone):
        found[booking.state] += 1
    return found


def by_severity(
    bookings: Iterable[Booking], days: Days, scale: tuple[MoneySeverity, ...]
) -> dict[tuple[str, str], int]:
    """Return incidents with a booked loss by (severity as recorded, severity by their money).

    What an incident cost is summed over the channels and days of the window.
    """
    lost: dict[str, Decimal] = defaultdict(Decimal)
    recorded: dict[str, str] = {}
    for _, portion in _portions(bookings, days):
        lost[portion.incident] += portion.money.point
        recorded[portion.incident] = portion.severity
    found: dict[tuple[str, str], int] = defaultdict(int)
    for incident, amount in lost.items():
        reached = (one.severity for one in scale if amount >= one.at_least)
        found[recorded[incident], next(reached, "")] += 1
    return dict(found)


def by_party(
    preventions: Iterable[Avoided], days: Days
) -> dict[tuple[str, str, BoundValue], Decimal]:
    """Return what is avoided by (vendor, currency, bound)."""
    found: dict[tuple[str, str, BoundValue], Decimal] = defaultdict(Decimal)
    for one in preventions:
        if days[0] <= one.day <= days[1]:
            for bound in BoundValue:
                found[one.vendor, one.currency, bound] += getattr(one.money, bound)
    return dict(found)


def _portions(bookings: Iterable[Booking], days: Days) -> Iterable[tuple[Booking, Portion]]:
    for booking in bookings:
        for portion in booking.portions:
            if booking.booked and days[0] <= portion.day <= days[1]:
                yield booking, portion


def _begun(bookings: Iterable[Booking], days: Days, zone: str) -> Iterable[Booking]:
    return (one for one in bookings if days[0] <= day_of(one.start, zone) <= days[1])
