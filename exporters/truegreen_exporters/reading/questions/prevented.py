"""What was not lost: outages that were prevented, and infrastructure that costs less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.names import BoundValue
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.accountability.losses import prevented as preventions
from truegreen_exporters.accountability.losses import windows
from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.accountability.losses.ground import (
    WATCHED_SECONDS,
    history_of,
    tried_ground,
)
from truegreen_exporters.accountability.losses.happened import prevention_questions
from truegreen_exporters.accountability.losses.savings import saved
from truegreen_exporters.engines.row_question import row_sql
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Service
    from truegreen_exporters.accountability.losses.avoided import Avoided
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.windows import Days
    from truegreen_exporters.reading.asked import Asked

__all__ = ["avoided", "prevented"]


def prevented(asked: Asked) -> dict[str, Any]:
    """`service`, `unit`, `period`, `at`, `known_at`: its preventions and savings in a period.

    An amount of a saving is null where its costs are not known, or it began later.
    """
    service = asked.service()
    try:
        period = period_of(asked.word("period"), asked.word("unit"), service.zone)
    except ValueError as error:
        raise UsageError(f"period: {error}") from error
    days = windows.days_in(period, service.zone)
    return {
        "service": service.name,
        "prevented": [
            _plain(channel, one)
            for channel in _channels(asked, service)
            for one in _avoided(asked, channel, int(period.start.timestamp()))
            if days[0] <= one.day <= days[1]
        ],
        "savings": [*_savings(asked, service, days)],
    }


def avoided(asked: Asked) -> dict[str, Any]:
    """`service`, `window`, `at`: its preventions in a window, each with all that it rests on.

    And the queries of its detections, of the incidents that a remedy ended, and of transactions.
    """
    service, window = asked.service(), asked.word("window", windows.WINDOWS[0])
    if window not in windows.WINDOWS:
        told = suggestion(window, windows.WINDOWS)
        raise UsageError(f"avoided loss is not added up over {window!r}: {told}")
    days = windows.days_of(window, windows.today_of(asked.at, service.zone))
    found = [
        (channel, one)
        for channel in _channels(asked, service)
        for one in _avoided(asked, channel, int(asked.at.timestamp()))
        if days[0] <= one.day <= days[1]
    ]
    sums = windows.by_party((one for _, one in found), days)
    return {
        "service": service.name,
        "at": asked.at.isoformat(),
        "window": window,
        "days": list(days),
        "prevented": [
            {**_plain(channel, one), "evidence": dict(one.evidence)} for channel, one in found
        ],
        "cases": len({one.incident for _, one in found}),
        "avoided": [
            {"vendor": vendor, "currency": currency, "bound": str(bound), "amount": str(amount)}
            for (vendor, currency, bound), amount in sorted(sums.items())
        ],
        "sql": dict(_queries(asked, service)),
    }


def _channels(asked: Asked, service: Service) -> tuple[Channel, ...]:
    return tuple(one for one in channels(asked.loaded.plan) if one.service.name == service.name)


def _queries(asked: Asked, service: Service) -> Iterator[tuple[str, str]]:
    """Yield what preventions are known by, each with its name."""
    at, relation = int(asked.at.timestamp()), asked.engine.local.relation
    rule = None if service.losses is None else service.losses.avoided
    if rule is None:
        return
    questions = prevention_questions(
        asked.loaded.plan, service, stays_away=rule.stays_away_seconds, at=at
    )
    for name, question in zip(("detections", "remedied"), questions, strict=False):
        yield name, row_sql(question, relation(question.table))
    for channel in _channels(asked, service):
        sold, span = channel.question, history_of(channel, since=at - WATCHED_SECONDS, at=at)
        yield f"transactions of {channel.name}", volume_sql(sold, relation(sold.table), span)


def _avoided(asked: Asked, channel: Channel, start: int) -> tuple[Avoided, ...]:
    """Return the preventions since the start of a period, by the rows of the exporter's watch."""
    if channel.terms.avoided is None:
        return ()
    at, plan, engine = int(asked.at.timestamp()), asked.loaded.plan, asked.engine
    since = min(start, at - WATCHED_SECONDS)
    ground, _ = tried_ground(engine, plan, channel, since=since, at=at)
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


def _savings(asked: Asked, service: Service, days: Days) -> Iterator[dict[str, Any]]:
    today = windows.today_of(asked.at, service.zone)
    for one in service.losses.savings if service.losses else ():
        amount = saved(asked.engine, asked.loaded.plan, service, one, days=days, today=today)
        yield {
            "name": one.name,
            "kind": one.kind,
            "currency": one.currency,
            "amount": None if amount is None else str(amount),
        }
