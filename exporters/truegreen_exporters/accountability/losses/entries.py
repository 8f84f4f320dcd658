"""Writes the entries of a channel: estimates every episode, and says what becomes of it.

An entry is written once the outage and its catch-up are over. It keeps the factor by which its
intervals were widened then, so that it changes only when its rows, its incidents or those before
it do. An entry whose definition has changed since stays as it is: it was estimated by what was
written then.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import BookingValue
from truegreen_exporters.accountability.expectations.spans import overlap
from truegreen_exporters.accountability.losses.answerable import weights
from truegreen_exporters.accountability.losses.booking import Booking, booked_money, portions
from truegreen_exporters.accountability.losses.shortfall import shortfall
from truegreen_exporters.accountability.losses.worth import amounts, money
from truegreen_exporters.accountability.money import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from truegreen_exporters.accountability.losses.booking import BookingKey, Money
    from truegreen_exporters.accountability.losses.channel import Channel
    from truegreen_exporters.accountability.losses.ground import Ground
    from truegreen_exporters.accountability.losses.incident import Episode
    from truegreen_exporters.accountability.losses.shortfall import Shortfall
    from truegreen_exporters.accountability.losses.worth import Amounts

__all__ = ["entries"]

_FINAL = (BookingValue.BOOKED, BookingValue.NOT_PROVEN)
_THOUSANDTH = Decimal("0.001")


def entries(
    ground: Ground,
    episodes: Iterable[Episode],
    latest: Mapping[BookingKey, Booking],
    *,
    now: int,
    known: int,
) -> tuple[Booking, ...]:
    """Return what is new in the ledger.

    Args:
        ground: What is known of the channel.
        episodes: Its outages, as they are known now.
        latest: The newest revision of what stands in the ledger.
        now: What is not over then is not written yet, in Unix seconds.
        known: When this is written down, in microseconds.
    """
    found = []
    for episode in episodes:
        if episode.running or episode.over_at > now:
            continue
        channel = ground.channel
        before = latest.get((channel.service.name, channel.name, episode.key))
        if before is not None and before.definition != channel.definition:
            continue
        entry = _entry(ground, episode, before, known)
        if before is None:
            found.append(entry)
        elif not before.says(entry):
            found.append(replace(entry, revision=before.revision + 1))
    return tuple(found)


def _entry(ground: Ground, episode: Episode, before: Booking | None, known: int) -> Booking:
    channel = ground.channel
    entry = Booking(
        service=channel.service.name,
        channel=channel.name,
        episode=episode.key,
        state=BookingValue.NO_HISTORY,
        start=episode.outage[0][0],
        end=episode.outage[-1][1],
        currency=channel.value.currency,
        evidence=_happened(ground, episode),
        definition=channel.definition,
        known=known,
    )
    if overlap(episode.frame, ground.unusual):
        return replace(entry, state=BookingValue.UNUSUAL)
    found = shortfall(ground.volume, episode, ground.season)
    if found is None:
        return entry
    found = found.widened(ground.placebo.widened)
    if before is not None and before.state in _FINAL:
        found = found.widened(float(before.evidence["widened"]))
    elif not ground.placebo.trusted:
        return replace(entry, state=BookingValue.UNCALIBRATED)
    each = amounts(ground.volume, episode, found, ground.season, channel.value)
    return entry if each is None else _estimated(ground, episode, entry, found, each)


def _estimated(
    ground: Ground, episode: Episode, entry: Booking, found: Shortfall, each: Amounts
) -> Booking:
    channel, currency = ground.channel, entry.currency
    estimate = money(found.net, each, float(channel.share))
    worth = booked_money(estimate, currency)
    booked = found.certain and worth.lower > 0
    by_incident = weights(ground.volume, episode, ground.season, found.expectation.weeks)
    return replace(
        entry,
        state=BookingValue.BOOKED if booked else BookingValue.NOT_PROVEN,
        money=worth,
        gross=_count(found.gross.point),
        recovered=_count(found.recovered),
        net=_count(found.net.point),
        deferred=_deferred(channel, found, each) if booked else Decimal(0),
        portions=portions(worth, by_incident, currency) if booked else (),
        evidence={
            **entry.evidence,
            **_compared(ground, episode),
            **_computed(found, each, worth, channel),
        },
    )


def _deferred(channel: Channel, found: Shortfall, each: Amounts) -> Decimal:
    """Return what it costs that money came later: interest over the delay, and handling."""
    outage = channel.service.outage
    recovered = _count(found.recovered)
    interest = Decimal(0)
    if outage is not None and outage.delay_days and outage.cost_of_capital:
        came_later = recovered * Decimal(repr(each.each))
        interest = came_later * outage.delay_days * outage.cost_of_capital / 365
    return rounded(interest + recovered * channel.handling, channel.value.currency)


def _happened(ground: Ground, episode: Episode) -> dict[str, Any]:
    return {
        "incidents": [
            {"id": one.id, "start": one.start, "end": one.end, "from": one.origin}
            for one in episode.incidents
        ],
        "outage": [list(span) for span in episode.outage],
        "catch_up": [list(span) for span in episode.catch_up],
        "line": str(ground.channel.service.origin),
        "step": ground.volume.step,
        "zone": ground.season.zone,
    }


def _compared(ground: Ground, episode: Episode) -> dict[str, Any]:
    """Return what history was compared: nothing before it, and nothing that was left out."""
    start, end = episode.frame[0][0], episode.frame[-1][1]
    first = start - ground.season.look_back_seconds
    left_out = overlap(ground.season.left_out, ((first, end),))
    return {
        "compared": ground.season.weeks,
        "from": first,
        "left_out": [list(span) for span in left_out],
    }


def _computed(found: Shortfall, each: Amounts, worth: Money, channel: Channel) -> dict[str, Any]:
    return {
        "method": found.expectation.method,
        "weeks": list(found.expectation.weeks),
        "sums": list(found.expectation.sums),
        "sums_with_catch_up": list(found.around.sums),
        "expected": found.expectation.point,
        "half_width": found.expectation.half_width,
        "expected_with_catch_up": found.around.point,
        "half_width_with_catch_up": found.around.half_width,
        "widened": found.factor,
        "actual": found.actual,
        "actual_after": found.actual_after,
        "gross": [found.gross.lower, found.gross.point, found.gross.upper],
        "net": [found.net.lower, found.net.point, found.net.upper],
        "each": each.each,
        "each_from": each.basis,
        "share": str(channel.share),
        "basis": channel.basis,
        "money": [str(worth.lower), str(worth.point), str(worth.upper)],
    }


def _count(number: float) -> Decimal:
    return Decimal(repr(number)).quantize(_THOUSANDTH)
