"""The outages of a period from the ledger of losses: booked ones with what falls into it.

An entry is told in every period that it cost something in, with the portions of its days; one
that is not booked is told where it began. Of each entry its newest revision holds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from truegreen_definitions.names import BookingValue
from truegreen_definitions.reviews import Booked, Loss

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan import Service
    from truegreen_exporters.windows.periods import Period

__all__ = ["reviewed_losses"]

ZERO = Decimal(0)


def reviewed_losses(
    entries: Iterable[dict[str, Any]], service: Service, period: Period
) -> Iterator[Loss]:
    """Yield the losses of a service in a period, in the order of their beginning.

    Args:
        entries: Every revision, as the question `losses` answers.
        service: Whose.
        period: In the service's zone.
    """
    zone = ZoneInfo(service.zone)
    last = period.end - timedelta(microseconds=1)
    days = tuple(one.astimezone(zone).date().isoformat() for one in (period.start, last))
    newest = {
        (one["channel"], one["episode"]): one for one in entries if one["service"] == service.name
    }
    for one in sorted(newest.values(), key=lambda one: (one["start"], one["channel"])):
        start, end = (datetime.fromtimestamp(one[name], UTC) for name in ("start", "end"))
        portions = tuple(_booked(part) for part in one["portions"] if _within(part["day"], days))
        began = period.start <= start < period.end
        if one["state"] == BookingValue.WITHDRAWN or not (portions or began):
            continue
        yield Loss(
            service=service.name,
            channel=one["channel"],
            episode=one["episode"],
            state=one["state"],
            start=start,
            end=end,
            currency=one["currency"],
            revision=one["revision"],
            digest=one["digest"],
            deferred=Decimal(one["deferred"]) if began else ZERO,
            portions=portions if one["state"] == BookingValue.BOOKED else (),
        )


def _within(day: str, days: tuple[str, ...]) -> bool:
    return days[0] <= day <= days[-1]


def _booked(part: dict[str, Any]) -> Booked:
    lower, point, upper = (Decimal(part["money"][one]) for one in ("lower", "point", "upper"))
    return Booked(
        incident=part["incident"],
        step=part["step"],
        vendor=part["vendor"],
        severity=part["severity"],
        lower=lower,
        point=point,
        upper=upper,
    )
