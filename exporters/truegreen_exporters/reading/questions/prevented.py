"""What was not lost: outages that were prevented, and infrastructure that costs less."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from truegreen_definitions.errors import UsageError
from truegreen_definitions.names import BoundValue
from truegreen_exporters.accountability.losses import prevented as preventions
from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.accountability.losses.ground import WATCHED_SECONDS, ground_of
from truegreen_exporters.accountability.losses.placebo import placebo
from truegreen_exporters.accountability.losses.savings import saved
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Service
    from truegreen_exporters.accountability.losses.avoided import Avoided
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.reading.asked import Asked
    from truegreen_exporters.windows.periods import Period

__all__ = ["prevented"]


def prevented(asked: Asked) -> dict[str, Any]:
    """`service`, `unit`, `period`, `at`, `known_at`: its preventions and savings in a period.

    An amount of a saving is null where its costs are not known, or it began later.
    """
    service = asked.service()
    try:
        period = period_of(asked.word("period"), asked.word("unit"), service.zone)
    except ValueError as error:
        raise UsageError(f"period: {error}") from error
    days = _days(period, service.zone)
    return {
        "service": service.name,
        "prevented": [
            _plain(channel, one)
            for channel in channels(asked.loaded.plan)
            if channel.service.name == service.name
            for one in _avoided(asked, channel, int(period.start.timestamp()))
            if days[0] <= one.day <= days[1]
        ],
        "savings": [*_savings(asked, service, days)],
    }


def _days(period: Period, zone: str) -> tuple[str, str]:
    """Return the first and last day of a period in a zone."""
    last = period.end - timedelta(microseconds=1)
    first, final = (one.astimezone(ZoneInfo(zone)).date() for one in (period.start, last))
    return first.isoformat(), final.isoformat()


def _avoided(asked: Asked, channel: Channel, start: int) -> tuple[Avoided, ...]:
    """Return the preventions since the start of a period, by the rows of the exporter's watch."""
    if channel.terms.avoided is None:
        return ()
    at, plan, engine = int(asked.at.timestamp()), asked.loaded.plan, asked.engine
    since = min(start, at - WATCHED_SECONDS)
    ground, _ = ground_of(
        engine,
        plan,
        channel,
        since=since,
        at=at,
        tried=lambda volume, season: placebo(
            volume, season, catch_up=channel.catch_up_seconds, until=at
        ),
    )
    return preventions.prevented(engine, plan, ground, since=since, at=at)


def _plain(channel: Channel, one: Avoided) -> dict[str, Any]:
    return {
        "channel": channel.name,
        "incident": one.incident,
        "day": one.day,
        "vendor": one.vendor,
        "currency": one.currency,
        "avoided": {str(bound): str(getattr(one.money, bound)) for bound in BoundValue},
        "cases": one.cases,
        "outages": one.outages,
    }


def _savings(asked: Asked, service: Service, days: tuple[str, str]) -> Iterator[dict[str, Any]]:
    today = asked.at.astimezone(UTC).astimezone(ZoneInfo(service.zone)).date()
    for one in service.losses.savings if service.losses else ():
        amount = saved(asked.engine, asked.loaded.plan, service, one, days=days, today=today)
        yield {
            "name": one.name,
            "kind": one.kind,
            "currency": one.currency,
            "amount": None if amount is None else str(amount),
        }
