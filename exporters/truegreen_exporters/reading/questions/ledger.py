"""What the ledger of losses says of a service, and how its estimate did where nothing happened."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.accountability.losses import windows
from truegreen_exporters.accountability.losses.answerable import day_of
from truegreen_exporters.accountability.losses.channel import channels
from truegreen_exporters.accountability.losses.ground import (
    WATCHED_SECONDS,
    history_of,
    tried_ground,
)
from truegreen_exporters.accountability.losses.placebo import METHOD, last_night, trials
from truegreen_exporters.accountability.losses.transactions_sql import transactions_sql
from truegreen_exporters.engines.volume_question import volume_sql
from truegreen_exporters.instants import text_of
from truegreen_exporters.store.losses import LossBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Service
    from truegreen_exporters.accountability.losses.booking import Booking
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.placebo import Trial
    from truegreen_exporters.accountability.losses.windows import Days
    from truegreen_exporters.reading.asked import Asked

__all__ = ["ledger"]


def ledger(asked: Asked) -> dict[str, Any]:
    """`service`, `window`, `at`, `known_at`: its booked losses, their sums, and its trials.

    The trials are made as they were made in the night before `at`, from rows as they are known.
    """
    service, window = asked.service(), asked.word("window", windows.WINDOWS[0])
    if window not in windows.WINDOWS:
        raise UsageError(
            f"losses are not added up over {window!r}: {suggestion(window, windows.WINDOWS)}"
        )
    days = windows.days_of(window, windows.today_of(asked.at, service.zone))
    latest = LossBook(asked.connection, asked.known_at).latest()
    mine = [one for _, one in sorted(latest.items()) if one.service == service.name]
    return {
        "service": service.name,
        "at": text_of(asked.at),
        "window": window,
        "days": list(days),
        **_sums(service, mine, days),
        "entries": [
            {
                **one.document,
                "digest": one.digest,
                "sql": transactions_sql(asked.loaded.plan, one.document),
            }
            for one in mine
            if _within(one, service, days)
        ],
        "channels": [
            {**_channel(channel, mine, days), **_tried(asked, channel)}
            for channel in channels(asked.loaded.plan)
            if channel.service.name == service.name
        ],
    }


def _within(one: Booking, service: Service, days: Days) -> bool:
    told = {day_of(one.start, service.zone), *(portion.day for portion in one.portions)}
    return any(days[0] <= day <= days[1] for day in told)


def _sums(service: Service, mine: Sequence[Booking], days: Days) -> dict[str, Any]:
    """Return what is shown of a service over a window, as texts that nobody rounds."""
    scale = service.losses.severities if service.losses else ()
    by_stratum = windows.by_stratum(mine, days, service)
    return {
        "loss": [
            {"vendor": vendor, "currency": currency, "bound": str(bound), "amount": str(amount)}
            for (vendor, currency, bound), amount in sorted(windows.by_vendor(mine, days).items())
        ],
        "strata": [
            {"by": str(by), "stratum": stratum, "currency": currency, "amount": str(amount)}
            for (by, stratum, currency), amount in sorted(by_stratum.items())
        ],
        "deferred": {
            currency: str(amount)
            for currency, amount in windows.deferred(mine, days, service.zone).items()
        },
        "severities": [
            {"severity": recorded, "by_money": reached, "incidents": count}
            for (recorded, reached), count in sorted(windows.by_severity(mine, days, scale).items())
        ],
    }


def _channel(channel: Channel, mine: Sequence[Booking], days: Days) -> dict[str, Any]:
    own, zone = [one for one in mine if one.channel == channel.name], channel.service.zone
    transactions = windows.transactions(own, days, zone)
    return {
        "channel": channel.name,
        "transactions": {str(part): str(number) for part, number in transactions.items()},
        "states": {str(state): n for state, n in windows.states(own, days, zone).items()},
        "restatements": sum(one.revision for one in own),
    }


def _tried(asked: Asked, channel: Channel) -> dict[str, Any]:
    """Return how the estimate of a channel does: every window with what was sold in it."""
    at, engine = int(asked.at.timestamp()), asked.engine
    since = at - WATCHED_SECONDS
    ground, _ = tried_ground(engine, asked.loaded.plan, channel, since=since, at=at)
    night, question = last_night(at), channel.question
    tried = trials(ground.volume, ground.season, catch_up=channel.catch_up_seconds, until=night)
    relation = engine.local.relation(question.table)
    return {
        "until": night,
        "method": METHOD,
        "estimate": tried[0].found.expectation.method if tried else "",
        "placebo": asdict(ground.placebo),
        "booking": ground.placebo.trusted,
        "trials": [_trial(one) for one in tried],
        "left_out": [list(span) for span in ground.season.left_out],
        "sql": volume_sql(question, relation, history_of(channel, since=since, at=at)),
    }


def _trial(one: Trial) -> dict[str, Any]:
    expectation = one.found.expectation
    return {
        "start": one.start,
        "end": one.end,
        "weeks": list(expectation.weeks),
        "sums": list(expectation.sums),
        "expected": expectation.point,
        "half_width": expectation.half_width,
        "actual": one.found.actual,
        "expected_with_catch_up": one.found.around.point,
        "half_width_with_catch_up": one.found.around.half_width,
        "actual_after": one.found.actual_after,
    }
